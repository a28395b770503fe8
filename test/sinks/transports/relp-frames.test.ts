// Proves that frames of RELP are written as its specification says, read however they are cut, and refused when they
// are none.
import { describe, expect, it } from 'vitest';
import { RelpReader, relpFrame } from '../../../src/sinks/transports/relp-frames.ts';

function read(text: string, size: number): string[] {
  const found: string[] = [];
  const reader = new RelpReader(({ transaction, command, data }) => found.push(`${transaction} ${command} ${data}`));
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) reader.take(bytes.subarray(at, at + size));
  return found;
}

describe('frames', () => {
  it('are written with their length in bytes', () => {
    expect(relpFrame(7, 'syslog', 'é').toString()).toBe('7 syslog 2 é\n');
    expect(relpFrame(8, 'close', '').toString()).toBe('8 close 0\n');
  });

  it.each([1, 2, 7, 1000])('are read in pieces of %d', (size) => {
    expect(read('1 rsp 12 200 OK\na b c\n2 rsp 6 200 OK\n0 serverclose 0\n', size)).toEqual([
      '1 rsp 200 OK\na b c',
      '2 rsp 200 OK',
      '0 serverclose ',
    ]);
  });

  it.each(['HTTP/1.1 400 Bad Request\r\n', '1 rsp 6 200 OKx', '1 rsp 999999999 200', '1'.repeat(70), '\u0000'])(
    'refuses %j',
    (text) => {
      expect(() => read(text, 1000)).toThrow();
    },
  );
});
