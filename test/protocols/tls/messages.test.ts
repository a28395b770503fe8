// Proves that handshake messages come out of records whole, at their offsets, bounded, and only as long as they are
// clear.
import { describe, expect, it } from 'vitest';
import { Account } from '../../../src/protocols/account.ts';
import { Messages, type MessageTaker } from '../../../src/protocols/tls/messages.ts';
import { concat, counting, hex, u8, u16 } from '../../support/bytes.ts';
import { inChunks } from '../../support/chunks.ts';

const record = (type: number, content: Uint8Array) => concat(u8(type), hex('0303'), u16(content.length), content);
const message = (type: number, body: Uint8Array) => concat(u8(type), u8(0), u16(body.length), body);

interface Told {
  readonly messages: Messages;
  readonly said: unknown[];
}

/** A deframer that wants `wanted` bytes of each message, and what it says. */
function deframer(wanted = 1000): Told {
  const said: unknown[] = [];
  const taker: MessageTaker = {
    wants: () => wanted,
    message: (type, bytes, start, end, offset) => said.push([type, Array.from(bytes.subarray(start, end)), offset]),
    ended: (why) => said.push(why),
    malformed: (offset, field) => said.push(['malformed', offset, field]),
  };
  return { messages: new Messages(taker, new Account()), said };
}

function saidOf(bytes: Uint8Array, chunk = 1 << 20, wanted = 1000): unknown[] {
  const { messages, said } = deframer(wanted);
  inChunks(bytes, chunk, (piece, start, end) => messages.data(piece, start, end));
  return said;
}

const one = message(1, counting(5));
const two = message(11, counting(300));
const empty = message(14, new Uint8Array(0));
const three = [
  [1, Array.from(counting(5)), 5],
  [11, Array.from(counting(300)), 14],
  [14, [], 318],
];

describe('Messages', () => {
  it.each([1, 2, 7, 1000])('several in one record, in chunks of %i', (chunk) => {
    expect(saidOf(record(22, concat(one, two, empty)), chunk)).toEqual(three);
  });

  it('over records, with alerts and heartbeats between, and empty records', () => {
    const [head, tail] = [two.subarray(0, 3), two.subarray(3)];
    const bytes = concat(
      record(22, concat(one, head)),
      record(21, hex('0100')),
      record(24, counting(9)),
      record(22, new Uint8Array(0)),
      record(22, tail),
      record(22, empty),
    );
    for (const chunk of [1, 3, 1000]) {
      expect(saidOf(bytes, chunk).map((said) => (said as unknown[]).slice(0, 2))).toEqual(
        three.map((said) => said.slice(0, 2)),
      );
    }
  });

  it('holds only what is wanted of a message, and its memory follows what came', () => {
    expect(saidOf(record(22, concat(two, one)), 1, 3)).toEqual([
      [11, [0, 1, 2], 5],
      [1, [0, 1, 2], 309],
    ]);
    const { messages, said } = deframer(1 << 24);
    messages.data(record(22, hex('01 ffffff 0102')), 0, 11);
    expect(said).toEqual([]);
    expect(Reflect.get(messages, 'held').bytes.length).toBeLessThanOrEqual(512);
  });

  it('says when it is over, and reads no more once done', () => {
    expect(saidOf(record(20, hex('01')))).toEqual(['change-cipher-spec']);
    expect(saidOf(record(23, counting(9)))).toEqual(['application-data']);
    const { messages, said } = deframer();
    messages.done = true;
    messages.data(record(22, one), 0, 14);
    expect(said).toEqual([]);
  });

  it.each([
    ['a content type that is none', hex('63 0303 0001'), 'content type', 14],
    ['a version that is none', hex('16 0203 0001'), 'record version', 15],
    ['a record too long', hex('16 0303 ffff'), 'record length', 17],
  ])('%s', (_, header, field, offset) => {
    const bytes = concat(record(22, one), header, record(22, one));
    for (const chunk of [1, 4, 1000]) {
      expect(saidOf(bytes, chunk)).toEqual([three[0], ['malformed', offset, field]]);
    }
  });
});

describe('holes', () => {
  const whole = concat(record(22, one), record(21, hex('0102030405060708')), record(22, concat(two, empty)));
  const alert = 14;
  const body = alert + 13 + 9;

  /** What is said when bytes `from` to `to` are missing. */
  function holed(from: number, to: number, wanted = 3): unknown[] {
    const { messages, said } = deframer(wanted);
    messages.data(whole, 0, from);
    messages.gap(to - from);
    messages.data(whole, to, whole.length);
    return said;
  }
  const all = saidOf(whole, 1000, 3);

  it.each([
    ['in an alert', alert + 6, alert + 12],
    ['to the end of an alert', alert + 6, alert + 13],
    ['in the part of a message that is not wanted', body + 4, body + 200],
  ])('%s: nothing is lost', (_, from, to) => {
    expect(holed(from, to)).toEqual(all);
  });

  it.each([
    ['in a record header', alert + 1, alert + 3],
    ['over a record border', alert + 10, alert + 15],
    ['in a message header', body - 3, body - 1],
    ['in the wanted part', body + 1, body + 2],
    ['to the end of a message', body + 4, body + 300],
  ])('%s: the end', (_, from, to) => {
    expect(holed(from, to)).toEqual(all.slice(0, 1));
  });
});
