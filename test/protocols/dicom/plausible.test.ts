// A verdict says plausible, implausible, or how many bytes it needs: never fewer than there are.
import { describe, expect, test } from 'vitest';
import { u32be } from '../../../src/bytes/reader.ts';
import {
  implausible,
  judgeAssociate,
  judgeData,
  judgeShort,
  plausible,
  type Verdict,
} from '../../../src/protocols/dicom/plausible.ts';
import { concat, u32 } from '../../support/bytes.ts';
import { seeded } from '../../support/chunks.ts';
import {
  abort,
  associateRj,
  associateRq,
  commandField,
  commandSet,
  pData,
  pDataPieces,
  releaseRq,
  verification,
} from '../../support/pdu.ts';

type Judge = (bytes: Uint8Array, at: number, end: number) => Verdict;
const judgeTwo: Judge = (bytes, at, end) => judgeData(bytes, at, end, 2);
const echo = commandSet({ sopClass: verification, field: commandField.echoRq, messageId: 1 });

const cases: readonly (readonly [string, Judge, Uint8Array])[] = [
  ['a request', judgeAssociate, associateRq()],
  ['a request of another application context', judgeAssociate, associateRq({ applicationContext: '1.2.3' })],
  ['a rejection', judgeShort, associateRj()],
  ['an abort', judgeShort, abort(2, 2)],
  ['a command', judgeTwo, pData([{ command: true, bytes: echo }])],
  ['two data PDUs', judgeTwo, pDataPieces({ bytes: new Uint8Array(100) }, 50)],
  ['a data PDU and a release', judgeTwo, concat(pData([{ bytes: new Uint8Array(30) }]), releaseRq())],
  [
    'a data PDU of many values',
    judgeTwo,
    concat(pData(Array.from({ length: 200 }, () => ({ bytes: echo }))), releaseRq()),
  ],
];

describe('what a verdict needs', () => {
  for (const [what, judge, bytes] of cases) {
    test(`${what}: given as many bytes as it asks for it comes to an end, at any place in memory`, () => {
      const framed = concat(new Uint8Array(3), bytes, new Uint8Array(400));
      let given = 1;
      let verdict = judge(framed, 3, 3 + given);
      while (verdict !== plausible) {
        expect(verdict).toBeGreaterThan(given);
        given = verdict;
        verdict = judge(framed, 3, 3 + given);
      }
      expect(given).toBeLessThanOrEqual(bytes.length);
    });

    test(`${what}: no fewer bytes make it plausible or implausible than a verdict says`, () => {
      let wanted = 0;
      for (let given = 1; given < bytes.length; given++) {
        const verdict = judge(bytes, 0, given);
        expect(verdict).not.toBe(implausible);
        if (verdict === plausible) break;
        if (given >= wanted) wanted = verdict;
        expect(verdict).toBeGreaterThanOrEqual(wanted);
      }
    });
  }
});

// Found by fuzzing: a verdict that more bytes could turn depends on how the stream is cut.
test.each([
  ['a command', pData([{ command: true, bytes: echo }]), 0],
  ['two data PDUs', pDataPieces({ bytes: new Uint8Array(100) }, 50), 62],
])('what comes behind %s that is plausible does not change that', (_, bytes, last) => {
  // The last PDU is longer than what is there, and what goes on in it is no value.
  bytes.set(u32(u32be(bytes, last + 2) + 30), last + 2);
  expect(judgeTwo(bytes, 0, bytes.length)).toBe(plausible);
  expect(judgeTwo(concat(bytes, new Uint8Array(30).fill(0xee)), 0, bytes.length + 30)).toBe(plausible);
});

test('data that no chain within the bound can confirm is implausible, but for a command', () => {
  const header = Uint8Array.of(4, 0, 0, 0x10, 0, 0, 0, 0x0f, 0xff, 0xfc, 1, 0);
  expect(judgeTwo(header, 0, header.length)).toBe(implausible);
});

// Found by fuzzing: a verdict that fewer bytes than it asks for could turn is found as early as the stream happens to
// be cut.
test.each(cases)('fewer bytes than are asked for never change the verdict: %s', (_, judge, bytes) => {
  const random = seeded(bytes.length);
  for (let round = 0; round < 60; round++) {
    const mutant = concat(bytes, bytes).slice(0, 1500);
    const flips = round % 4;
    for (let i = 0; i < flips; i++) mutant[1 + Math.floor(random() * (mutant.length - 1))] = random() * 256;
    let asked = 0;
    for (let end = 1; end <= mutant.length; end++) {
      const now = judge(mutant, 0, end);
      if (end < asked) expect(now).toBeGreaterThan(0);
      if (now === implausible || now === plausible) break;
      asked = now;
    }
  }
});
