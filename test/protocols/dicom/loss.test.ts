// Holes, cuts and late joining state nothing that was not there, and every byte lost is counted.
import { describe, expect, test } from 'vitest';
import type { DataSet, Fact, Side } from '../../../src/model/facts.ts';
import { concat } from '../../support/bytes.ts';
import { seeded } from '../../support/chunks.ts';
import { brief, client, hear, type Step, server, settled } from '../../support/dicom-dialogue.ts';
import {
  associateAc,
  associateRq,
  commandField,
  commandSet,
  ctStorage,
  explicitDataSet,
  explicitLittle,
  explicitPixelData,
  implicitLittle,
  patientRows,
  pData,
  pDataPieces,
  releaseRp,
  releaseRq,
  verification,
} from '../../support/pdu.ts';

/** What a hospital's stream suffers on its way to the sensor: holes, cuts, late joining. */

const object = concat(explicitDataSet(patientRows), explicitPixelData(700));
const storeRq = (messageId: number) =>
  commandSet({
    sopClass: ctStorage,
    field: commandField.storeRq,
    messageId,
    dataSet: true,
    instance: `1.2.3.${messageId}`,
  });
const storeRsp = (respondedTo: number) =>
  commandSet({
    sopClass: ctStorage,
    field: commandField.storeRsp,
    respondedTo,
    status: 0,
    instance: `1.2.3.${respondedTo}`,
  });
const echoRq = commandSet({ sopClass: verification, field: commandField.echoRq, messageId: 9 });

const request = associateRq({
  contexts: [
    { id: 1, abstractSyntax: ctStorage, transferSyntaxes: [implicitLittle, explicitLittle] },
    { id: 3, abstractSyntax: verification },
  ],
});
const acceptance = associateAc({ contexts: [{ id: 1, transferSyntax: explicitLittle }, { id: 3 }] });
const clientPdus = [
  request,
  pData([{ command: true, bytes: storeRq(1) }]),
  pDataPieces({ bytes: object }, 300),
  pData([{ command: true, bytes: storeRq(2) }, { bytes: object }]),
  pData([{ context: 3, command: true, bytes: echoRq }]),
  releaseRq(),
];
const serverPdus = [
  acceptance,
  pData([{ command: true, bytes: storeRsp(1) }]),
  pData([{ command: true, bytes: storeRsp(2) }]),
  releaseRp(),
];
const clientBytes = concat(...clientPdus);
const serverBytes = concat(...serverPdus);
const ends: readonly Step[] = [
  [client, 'cut'],
  [server, 'cut'],
];

/** The whole dialogue in which each direction is as `change` makes it. */
function dialogue(change: (side: Side, bytes: Uint8Array) => readonly Step[]): Step[] {
  const rest = change(client, clientBytes.subarray(request.length));
  return [
    [client, request],
    [server, acceptance],
    ...rest,
    ...change(server, serverBytes.subarray(acceptance.length)),
    ...ends,
  ];
}

const clean = settled(hear(dialogue((side, bytes) => [[side, bytes]])).facts);

const cleanTexts = new Set(clean.map((fact) => JSON.stringify(fact)));

/** Whether everything stated is stated in the clean run too, as much of it or less. */
function expectNoPhantom(facts: readonly Fact[], about: string): void {
  for (const fact of settled(facts)) {
    const is = `${about}: ${brief(fact)}`;
    if (['malformed', 'lost-step', 'mid-stream', 'data-set-skipped'].includes(fact.kind)) continue;
    if (fact.kind === 'data-set')
      expect(
        clean.some((one) => one.kind === 'data-set' && isPart(fact, one)),
        about,
      ).toBe(true);
    else expect(cleanTexts.has(JSON.stringify(fact)), is).toBe(true);
  }
}

function isPart(part: DataSet, whole: DataSet): boolean {
  const counts = new Map(whole.shown.map((one) => [one.attribute, one.count]));
  return (
    part.side === whole.side &&
    part.contextId === whole.contextId &&
    part.bytes <= 2 * whole.bytes &&
    part.shown.every((one) => one.count <= (counts.get(one.attribute) ?? 0)) &&
    [null, whole.patientHash].includes(part.patientHash) &&
    [null, whole.studyHash].includes(part.studyHash) &&
    [null, whole.instanceHash].includes(part.instanceHash) &&
    (part.deidentified === whole.deidentified || part.deidentified === 'not-seen')
  );
}

function withHole(bytes: Uint8Array, side: Side, at: number, length: number): readonly Step[] {
  return [
    [side, bytes.subarray(0, at)],
    [side, length],
    [side, bytes.subarray(Math.min(bytes.length, at + length))],
  ];
}

describe('holes', () => {
  for (const length of [1, 6, 50, 1460]) {
    test(`B21: a hole of ${length} at every offset states nothing that was not there`, () => {
      for (const side of [client, server]) {
        const bytes = (side === client ? clientBytes : serverBytes).length;
        for (let at = 0; at < bytes; at++) {
          const steps = dialogue((one, all) => (one === side ? withHole(all, one, at, length) : [[one, all]]));
          const { facts } = hear(steps);
          expectNoPhantom(facts, `side ${side}, hole of ${length} at ${at}`);
        }
      }
    });
  }

  test('B21: a hole inside Pixel Data costs nothing but its bytes', () => {
    const at = clientPdus[1].length + 12 + 300 + 30;
    const { facts, notParsed } = hear(
      dialogue((side, all) => (side === client ? withHole(all, side, at, 100) : [[side, all]])),
    );
    const first = settled(facts).find((one) => one.kind === 'data-set');
    expect(first).toMatchObject({ final: true, incomplete: null, missed: 100 });
    expect(notParsed).toEqual([0, 0]);
    expect(facts.map((one) => one.kind)).not.toContain('lost-step');
  });

  test('a hole that begins in a value and ends where its PDU does keeps the step', () => {
    const at = clientPdus[1].length + 12 + 100;
    const { facts, notParsed } = hear(
      dialogue((side, all) => (side === client ? withHole(all, side, at, 200) : [[side, all]])),
    );
    expect(notParsed).toEqual([0, 0]);
    expect(facts.map((one) => one.kind)).not.toContain('lost-step');
  });

  test('a hole in the header of a value costs its PDU and ends the scan that was going on', () => {
    const at = clientPdus[1].length + 12 + 300 + 8;
    const { facts, notParsed } = hear(
      dialogue((side, all) => (side === client ? withHole(all, side, at, 2) : [[side, all]])),
    );
    expect(settled(facts).find((one) => one.kind === 'data-set')).toMatchObject({
      incomplete: 'gap',
      bytes: object.length - 300,
    });
    expect(facts.map(brief)).toContain(`0 lost-step ${request.length + at - 2} 304`);
    expect(notParsed).toEqual([304, 0]);
  });

  test('a hole over the end of a PDU loses the step, finds it, and every byte between is counted', () => {
    const at = clientPdus[1].length + 12 + 250;
    const { facts, notParsed } = hear(
      dialogue((side, all) => (side === client ? withHole(all, side, at, 60) : [[side, all]])),
    );
    const lost = facts.find((one) => one.kind === 'lost-step');
    expect(lost).toMatchObject({ side: client, bytes: notParsed[0] });
    expect(notParsed[0]).toBeGreaterThan(0);
    expect(settled(facts).filter((one) => one.kind === 'command' && one.side === client).length).toBe(3);
    expect(
      settled(facts)
        .filter((one) => one.kind === 'data-set')
        .map((one) => one.incomplete),
    ).toEqual(['gap', null]);
  });

  test('a lost command leaves its data set without one, read and whole', () => {
    const { facts } = hear(dialogue((side, all) => (side === client ? withHole(all, side, 40, 10) : [[side, all]])));
    expect(
      settled(facts)
        .filter((one) => one.side === client)
        .map(brief),
    ).toEqual([
      '0 associate-request MODALITY ARCHIVE',
      `0 data-set 1 whole ${object.length}`,
      '0 command 1 0x0001',
      `0 data-set 1 whole ${object.length}`,
      '0 command 3 0x0030',
      '0 release-request',
    ]);
  });

  test('two holes, the second while the step is sought, are as one', () => {
    const rest = clientBytes.subarray(request.length);
    const at = clientPdus[1].length + 12 + 290;
    const steps = dialogue((side, all) =>
      side === server
        ? [[side, all]]
        : [
            [side, rest.subarray(0, at)],
            [side, 30],
            [side, rest.subarray(at + 30, at + 60)],
            [side, 20],
            [side, rest.subarray(at + 80)],
          ],
    );
    const { facts, notParsed } = hear(steps);
    expectNoPhantom(facts, 'two holes');
    expect(facts.filter((one) => one.kind === 'lost-step')).toHaveLength(1);
    expect(notParsed[0]).toBeGreaterThanOrEqual(30);
  });

  test('a hole in a request costs that request: what follows is mid-stream', () => {
    const { facts } = hear([
      [client, request.subarray(0, 50)],
      [client, 30],
      [client, clientBytes.subarray(80)],
      ...ends,
    ]);
    expect(facts.map((one) => one.kind)).not.toContain('associate-request');
    expect(facts.map(brief)).toContain('0 mid-stream');
    expect(facts.map(brief)).toContain(`0 lost-step 0 ${request.length - 30}`);
  });

  test('bytes of a data set whose beginning was lost are counted apart, not with the next', () => {
    const late = clientBytes.subarray(request.length + clientPdus[1].length + 12 + 300);
    const { facts } = hear(
      [
        [client, late],
        [client, 'cut'],
      ],
      { midStream: true },
    );
    expect(settled(facts).map(brief)).toEqual([
      '0 mid-stream',
      `0 data-set-skipped 1 ${object.length - 300}`,
      '0 command 1 0x0001',
      `0 data-set 1 whole ${object.length}`,
      '0 command 3 0x0030',
      '0 release-request',
    ]);
  });

  test('a hole after an announcement leaves that data set empty, whatever was skipped before', () => {
    const late = clientBytes.subarray(request.length + clientPdus[1].length + 12 + 300);
    const skipped = object.length - 300 + 12 * Math.ceil((object.length - 300) / 300);
    const command = pData([{ command: true, bytes: storeRq(2) }]);
    const steps: Step[] = [
      [client, late.subarray(0, skipped)],
      [client, command],
      [client, 5000],
      [client, pData([{ context: 3, command: true, bytes: echoRq }])],
      [client, 'cut'],
    ];
    expect(settled(hear(steps, { midStream: true }).facts).map(brief)).toEqual([
      '0 mid-stream',
      `0 data-set-skipped 1 ${object.length - 300}`,
      '0 command 1 0x0001',
      `0 lost-step ${skipped + command.length} 0`,
      '0 command 3 0x0030',
      '0 data-set 1 gap 0 missed 5000',
    ]);
  });

  test('a release after a hole is believed where the hole ends', () => {
    const before = serverBytes.subarray(acceptance.length, serverBytes.length - 10);
    const steps: Step[] = [
      [client, request],
      [server, acceptance],
      [server, before.length],
      [server, releaseRp()],
      ...ends,
    ];
    expect(hear(steps).facts.map(brief)).toContain('1 release-response');
  });
});

describe('holes at random, from a fixed seed', () => {
  /** A direction with up to four holes. */
  function holed(random: () => number, side: Side, bytes: Uint8Array): Step[] {
    const steps: Step[] = [];
    let at = 0;
    for (let holes = Math.floor(random() * 5); holes > 0; holes--) {
      const next = at + Math.floor(random() * (bytes.length - at));
      const length = Math.min(bytes.length - next, 1 + Math.floor(random() ** 3 * 800));
      steps.push([side, bytes.subarray(at, next)], [side, length]);
      at = next + length;
    }
    steps.push([side, bytes.subarray(at)]);
    return steps.filter(([, what]) => typeof what !== 'number' || what > 0);
  }

  test('many holes state nothing that was not there, and the same however the bytes between are cut', () => {
    const random = seeded(42);
    for (let round = 0; round < 300; round++) {
      const steps = dialogue((side, bytes) => holed(random, side, bytes));
      const whole = hear(steps);
      expectNoPhantom(whole.facts, `round ${round}`);
      for (const chunk of [1, 11]) {
        const cut = hear(steps, { chunk });
        expect(settled(cut.facts).map(brief), `round ${round}, ${chunk}`).toEqual(settled(whole.facts).map(brief));
        expect(cut.notParsed, `round ${round}, ${chunk}`).toEqual(whole.notParsed);
      }
    }
  });
});

describe('a direction cut short', () => {
  test('at each byte: what is stated was there, and what is open is stated as cut', () => {
    for (let length = 0; length <= clientBytes.length; length++) {
      const steps: Step[] = [[client, clientBytes.subarray(0, length)], ...ends];
      const { facts, notParsed } = hear(steps);
      const sets = settled(facts).filter((one) => one.kind === 'data-set');
      for (const set of sets) expect([null, 'cut', 'syntax-unknown'], `cut at ${length}`).toContain(set.incomplete);
      expect(notParsed[0], `cut at ${length}`).toBeLessThanOrEqual(Math.max(request.length, 300));
    }
  });

  test('at each PDU edge nothing is lost', () => {
    let length = 0;
    for (const pdu of clientPdus) {
      length += pdu.length;
      const { facts, notParsed } = hear([[client, clientBytes.subarray(0, length)], ...ends]);
      expect(notParsed).toEqual([0, 0]);
      expect(facts.filter((one) => one.kind === 'malformed' || one.kind === 'lost-step')).toEqual([]);
    }
  });
});

describe('B19: joined in the middle', () => {
  test('at every offset the step is found and nothing is stated that was not there', () => {
    for (let at = 1; at < clientBytes.length; at++) {
      const { facts, notParsed } = hear([[client, clientBytes.subarray(at)], ...ends], { midStream: true });
      expectNoPhantom(facts, `joined at ${at}`);
      expect(notParsed[0]).toBeLessThanOrEqual(clientBytes.length - at);
    }
  });

  test('what comes before the first PDU is counted and no loss of step', () => {
    const at = request.length + 40;
    const { facts, notParsed } = hear([[client, clientBytes.subarray(at)], ...ends], { midStream: true });
    expect(facts[0]).toEqual({ kind: 'mid-stream', side: client });
    expect(facts.map((one) => one.kind)).not.toContain('lost-step');
    expect(notParsed[0]).toBe(clientPdus[1].length - 40);
  });

  test('the step found does not depend on how the bytes are cut', () => {
    for (const at of [request.length + 40, request.length + 400, request.length + clientPdus[1].length + 350]) {
      const steps: Step[] = [[client, clientBytes.subarray(at)], ...ends];
      const whole = hear(steps, { midStream: true });
      for (const chunk of [1, 7, 64, 1460]) {
        const cut = hear(steps, { midStream: true, chunk });
        expect(settled(cut.facts)).toEqual(settled(whole.facts));
        expect(cut.notParsed).toEqual(whole.notParsed);
      }
    }
  });
});

describe('bytes from a fixed seed', () => {
  test('bits flipped anywhere throw nothing, and both sides stay bounded by what was sent', () => {
    const random = seeded(20_261_122);
    for (let round = 0; round < 800; round++) {
      const bytes = Uint8Array.from(clientBytes);
      for (let flips = 0; flips < 1 + (round % 4); flips++) {
        bytes[Math.floor(random() * bytes.length)] ^= 1 << Math.floor(random() * 8);
      }
      const { facts, notParsed } = hear([[client, bytes], [server, serverBytes], ...ends]);
      settled(facts);
      expect(notParsed[0]).toBeLessThanOrEqual(bytes.length);
      expect(notParsed[1]).toBeLessThanOrEqual(serverBytes.length);
    }
  });

  test('noise with holes states no association, command or attribute', () => {
    const random = seeded(7);
    for (let round = 0; round < 200; round++) {
      const noise = Uint8Array.from({ length: 3000 }, () => Math.floor(random() * 256));
      const { facts } = hear([[client, request], [client, 5], [client, noise], [client, 5], [client, noise], ...ends]);
      expect(settled(facts).map((one) => one.kind)).toEqual(['associate-request', 'lost-step']);
    }
  });
});
