// Proves: what another protocol carries is told for DICOM by its beginning or its middle and then read; the rest is
// passed over, and accounted.
import { describe, expect, it } from 'vitest';
import type { Fact } from '../../src/model/facts.ts';
import { type Limits, limits } from '../../src/model/limits.ts';
import { Account } from '../../src/protocols/account.ts';
import { CarriedDicom } from '../../src/protocols/carried-dicom.ts';
import { DicomAnalyzer } from '../../src/protocols/dicom/analyzer.ts';
import { ascii, concat, counting, hex } from '../support/bytes.ts';
import { inChunks } from '../support/chunks.ts';
import { associateAc, associateRq, commandSet, pData, releaseRp, releaseRq, verification } from '../support/pdu.ts';

type Step = readonly [side: 0 | 1, what: Uint8Array | number];

function hear(steps: readonly Step[], chunk = 1 << 20, bounds: Partial<Limits> = {}) {
  const facts: Fact[] = [];
  const budget = { bytesLeft: 1 << 20 };
  const context = {
    emit: (fact: Fact) => facts.push({ ...fact }),
    hash: () => '',
    limits: { ...limits, ...bounds },
    reveal: false,
    budget,
  };
  const accounts = [new Account(), new Account()] as const;
  const carried = new CarriedDicom(context, accounts, (given, midStream, both) => {
    return new DicomAnalyzer(given, { midStream, accounts: both });
  });
  const sent = [0, 0];
  for (const [side, what] of steps) {
    if (typeof what === 'number') carried.astray(side, what);
    else {
      sent[side] += what.length;
      inChunks(what, chunk, (bytes, start, end) => carried.data(side, bytes, start, end));
    }
  }
  carried.close(0, 'fin');
  carried.close(1, 'fin');
  expect(accounts.map(({ total }) => total)).toEqual(sent);
  expect(budget.bytesLeft).toBe(1 << 20);
  return { kinds: facts.map(({ kind }) => kind), facts, accounts };
}

const echo = (messageId: number) =>
  pData([{ command: true, bytes: commandSet({ field: 0x30, sopClass: verification, messageId }) }]);
const talk: readonly Step[] = [
  [0, associateRq()],
  [1, associateAc()],
  [0, concat(echo(1), echo(2), echo(3))],
  [0, releaseRq()],
  [1, releaseRp()],
];
const told = [
  'associate-request',
  'associate-accept',
  'command',
  'command',
  'command',
  'release-request',
  'release-response',
];

describe('what is carried', () => {
  it.each([1, 5, 1 << 20])('is DICOM by its beginning, in chunks of %i', (chunk) => {
    const { kinds, accounts } = hear(talk, chunk);
    expect(kinds).toEqual(told);
    expect(accounts.map(({ notParsed }) => notParsed)).toEqual([0, 0]);
  });

  it('is DICOM by its middle where the beginning is missing, and after it nothing is made up', () => {
    const { kinds } = hear([
      [0, 200],
      [0, concat(echo(1), echo(2), echo(3))],
      [0, 1],
      [0, concat(echo(4).subarray(20), echo(5), echo(6))],
    ]);
    expect(kinds).toEqual(['mid-stream', 'command', 'command', 'command', 'lost-step', 'command', 'command']);
  });

  // Found by fuzzing: what had come since the last look was not looked at before a hole.
  it('is DICOM by what came before a hole, in any chunks', () => {
    const steps: readonly Step[] = [
      [0, 200],
      [0, concat(echo(1), echo(2), echo(3))],
      [0, 50_000],
      [0, counting(20)],
    ];
    for (const chunk of [1, 7, 1 << 20]) {
      expect(hear(steps, chunk).kinds.slice(0, 4)).toEqual(['mid-stream', 'command', 'command', 'command']);
    }
  });

  // Found by fuzzing: a length that a PDU made up was counted as missing.
  it('misses no more than was sent, whatever a PDU says of its length', () => {
    const claims = concat(hex('04 00 3fffffff 3ffffffb 01 00'), counting(30));
    const { facts } = hear([
      [0, associateRq()],
      [1, associateAc()],
      [0, pData([{ command: true, bytes: commandSet({ field: 0x1, sopClass: verification, dataSet: true }) }])],
      [0, claims],
      [0, 1000],
      [0, counting(30)],
    ]);
    const dataSet = facts.find((fact) => fact.kind === 'data-set');
    expect(dataSet).toMatchObject({ missed: 1000, incomplete: expect.any(String) });
  });

  it('is passed over when it is something else', () => {
    const { kinds, accounts } = hear([
      [0, ascii('GET / HTTP/1.1\r\n\r\n')],
      [1, ascii('HTTP/1.1 200 OK\r\n\r\n')],
    ]);
    expect(kinds).toEqual([]);
    expect(accounts.map(({ notParsed }) => notParsed)).toEqual([0, 0]);
  });

  it('is passed over when too little of it was sent, or too much that does not tell', () => {
    expect(hear([[0, associateRq().subarray(0, 20)]]).kinds).toEqual([]);
    expect(
      hear(
        [
          [0, 9],
          [0, counting(5000)],
        ],
        100,
        { identifyMidStreamBytesMax: 1000 },
      ).kinds,
    ).toEqual([]);
    expect(
      hear(
        [
          [0, associateRq().subarray(0, 60)],
          [0, associateRq().subarray(60)],
        ],
        1,
        { identifyBytesMax: 40 },
      ).kinds,
    ).toEqual([]);
  });
});
