/** dcmjs has no types: the little that tests use of it. */
declare module 'dcmjs' {
  export interface DcmjsElement {
    readonly vr: string;
    readonly Value?: readonly unknown[];
  }

  const dcmjs: {
    readonly log: { setLevel(level: string): void };
    readonly data: {
      readonly DicomMessage: {
        readFile(file: ArrayBufferLike): { readonly dict: Readonly<Record<string, DcmjsElement>> };
      };
    };
  };
  export default dcmjs;
}
