// Proves: of TLS joined in the middle that does not encrypt both directions are read from the first record, and said to
// be such once.
import { expect, it } from 'vitest';
import type { Fact } from '../../../src/model/facts.ts';
import { limits } from '../../../src/model/limits.ts';
import { PlainTlsAnalyzer } from '../../../src/protocols/tls/plain-analyzer.ts';
import { ascii, concat, counting, hex, u8, u16 } from '../../support/bytes.ts';
import { inChunks } from '../../support/chunks.ts';

const record = (type: number, body: Uint8Array) => concat(u8(type), hex('0303'), u16(body.length), body);
const data = (text: string) => record(23, concat(ascii(text), counting(20)));
const change = record(20, hex('01'));
const step = { suite: { macBytes: 20, innerType: false }, version: 0x0303 };

it.each([1, 6, 1 << 20])('in chunks of %i', (chunk) => {
  const facts: Fact[] = [];
  const said = ['', ''];
  const emit = (fact: Fact) => facts.push({ ...fact });
  const analyzer = new PlainTlsAnalyzer(
    { emit, hash: () => '', limits, reveal: false },
    step,
    (_, accounts, midStream) => ({
      data: (side, bytes, start, end) => {
        said[side] += Buffer.from(bytes.subarray(start, end)).toString();
        accounts[side].kept += end - start;
      },
      gap: (side, length) => {
        said[side] += `<${length}>`;
      },
      astray: (side) => {
        said[side] += '<?>';
      },
      close: (side, how) => {
        said[side] += ` ${midStream} ${how}`;
      },
    }),
  );
  const client = concat(change, data('asked'), data('again'), change, data('sealed now'));
  const server = concat(counting(33), data('answered'), data(' twice'));
  inChunks(client, chunk, (bytes, start, end) => analyzer.data(0, bytes, start, end));
  inChunks(server, chunk, (bytes, start, end) => analyzer.data(1, bytes, start, end));
  analyzer.gap(1, 100);
  analyzer.close(0, 'fin');
  analyzer.close(1);
  expect(said).toEqual(['askedagain true fin', 'answered twice<?> true cut']);
  expect(facts).toEqual([{ kind: 'tls-unencrypted', side: 0 }]);
  expect(analyzer.accounts.map(({ total }) => total)).toEqual([client.length, server.length]);
});

it('a record that encrypts nothing follows the change that was out of sight: another change ends it', () => {
  const said: string[] = [];
  const analyzer = new PlainTlsAnalyzer({ emit: () => {}, hash: () => '', limits, reveal: false }, step, () => ({
    data: (_, bytes, start, end) => said.push(Buffer.from(bytes.subarray(start, end)).toString()),
    gap: () => {},
    astray: () => {},
    close: () => {},
  }));
  const bytes = concat(data('one'), change, data('two'));
  analyzer.data(0, bytes, 0, bytes.length);
  expect(said).toEqual(['one']);
});
