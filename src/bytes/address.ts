/** An address of 16 bytes as text: IPv4 (as ::ffff:a.b.c.d) with dots when `family` is 4, else by RFC 5952. */
export function addressText(bytes: Uint8Array, family: number): string {
  if (family === 4) return `${bytes[12]}.${bytes[13]}.${bytes[14]}.${bytes[15]}`;
  const groups: number[] = [];
  for (let i = 0; i < 16; i += 2) groups.push((bytes[i] << 8) | bytes[i + 1]);
  const { start, length } = longestZeros(groups);
  if (length < 2) return groups.map(hex).join(':');
  return `${groups.slice(0, start).map(hex).join(':')}::${groups
    .slice(start + length)
    .map(hex)
    .join(':')}`;
}

/** Six bytes as `00:1b:21:3c:4d:5e`; null when all are zero. */
export function macText(bytes: Uint8Array): string | null {
  const [a, b, c, d, e, f] = bytes;
  if ((a | b | c | d | e | f) === 0) return null;
  return `${OCTETS[a]}:${OCTETS[b]}:${OCTETS[c]}:${OCTETS[d]}:${OCTETS[e]}:${OCTETS[f]}`;
}

const OCTETS = Array.from({ length: 256 }, (_, octet) => octet.toString(16).padStart(2, '0'));

function hex(group: number): string {
  return group.toString(16);
}

/** The first longest run of zero groups. */
function longestZeros(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  for (let i = 0; i < groups.length; i++) {
    let end = i;
    while (end < groups.length && groups[end] === 0) end++;
    if (end - i > best.length) best = { start: i, length: end - i };
    if (end > i) i = end;
  }
  return best;
}
