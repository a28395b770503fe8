import { readFileSync } from 'node:fs';

/** A DICOM file's data set, without its preamble and meta information (PS3.10 section 7.1), and its transfer syntax. */
export interface Part10 {
  readonly transferSyntax: string;
  readonly dataSet: Uint8Array;
  /** Where the data set begins in the file. */
  readonly offset: number;
}

export function readPart10(path: string): Part10 {
  return parsePart10(readFileSync(path));
}

/** Files without a preamble begin with group 0002 or are a bare data set, taken for implicit little endian. */
export function parsePart10(file: Uint8Array): Part10 {
  const view = Buffer.from(file.buffer, file.byteOffset, file.length);
  let at = view.length > 132 && view.toString('latin1', 128, 132) === 'DICM' ? 132 : 0;
  let transferSyntax = '1.2.840.10008.1.2';
  while (at + 8 <= view.length && view.readUInt16LE(at) === 0x0002) {
    const long = ['OB', 'OW', 'UN', 'UT', 'SQ'].includes(view.toString('latin1', at + 4, at + 6));
    const length = long ? view.readUInt32LE(at + 8) : view.readUInt16LE(at + 6);
    const from = at + (long ? 12 : 8);
    if (view.readUInt16LE(at + 2) === 0x0010) {
      transferSyntax = view.toString('latin1', from, from + length).replace(/[\0 ]+$/, '');
    }
    at = from + length;
  }
  return { transferSyntax, dataSet: new Uint8Array(view.subarray(at)), offset: at };
}
