/** dcmjs has no types: the little that tests use of it. */
declare module 'dcmjs' {
  export interface DcmjsElement {
    readonly vr: string;
    readonly Value?: readonly unknown[];
  }

  const dcmjs: {
    readonly log: { getLogger(name: string): { setLevel(level: string): void } };
    readonly data: {
      readonly DicomMetaDictionary: {
        readonly dictionary: Readonly<Record<string, { readonly name: string; readonly vr: string }>>;
      };
      readonly DicomMessage: {
        readFile(file: ArrayBufferLike): { readonly dict: Readonly<Record<string, DcmjsElement>> };
      };
    };
  };
  // biome-ignore lint/style/noDefaultExport: that is how dcmjs exports it
  export default dcmjs;
}
