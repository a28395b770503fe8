/** Breaks for one word only, which is found bit by bit or not at all: what coverage is for. */
export function hidden(bytes: Uint8Array): string {
  if (bytes[0] !== 0x40) return '';
  if (bytes[1] !== 0x08) return '';
  if (bytes[2] !== 0x01) return '';
  if (bytes[3] !== 0x80) return '';
  throw new Error('found');
}
