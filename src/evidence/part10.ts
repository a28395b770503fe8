/** Of this program, for files that it writes (PS3.10 section 7.1): from a UUID of its own, PS3.5 section B.2. */
const implementationUid = '2.25.236309885129200057922450922902964043537';
const implementationVersion = 'DICOMTAP_1';

/**
 * What stands before a data set in a file, PS3.10 section 7.1: preamble of 128 zero bytes, `DICM`, and the group 0002,
 * explicit VR little endian. UIDs are written as they were sent.
 */
export function part10Head(sopClass: Uint8Array, sopInstance: Uint8Array, transferSyntax: string): Buffer {
  const elements = Buffer.concat([
    element(0x0001, 'OB', Buffer.from([0, 1])),
    element(0x0002, 'UI', sopClass),
    element(0x0003, 'UI', sopInstance),
    element(0x0010, 'UI', Buffer.from(transferSyntax, 'latin1')),
    element(0x0012, 'UI', Buffer.from(implementationUid, 'latin1')),
    element(0x0013, 'SH', Buffer.from(implementationVersion, 'latin1')),
  ]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(elements.length);
  return Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), element(0x0000, 'UL', length), elements]);
}

/**
 *   0  4  tag                        OB: 6  2  zero
 *   4  2  value representation           8  4  length
 *   6  2  length, even; value           12  …  value
 */
function element(number: number, vr: 'OB' | 'UI' | 'UL' | 'SH', value: Uint8Array): Buffer {
  const padded = Buffer.alloc(value.length + (value.length % 2), vr === 'SH' ? 0x20 : 0);
  padded.set(value);
  const head = Buffer.alloc(vr === 'OB' ? 12 : 8);
  head.writeUInt16LE(2, 0);
  head.writeUInt16LE(number, 2);
  head.write(vr, 4, 'latin1');
  if (vr === 'OB') head.writeUInt32LE(padded.length, 8);
  else head.writeUInt16LE(padded.length, 6);
  return Buffer.concat([head, padded]);
}
