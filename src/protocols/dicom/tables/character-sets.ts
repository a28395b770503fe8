/**
 * Defined terms of Specific Character Set (0008,0005), PS3.3 section C.12.1.1.2, and the label of the WHATWG decoder
 * that reads them. With code extensions (`ISO 2022 ...`) it is what values begin with; escapes switch then.
 */
export const characterSets: ReadonlyMap<string, string> = new Map([
  ['', 'latin1'], // ISO IR 6; bytes above 127 are wrong there, and usually Latin-1
  ['ISO_IR 6', 'latin1'],
  ['ISO_IR 100', 'latin1'],
  ['ISO_IR 101', 'iso-8859-2'],
  ['ISO_IR 109', 'iso-8859-3'],
  ['ISO_IR 110', 'iso-8859-4'],
  ['ISO_IR 144', 'iso-8859-5'],
  ['ISO_IR 127', 'iso-8859-6'],
  ['ISO_IR 126', 'iso-8859-7'],
  ['ISO_IR 138', 'iso-8859-8'],
  ['ISO_IR 148', 'iso-8859-9'],
  ['ISO_IR 203', 'iso-8859-15'],
  ['ISO_IR 13', 'shift_jis'],
  ['ISO_IR 166', 'windows-874'],
  ['ISO_IR 192', 'utf-8'],
  ['GB18030', 'gb18030'],
  ['GBK', 'gbk'],
  ['ISO 2022 IR 149', 'euc-kr'],
  ['ISO 2022 IR 58', 'gbk'],
]);

/**
 * Escape sequences of PS3.3 tables C.12-3 and C.12-4: what follows ESC, into which half it designates, how that half is
 * read. `euc` sets have two bytes; in the lower half they are read as their EUC form, with the high bits set, and JIS X
 * 0212 after the byte 8FH.
 */
export const escapes: readonly (readonly [sequence: string, half: 'g0' | 'g1', decoder: string])[] = [
  ['(B', 'g0', 'latin1'],
  ['(J', 'g0', 'latin1'], // JIS X 0201 romaji: ASCII but for yen and overline
  ['$B', 'g0', 'euc-jp'],
  ['$@', 'g0', 'euc-jp'],
  ['$(D', 'g0', 'euc-jp 0212'],
  [')I', 'g1', 'shift_jis'], // JIS X 0201 katakana: the same bytes as in Shift JIS
  ['$)C', 'g1', 'euc-kr'],
  ['$)A', 'g1', 'gbk'],
  ['-A', 'g1', 'latin1'],
  ['-B', 'g1', 'iso-8859-2'],
  ['-C', 'g1', 'iso-8859-3'],
  ['-D', 'g1', 'iso-8859-4'],
  ['-L', 'g1', 'iso-8859-5'],
  ['-G', 'g1', 'iso-8859-6'],
  ['-F', 'g1', 'iso-8859-7'],
  ['-H', 'g1', 'iso-8859-8'],
  ['-M', 'g1', 'iso-8859-9'],
  ['-b', 'g1', 'iso-8859-15'],
  ['-T', 'g1', 'windows-874'],
];

/** VRs whose text the Specific Character Set applies to (PS3.5 section 6.1.2.3). The others are ASCII. */
export const characterSetVrs: readonly string[] = ['LO', 'LT', 'PN', 'SH', 'ST', 'UC', 'UT', 'UN'];
