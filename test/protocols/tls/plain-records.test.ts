// Proves: of records that are not encrypted the plaintext comes out, in any chunks; holes are holes of it; every byte
// is accounted once.
import { describe, expect, it } from 'vitest';
import { Account } from '../../../src/protocols/account.ts';
import type { NullSuite } from '../../../src/protocols/tls/null-suite.ts';
import { PlainRecords } from '../../../src/protocols/tls/plain-records.ts';
import { ascii, concat, counting, hex, u8, u16 } from '../../support/bytes.ts';
import { inChunks } from '../../support/chunks.ts';

const sha: NullSuite = { macBytes: 20, innerType: false };
const tls13: NullSuite = { macBytes: 32, innerType: true };

const record = (type: number, content: Uint8Array) => concat(u8(type), hex('0303'), u16(content.length), content);
/** Application data under `sha`, and under `tls13` with zeros behind it. */
const data = (text: string) => record(23, concat(ascii(text), new Uint8Array(20).fill(0xee)));
const data13 = (text: string, type = 23, zeros = 0) =>
  record(23, concat(ascii(text), u8(type), new Uint8Array(zeros), new Uint8Array(32).fill(0xee)));
const change = record(20, hex('01'));
const finished = record(22, counting(36));

type Piece = Uint8Array | number;

/** What comes out of pieces of a direction, numbers being holes. */
function read(pieces: readonly Piece[], suite = sha, chunk = 1 << 20, budget = { bytesLeft: 1 << 20 }) {
  const said: string[] = [];
  const account = new Account();
  const say = (word: string) => said.push(word);
  const taker = {
    data(bytes: Uint8Array, start: number, end: number) {
      const text = Buffer.from(bytes.subarray(start, end)).toString('latin1');
      const last = said.at(-1);
      if (last?.startsWith("'")) said[said.length - 1] = `${last.slice(0, -1)}${text}'`;
      else say(`'${text}'`);
      account.kept += end - start;
    },
    gap: (length: number) => say(`gap ${length}`),
    astray: () => say('astray'),
    malformed: (offset: number, field: string) => say(`${field} at ${offset}`),
  };
  const records = new PlainRecords(
    taker,
    account,
    { suite, version: 0x0303, offset: 0, left: 0, changed: suite === tls13 },
    budget,
  );
  let sent = 0;
  for (const piece of pieces) {
    if (typeof piece === 'number') records.gap(piece);
    else {
      sent += piece.length;
      inChunks(piece, chunk, (bytes, start, end) => records.data(bytes, start, end));
    }
  }
  records.close();
  expect(account.total).toBe(sent);
  expect(budget.bytesLeft).toBe(1 << 20);
  return { said, account };
}

const chunks = [1, 3, 7, 1 << 20];

describe.each(chunks)('in chunks of %i', (chunk) => {
  it('plaintext goes on, MACs and other records do not', () => {
    const bytes = concat(change, finished, data('HELLO '), data(''), record(21, counting(22)), data('WORLD'));
    const { said, account } = read([bytes], sha, chunk);
    expect(said).toEqual(["'HELLO WORLD'"]);
    expect(account.notParsed).toBe(0);
  });

  it('of TLS 1.3 what says behind its content that it is data', () => {
    const bytes = concat(
      record(20, hex('01')),
      data13('certificate', 22),
      data13('HELLO '),
      data13('ticket', 22, 3),
      data13('WORLD', 23, 9),
      data13('', 21),
    );
    expect(read([bytes], tls13, chunk).said).toEqual(["'HELLO WORLD'"]);
  });

  it('after a second change of ciphers nothing', () => {
    expect(read([concat(change, data('one'), change, data('two'))], sha, chunk).said).toEqual(["'one'"]);
  });

  it('a header that is none is the end', () => {
    const { said, account } = read([concat(change, data('one'), hex('99 0303 0005'), data('two'))], sha, chunk);
    expect(said).toEqual(["'one'", 'record header at 34']);
    expect(account.notParsed).toBeGreaterThan(0);
  });

  it('a hole within a record is one of its plaintext, as far as that goes', () => {
    const one = data('0123456789');
    const bytes = concat(one, data('next'));
    expect(read([bytes.subarray(0, 7), 4, bytes.subarray(11)], sha, chunk).said).toEqual([
      "'01'",
      'gap 4',
      "'6789next'",
    ]);
    expect(read([bytes.subarray(0, 12), 13, bytes.subarray(25)], sha, chunk).said).toEqual([
      "'0123456'",
      'gap 3',
      "'next'",
    ]);
    expect(read([bytes.subarray(0, 20), 15, bytes.subarray(35)], sha, chunk).said).toEqual(["'0123456789next'"]);
  });

  it('after a hole over records the next two that meet are read', () => {
    const bytes = concat(change, data('lost'), data('lost'), data('found'), data(' again'));
    const at = change.length + 7;
    const { said } = read([bytes.subarray(0, at), 40, bytes.subarray(at + 40)], sha, chunk);
    expect(said).toEqual(["'lo'", 'gap 2', 'astray', "'found again'"]);
  });

  it('the last record is found by its end', () => {
    const bytes = concat(data('lost'), data('found'));
    expect(read([bytes.subarray(0, 3), 10, bytes.subarray(13)], sha, chunk).said).toEqual(['astray', "'found'"]);
  });

  it('where no record is to be found, bytes are lost step', () => {
    const { said, account } = read([9, counting(100_000)], sha, chunk);
    expect(said).toEqual(['astray']);
    expect(account.lostStep).toBe(100_000);
  });

  // Found by fuzzing: what was kept while a record was looked for was not looked at again before the next hole.
  it('what meets before the next hole is found', () => {
    const bytes = concat(counting(70, 100), data('found'), data('again'), data('cut'));
    expect(read([9, bytes.subarray(0, -3), 500, counting(30)], sha, chunk).said).toEqual([
      'astray',
      "'foundagaincut'",
      'astray',
    ]);
  });

  // Found by fuzzing: of two places where a record may begin the one was taken that told sooner.
  it('the first of two places is taken, though the second tells sooner', () => {
    const inner = concat(data('inner'), data('too'));
    const outer = record(23, concat(inner, counting(300), new Uint8Array(20)));
    const { said } = read([9, concat(counting(10, 100), outer, data('next'))], sha, chunk);
    expect(said).toEqual(['astray', expect.stringMatching(/next'$/)]);
    expect(said[1].length).toBe(2 + inner.length + 300 + 4);
  });

  // Found by fuzzing: it was looked for each time what is kept had doubled, so that the other direction was read first
  // or not.
  it('a record is found with the byte that tells it', () => {
    for (const lost of [1, 40, 333]) {
      const tells = lost + data('found').length + 5;
      const bytes = concat(new Uint8Array(lost), data('found'), data('again'));
      const said: string[] = [];
      const say = (word: string) => said.push(word);
      const taker = {
        data: () => say('data'),
        gap: () => say('gap'),
        astray: () => say('astray'),
        malformed: () => {},
      };
      const start = { suite: sha, version: 0x0303, offset: 0, left: 0, changed: true };
      const records = new PlainRecords(taker, new Account(), start);
      records.gap(9);
      const give = (from: number, to: number) =>
        inChunks(bytes.subarray(from, to), chunk, (piece, at, end) => records.data(piece, at, end));
      give(0, tells - 1);
      expect(said).toEqual(['astray']);
      give(tells - 1, tells);
      expect(said).toEqual(['astray', 'data']);
    }
  });

  // Found by fuzzing: it was said to be wherever the stream had been cut.
  it('a header that is none is where it is, after a hunt too', () => {
    const bytes = concat(counting(70, 100), data('found'), data('again'), hex('99 0303 0005'), counting(200));
    const at = 9 + 70 + 2 * (5 + 5 + 20);
    expect(read([9, bytes], sha, chunk).said).toEqual(['astray', "'foundagain'", `record header at ${at}`]);
  });

  it('of TLS 1.3 a holed record is taken for data without zeros, once there was any', () => {
    const bytes = concat(data13('one'), data13('0123456789'), data13('next'));
    const at = data13('one').length + 7;
    expect(read([bytes.subarray(0, at), 4, bytes.subarray(at + 4)], tls13, chunk).said).toEqual([
      "'one01'",
      'gap 4',
      "'6789next'",
    ]);
    const first = data13('0123456789');
    expect(read([first.subarray(0, 7), 4, first.subarray(11)], tls13, chunk).said[0]).toMatch('gap');
  });
});

it('of TLS 1.3 goes on as it comes where others hold all the memory', () => {
  const bytes = concat(data13('one'), data13('0123456789'), data13('next'));
  const said: string[] = [];
  const account = new Account();
  const taker = {
    data: (piece: Uint8Array, start: number, end: number) =>
      said.push(Buffer.from(piece.subarray(start, end)).toString()),
    gap: () => said.push('gap'),
    astray: () => said.push('astray'),
    malformed: () => said.push('malformed'),
  };
  const start = { suite: tls13, version: 0x0303, offset: 0, left: 0, changed: true };
  const records = new PlainRecords(taker, account, start, { bytesLeft: 4 });
  records.data(data13('one'), 0, data13('one').length);
  inChunks(bytes.subarray(data13('one').length), 3, (piece, from, to) => records.data(piece, from, to));
  records.close();
  expect(said.join('')).toBe('one0123456789next');
});
