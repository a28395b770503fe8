/**
 * A syslog message within a stream, RFC 6587.
 *   section 3.4.1  octet counting: bytes of the message, a space, the message
 *   section 3.4.2  newline: the message, LF
 */
export function frame(text: string, framing: 'octet-counting' | 'newline'): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  if (framing === 'newline') return Buffer.concat([bytes, LF]);
  return Buffer.concat([Buffer.from(`${bytes.length} `, 'latin1'), bytes]);
}

const LF = Buffer.from('\n');
