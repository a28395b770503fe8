// PDUs and values are found in bytes cut anywhere; a hole of known content is subtraction, any other is looked past.
import { describe, expect, test } from 'vitest';
import type { Budget } from '../../../src/bytes/held-bytes.ts';
import { limits } from '../../../src/model/limits.ts';
import { Account } from '../../../src/protocols/account.ts';
import { Deframer } from '../../../src/protocols/dicom/deframer.ts';
import { concat, counting } from '../../support/bytes.ts';
import { inChunks } from '../../support/chunks.ts';
import { associateRq, commandField, commandSet, pData, pdu, releaseRq, verification } from '../../support/pdu.ts';

/** A deframer, and what it tells, value bytes summed. */
function listen(midStream = false, budget?: Budget) {
  const told: string[] = [];
  let bytes = 0;
  const tell = (what: string) => {
    if (bytes > 0) told.push(`bytes ${bytes}`);
    bytes = 0;
    told.push(what);
  };
  const values = {
    begin: (context: number, control: number, offset: number) => tell(`begin ${context} ${control} at ${offset}`),
    bytes: (_: Uint8Array, start: number, end: number) => {
      bytes += end - start;
    },
    unneeded: 0,
    position: 0,
    unneededFrom: () => 0,
    passed: () => {},
    gap: (length: number) => tell(`gap ${length}`),
    end: () => tell('end'),
    hole: (length: number) => tell(`hole ${length}`),
  };
  const account = new Account();
  const sink = {
    dataBegins: () => tell('data'),
    whole: (_: 0 | 1, type: number, _bytes: Uint8Array, start: number, end: number, offset: number) =>
      tell(`whole ${type} ${end - start} at ${offset}`),
    malformed: (_: 0 | 1, offset: number, field: string) => tell(`malformed ${field} at ${offset}`),
    lostStep: (_: 0 | 1, offset: number, lost: number) => tell(`lost ${lost} at ${offset}`),
  };
  const deframer = new Deframer(0, values, sink, account, limits, midStream, budget);
  return { deframer, told, unread: () => account.notParsed };
}

const two = pData([
  { context: 1, last: false, bytes: new Uint8Array(10) },
  { context: 3, bytes: new Uint8Array(4) },
]);
const echo = pData([{ command: true, bytes: commandSet({ sopClass: verification, field: commandField.echoRq }) }]);
const echoTold = ['data', `begin 1 3 at ${6}`, `bytes ${echo.length - 12}`, 'end'];

describe('without holes', () => {
  for (const chunk of [1, 5, 6, 7, 1000]) {
    test(`values and PDUs come in order, ${chunk} bytes at a time`, () => {
      const { deframer, told, unread } = listen();
      const bytes = concat(releaseRq(), two, pData([{ bytes: new Uint8Array(0) }]));
      inChunks(bytes, chunk, (piece, start, end) => deframer.data(piece, start, end));
      deframer.close();
      expect(told).toEqual([
        'whole 5 4 at 0',
        'data',
        'begin 1 0 at 16',
        'bytes 10',
        'end',
        'begin 3 2 at 32',
        'bytes 4',
        'end',
        'data',
        'begin 1 2 at 48',
        'end',
      ]);
      expect(unread()).toBe(0);
    });
  }
});

describe('where the step is lost without a hole', () => {
  // Found by fuzzing: what is read after a hunt may be astray again.
  const noPdu = Uint8Array.of(9, 9, 0, 0, 0, 0);
  const bytes = concat(noPdu, noPdu, counting(50, 100), echo, noPdu, noPdu, counting(70, 100), two, two);

  for (const chunk of [1, 13, 64]) {
    test(`each next step is found, however the bytes are cut: ${chunk} at a time`, () => {
      const hear = (size: number) => {
        const { deframer, told, unread } = listen();
        inChunks(bytes, size, (piece, start, end) => deframer.data(piece, start, end));
        deframer.close();
        return { told, unread: unread() };
      };
      const whole = hear(bytes.length);
      expect(hear(chunk)).toEqual(whole);
      expect(whole.told.filter((line) => line.startsWith('lost'))).toEqual([
        `lost ${6 + 50} at 6`,
        `lost ${6 + 70} at ${12 + 50 + echo.length + 6}`,
      ]);
      expect(whole.told.filter((line) => line === 'data')).toHaveLength(3);
      expect(whole.unread).toBe(4 * 6 + 50 + 70);
    });
  }
});

describe('with holes', () => {
  function hole(at: number, length: number, bytes = concat(two, echo)) {
    const heard = listen();
    heard.deframer.data(bytes, 0, at);
    heard.deframer.gap(length);
    heard.deframer.data(bytes, at + length, bytes.length);
    heard.deframer.close();
    return { told: heard.told, unread: heard.unread() };
  }
  const after = (offset: number) => echoTold.map((what) => what.replace('at 6', `at ${offset + 6}`));
  const second = ['begin 3 2 at 22', 'bytes 4', 'end'];

  test('inside a value it is told to that value', () => {
    expect(hole(15, 4).told).toEqual([
      'data',
      'begin 1 0 at 6',
      'bytes 3',
      'gap 4',
      'bytes 3',
      'end',
      ...second,
      ...after(two.length),
    ]);
  });

  test('up to the end of a value it ends that value', () => {
    expect(hole(15, 7).told).toEqual([
      'data',
      'begin 1 0 at 6',
      'bytes 3',
      'gap 7',
      'end',
      ...second,
      ...after(two.length),
    ]);
  });

  test('over the end of a value the rest of the PDU is unread, and the next PDU is in step', () => {
    const { told, unread } = hole(15, 9);
    expect(told).toEqual([
      'data',
      'begin 1 0 at 6',
      'bytes 3',
      'gap 7',
      'end',
      'hole 10',
      'lost 8 at 22',
      ...after(two.length),
    ]);
    expect(unread).toBe(8);
  });

  test('in the header of a PDU the next is looked for', () => {
    const { told, unread } = hole(two.length + 2, 2, concat(two, two, echo));
    expect(told.slice(-6)).toEqual(['hole 2', `lost ${two.length - 2} at ${two.length}`, ...after(2 * two.length)]);
    expect(unread).toBe(two.length - 2);
  });

  test('that ends where a PDU begins costs no byte that is there', () => {
    const { told, unread } = hole(two.length, two.length, concat(two, two, echo));
    expect(told.slice(-6)).toEqual([`hole ${two.length}`, `lost 0 at ${two.length}`, ...after(2 * two.length)]);
    expect(unread).toBe(0);
  });

  test('inside a PDU that is kept whole it costs that PDU', () => {
    const { told, unread } = hole(7, 2, concat(releaseRq(), echo));
    expect(told).toEqual(['lost 8 at 0', ...after(10)]);
    expect(unread).toBe(8);
  });

  test('inside a PDU of unknown type it is passed over with it', () => {
    const { told, unread } = hole(20, 30, concat(pdu(9, new Uint8Array(100)), echo));
    expect(told).toEqual(['malformed pdu-type at 0', ...after(106)]);
    expect(unread).toBe(76);
  });
});

describe('memory shared with others', () => {
  const request = associateRq();
  const filler = new Uint8Array(600).fill(4);

  test.each([1, 50, 1000])(
    'without room for a whole PDU that one is lost, and counted: %i bytes at a time',
    (chunk) => {
      const budget = { bytesLeft: 150 };
      const { deframer, told, unread } = listen(false, budget);
      // A PDU that is there at once needs no memory.
      inChunks(concat(request, releaseRq()), chunk, (piece, start, end) => deframer.data(piece, start, end));
      const lost = chunk === 1000 ? [`whole 1 ${request.length - 6} at 0`] : [`lost ${request.length} at 0`];
      expect(told).toEqual([...lost, `whole 5 4 at ${request.length}`]);
      expect(unread()).toBe(chunk === 1000 ? 0 : request.length);
      expect(budget.bytesLeft).toBe(150);
    },
  );

  test.each([1, 50, 1000])('hunts give up what they are not sure of, and find the step later: %i bytes', (chunk) => {
    const budget = { bytesLeft: 300 };
    const first = listen(true, budget);
    const second = listen(true, budget);
    const hunted = concat(filler, pData([{ bytes: new Uint8Array(250), last: false }]).subarray(0, 200));
    inChunks(hunted, chunk, (piece, start, end) => {
      first.deframer.data(piece, start, end);
      second.deframer.data(piece, start, end);
      expect(budget.bytesLeft).toBeGreaterThanOrEqual(0);
    });
    first.deframer.close();
    expect(first.unread()).toBe(hunted.length);
    second.deframer.data(concat(echo, echo), 0, 2 * echo.length);
    expect(second.told.slice(-4)).toEqual(
      echoTold.map((what) => what.replace('at 6', `at ${hunted.length + 6 + echo.length}`)),
    );
    second.deframer.close();
    expect(budget.bytesLeft).toBe(300);
  });
});

test('joined in the middle, what comes before the first PDU is counted and not said', () => {
  const { deframer, told, unread } = listen(true);
  deframer.data(concat(new Uint8Array(33), echo), 0, 33 + echo.length);
  expect(told).toEqual(echoTold.map((what) => what.replace('at 6', 'at 39')));
  expect(unread()).toBe(33);
});

test('stopped, it counts and tells nothing', () => {
  const { deframer, told, unread } = listen();
  deframer.stop();
  deframer.data(echo, 0, echo.length);
  deframer.gap(10);
  deframer.close();
  expect(told).toEqual([]);
  expect(unread()).toBe(echo.length);
});
