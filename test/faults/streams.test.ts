// Proves B19 to B25: streams joined late, one-sided, with holes, out of order, sent again, past 4 GiB: what can be read
// is.
import { describe, expect, it } from 'vitest';
import { concat, counting } from '../support/bytes.ts';
import { client, conversation, type Segment } from '../support/conversation.ts';
import {
  commandField,
  commandSet,
  ctStorage,
  explicitDataSet,
  explicitPixelData,
  patientRows,
  pData,
  pDataPieces,
} from '../support/pdu.ts';
import { moved, overlapping, retransmitted, split, tiny, without, withPayload } from '../support/segments.ts';
import { said, storing, withoutFrames } from '../support/sensing.ts';
import { withstand } from './withstand.ts';

/** An association in which one object of `pixels` bytes is stored in values of `value` bytes. */
export const storingPixels = (pixels: number, value = 16_000) => [
  ...said.open(),
  client(
    concat(
      pData([
        {
          command: true,
          bytes: commandSet({
            field: commandField.storeRq,
            sopClass: ctStorage,
            messageId: 1,
            dataSet: true,
            instance: '1.2.3',
          }),
        },
      ]),
      pDataPieces({ bytes: concat(explicitDataSet(patientRows), explicitPixelData(pixels)) }, value),
    ),
  ),
  ...said.storeResponse(),
  ...said.release(),
];

const wire = conversation(storing);
const whole = withstand(wire);
/** Times and packets are those of packets that came later or not at all. */
const told = ({ records }: { records: (typeof whole)['records'] }) =>
  withoutFrames(
    JSON.parse(
      JSON.stringify(records, (name, value) =>
        /^(start|end|durationMicros|time|.*Time|.*Seen)$/.test(name) ? undefined : value,
      ),
    ),
  );

it('a clean store is told whole', () => {
  expect(whole.records.associations).toMatchObject([{ complete: true, objects: 1, patients: 1, outcome: 'released' }]);
  expect(whole.losses).toEqual({});
});

describe('B19 joined in the middle of a P-DATA', () => {
  const large = conversation([...storingPixels(100_000).slice(0, -4), ...said.store(2), ...said.release()]);
  const data = withPayload(large);

  it('at any segment: finds its step again, reads the next object, and shows nothing that is not there', () => {
    for (const from of data.slice(2, 60)) {
      const { records } = withstand(large.slice(from));
      const [association] = records.associations;
      expect(records.associations, `from segment ${from}`).toHaveLength(1);
      expect(association).toMatchObject({ midStream: true, callingAe: null, outcome: 'released', patientData: true });
      expect(association.incomplete).toContain('mid-stream');
      expect(association.objects, `from segment ${from}`).toBeLessThanOrEqual(2);
      expect(records.operations.map(({ messageId }) => messageId)).toContain(2);
      expect(association.patients).toBe(1);
      expect(records.findings.every(({ partial }) => partial)).toBe(true);
    }
  });

  it('on a port that says nothing', () => {
    const odd = conversation([...storingPixels(100_000, 4000).slice(0, -4), ...said.store(2), ...said.release()], {
      server: { port: 31_415 },
    });
    const { records } = withstand(odd.slice(withPayload(odd)[4]));
    expect(records.associations).toMatchObject([{ midStream: true, patientData: true, callingAe: null }]);
  });
});

describe('B20 one direction, or no acknowledgements', () => {
  it('of the client alone', () => {
    const { records } = withstand(conversation(storing, { only: 'client' }));
    expect(records.associations).toMatchObject([
      { callingAe: 'MODALITY', objects: 1, patients: 1, patientData: true, accepted: true, complete: false },
    ]);
    expect(records.associations[0].incomplete).toContain('one-direction');
    expect(records.associations[0].outcomeDetail).toContain('acceptance was not seen');
  });

  it('of the server alone', () => {
    const { records } = withstand(conversation(storing, { only: 'server' }));
    expect(records.associations).toMatchObject([{ accepted: true, objects: 0, patientData: false, complete: false }]);
    expect(records.operations).toMatchObject([{ command: 'C-STORE', requester: 'client', statusKind: 'success' }]);
  });

  it('without a bare acknowledgement', () => {
    const silent = conversation(storing, { acknowledgeEvery: 0 });
    expect(told(withstand(silent))).toEqual(told(whole));
  });

  it.each([300, 5_000, 50_000])(
    'on two taps whose clocks differ by %i µs: the server’s packets before the client’s',
    (skew) => {
      const skewed = wire
        .map((segment) => (segment.from === 'server' ? { ...segment, at: segment.at - skew } : segment))
        .sort((a, b) => a.at - b.at);
      const { records, losses } = withstand(skewed);
      expect(records.associations).toMatchObject([
        {
          callingAe: 'MODALITY',
          midStream: false,
          accepted: true,
          outcome: 'released',
          operations: 1,
          objects: 1,
          complete: true,
        },
      ]);
      expect(records.operations).toMatchObject([
        { command: 'C-STORE', messageId: 1, status: 0, requestBytes: 208, complete: true },
      ]);
      expect(records.operations[0].transferSyntaxGuessed).toBe(false);
      expect(losses).toEqual({});
    },
  );

  it('of the client with a segment lost: the hole is given up by time, as nobody acknowledges', () => {
    const list = conversation([...said.open(), ...said.store(1), ...said.store(2), ...said.release()], {
      only: 'client',
      stepMicros: 1_000_000,
    });
    const lost = withPayload(list)[1];
    const { records, losses } = withstand(without(list, lost));
    expect(losses.missed?.bytes).toBe(list[lost].payload.length);
    expect(records.operations.map(({ messageId }) => messageId)).toContain(2);
  });
});

describe('B21 a hole', () => {
  const list = tiny(conversation(storingPixels(60_000)), 700);
  const stored = list.findIndex(({ from, payload }) => from === 'client' && payload[0] === 4);
  const payloads = withPayload(list).filter((i) => list[i].from === 'client');
  /**
   * Client segments by what they hold: the PDU and PDV headers of the command, the command, the data set's head,
   * pixels.
   */
  const isPixels = (i: number) => i > stored + 4 && i < payloads[payloads.length - 3];

  it('of a segment anywhere: costs those bytes, and shows nothing that is not there', () => {
    for (const lost of payloads) {
      const { records, losses } = withstand(without(list, lost));
      const what = `without segment ${lost}`;
      expect(losses.missed?.bytes, what).toBe(list[lost].payload.length);
      expect(records.associations, what).toHaveLength(1);
      const [association] = records.associations;
      expect(association.incomplete, what).toContain('missed-bytes');
      expect(association.operations, what).toBeLessThanOrEqual(1);
      expect(association.patients as number, what).toBeLessThanOrEqual(1);
      expect(
        new Set(records.exposures.flatMap(({ attributes }) => attributes.map(({ attribute }) => attribute))).size,
        what,
      ).toBeLessThanOrEqual(whole.records.exposures[0].attributes.length);
      if (!isPixels(lost)) continue;
      expect(association, what).toMatchObject({ objects: 1, patients: 1, patientData: true, outcome: 'released' });
      // Lost with the header of a PDU, its rest is passed over.
      expect(losses['not-parsed']?.bytes ?? 0, what).toBeLessThan(16_012);
    }
  });

  /** The store as one run of client bytes, of which `length` from `at` are lost. */
  const holed = (at: number, length: number) => {
    const one = conversation(storingPixels(60_000), { client: { mss: 30_000 } });
    const first = one.findIndex(({ from, payload }) => from === 'client' && payload[0] === 4);
    const [head, rest] = split(one[first], at);
    const [, tail] = split(rest, length);
    return [...one.slice(0, first), ...(at > 0 ? [head] : []), tail, ...one.slice(first + 1)];
  };
  const command = 12 + 140;

  it.each<[string, number]>([
    ['the PDU type', 0],
    ['the PDU length', 3],
    ['the PDV length', 7],
    ['the context id', 10],
    ['the message control header', 11],
    ['the command set', 40],
    ['the patient module', command + 160],
    ['the length of an element', command + 90],
    ['pixel data', 9000],
  ])('of a byte in %s', (what, at) => {
    const { records, losses } = withstand(holed(at, 1));
    expect(losses.missed).toEqual({ packets: 0, bytes: 1 });
    expect(records.associations).toHaveLength(1);
    expect(records.associations[0].outcome).toBe('released');
    expect(records.operations.filter(({ command: name }) => name !== 'C-STORE' && name !== 'unknown')).toEqual([]);
    if (what === 'pixel data') expect(records.associations[0]).toMatchObject({ objects: 1, patients: 1 });
  });

  it('in one of three associations of a connection: only that one is marked', () => {
    const part = (name: string) => [...said.open(name), ...said.store(), ...said.release().slice(0, 2)];
    const three = conversation([...part('ONE'), ...part('TWO'), ...part('THREE'), ...said.release().slice(2)]);
    const second = three.findIndex(({ payload }) => Buffer.from(payload).includes('TWO'));
    const lost = three.findIndex(({ from, payload }, i) => i > second && from === 'client' && payload[0] === 4);
    const { records } = withstand(without(three, lost));
    expect(records.associations.map(({ callingAe, complete }) => [callingAe, complete])).toEqual([
      ['ONE', true],
      ['TWO', false],
      ['THREE', true],
    ]);
    expect(records.associations[1].incomplete).toContain('missed-bytes');
  });

  it('of 1 MB in pixel data, over many PDUs: the object is told, and the next whole', () => {
    const turns = [...storingPixels(3 << 20).slice(0, -4), ...said.store(2), ...said.release()];
    const list = conversation(turns, { client: { mss: 60_000 } });
    const big = list.flatMap((segment, i) => (segment.payload.length === 60_000 ? [i] : []));
    const lost = big.slice(10, 28);
    const { records, losses } = withstand(without(list, ...lost));
    expect(losses.missed?.bytes).toBe(18 * 60_000);
    expect(records.associations).toMatchObject([{ operations: 2, objects: 2, patients: 1, outcome: 'released' }]);
    expect(records.operations.map(({ complete }) => complete)).toEqual([false, true]);
  });
});

describe('B21 an acknowledgement that no host takes', () => {
  it('gives up no hole that is still to be filled, and makes no loss up', () => {
    const large = withPayload(wire).find((i) => wire[i].payload.length > 300) as number;
    const next = wire.findIndex(({ from, at }) => from === 'server' && at > wire[large].at);
    const forged = { ...wire[next], payload: new Uint8Array(0), flags: 'A', ipId: 0x7777 };
    const far = { ...forged, acknowledgement: (forged.acknowledgement + (50 << 20)) >>> 0 };
    const early = [...wire.slice(0, large), ...wire.slice(large + 1, large + 2), far];
    const list = [...early, wire[large], ...wire.slice(large + 2)].map(stepped);
    const { records, losses } = withstand(list);
    expect(records.associations[0]).toMatchObject({ objects: 1, patients: 1, outcome: 'released', incomplete: [] });
    expect([losses['before-sensor'], losses.missed]).toEqual([undefined, undefined]);
    // Of one that breaks off nobody knows what was still to come.
    const { losses: cut } = withstand(list.filter(({ flags }) => !flags.includes('F')));
    expect([cut['before-sensor'], cut.missed]).toEqual([undefined, undefined]);
  });
});

describe('B22 out of order', () => {
  it.each([
    ['64 KB', 64 << 10],
    ['1 MB', 1 << 20],
    ['15 MB', 15 << 20],
  ])('over %s: the same records', (_, bytes) => {
    const list = conversation(storingPixels(bytes + 100_000, 120_000), {
      client: { mss: 60_000 },
      acknowledgeEvery: 0,
    });
    const first = list.findIndex(({ payload }) => payload.length === 60_000);
    const late = moved(list, first, first + Math.floor(bytes / 60_000));
    const inOrder = withstand(list);
    const { records, losses } = withstand(late);
    expect(told({ records })).toEqual(told(inOrder));
    expect(losses).toEqual({});
  });

  it('over more than is held: counted as missed, and the step is kept', () => {
    const limits = { reorderBytesMax: 1 << 20 };
    const list = conversation(storingPixels(4 << 20, 120_000), { client: { mss: 60_000 }, acknowledgeEvery: 0 });
    const first = list.findIndex(({ payload }) => payload.length === 60_000) + 2;
    const { records, losses } = withstand(moved(list, first, first + 30), { limits });
    expect(losses.missed?.bytes).toBe(60_000);
    expect(records.associations).toMatchObject([{ objects: 1, patients: 1, outcome: 'released', complete: false }]);
  });
});

describe('B23 sent again, equal', () => {
  const data = withPayload(wire);

  it('each segment, at once, later, and after the end', () => {
    for (const at of data) {
      for (const place of [at + 1, Math.min(wire.length, at + 6), wire.length]) {
        const again = [...wire.slice(0, place), retransmitted(wire[at], 0), ...wire.slice(place)];
        const { records, losses } = withstand(again.map((one, i) => ({ ...one, at: wire[0].at + 100 * i })));
        expect(told({ records }), `segment ${at} again at ${place}`).toEqual(told(whole));
        expect(losses.conflicting).toBeUndefined();
      }
    }
  });

  it('in other pieces', () => {
    const large = wire[data[2]];
    const pieces = tiny([retransmitted(large, 0)], 37).map((one, i) => ({ ...one, ipId: 900 + i }));
    const { records } = withstand([...wire.slice(0, data[2] + 1), ...pieces, ...wire.slice(data[2] + 1)].map(stepped));
    expect(told({ records })).toEqual(told(whole));
  });
});

describe('B24 sent again or overlapping with other bytes', () => {
  const data = withPayload(wire);
  const large = data.find((i) => wire[i].payload.length > 300 && wire[i].payload[0] === 4) as number;
  const other = (segment: Segment) => retransmitted(segment, 0, counting(segment.payload.length, 3));

  it('after the first copy: that is kept, and the connection is marked ambiguous', () => {
    const { records, losses } = withstand(
      [...wire.slice(0, large + 1), other(wire[large]), ...wire.slice(large + 1)].map(stepped),
    );
    expect(records.associations[0]).toMatchObject({ objects: 1, patients: 1, outcome: 'released' });
    expect(losses.conflicting?.packets).toBe(1);
    expect(records.connections[0].incomplete).toContain('ambiguous');
  });

  it('in other bounds, after the first copies: marked too', () => {
    const [head, tail] = split(wire[large], 200);
    const both = overlapping(tail, head.payload);
    for (const [payload, marks] of [
      [both.payload, 0],
      [both.payload.map((byte, i) => (i === 250 ? byte ^ 4 : byte)), 1],
    ] as const) {
      const list = [...wire.slice(0, large), head, tail, { ...both, payload }, ...wire.slice(large + 1)].map(stepped);
      const { records, losses } = withstand(list);
      expect(records.associations[0]).toMatchObject({ objects: 1, patients: 1, outcome: 'released' });
      expect(losses.conflicting?.packets ?? 0).toBe(marks);
      expect(records.connections[0].incomplete.includes('ambiguous')).toBe(marks === 1);
    }
  });

  it('in part: what is new is read', () => {
    const [head, tail] = split(wire[large], 200);
    const list = [...wire.slice(0, large), head, overlapping(tail, counting(50)), ...wire.slice(large + 1)].map(
      stepped,
    );
    const { records } = withstand(list);
    expect(records.associations[0]).toMatchObject({ objects: 1, patients: 1, outcome: 'released' });
  });

  it('while both wait behind a hole', () => {
    const [head, tail] = split(wire[large], 100);
    const list = [...wire.slice(0, large), tail, other(tail), head, ...wire.slice(large + 1)].map(stepped);
    const { records, losses } = withstand(list);
    expect(records.associations[0]).toMatchObject({ objects: 1, patients: 1, outcome: 'released' });
    expect(losses.conflicting?.packets).toBe(1);
    expect(records.connections[0].incomplete).toContain('ambiguous');
  });
});

describe('B25 numbers', () => {
  it('wrap anywhere within a PDU', () => {
    const plain = conversation(storingPixels(3000), { client: { mss: 400 } });
    const bytes = plain.filter(({ from }) => from === 'client').reduce((sum, { payload }) => sum + payload.length, 0);
    const reference = withstand(plain);
    for (let at = 1; at < bytes; at += 97) {
      const ends = { client: { mss: 400, sequence: 2 ** 32 - at }, server: { sequence: 2 ** 32 - 10 } };
      const { records, losses } = withstand(conversation(storingPixels(3000), ends));
      expect(records.associations).toMatchObject([{ complete: true, objects: 1, patients: 1 }]);
      expect(records.operations[0].requestBytes).toBe(reference.records.operations[0].requestBytes);
      expect(losses).toEqual({});
    }
  });
});

const stepped = (segment: Segment, i: number): Segment => ({ ...segment, at: wire[0].at + 100 * i });
