// Proves B26 to B31: strange openings and endings, quiet and tiny segments, and floods cost no connection but their
// own.
import { describe, expect, it } from 'vitest';
import { concat, counting } from '../support/bytes.ts';
import {
  client,
  conversation,
  defaultStart,
  fin,
  frames,
  pause,
  reset,
  type Segment,
  type Turn,
} from '../support/conversation.ts';
import { tcpOption } from '../support/packet.ts';
import { explicitDataSet, explicitPixelData, patientRows } from '../support/pdu.ts';
import { merged, moved, retransmitted, tiny, withPayload } from '../support/segments.ts';
import { said, sense, storing, withoutFrames } from '../support/sensing.ts';
import { stepsOf } from '../support/steps.ts';
import { withstand } from './withstand.ts';

const wire = conversation(storing);
const whole = withstand(wire);
const [syn, synAck, ack] = wire;
const first = wire[3];
const stepped = (list: readonly Segment[]): Segment[] => list.map((one, i) => ({ ...one, at: defaultStart + 100 * i }));
/** Records without what depends on when and in which frame bytes came. */
const told = ({ records }: Pick<typeof whole, 'records'>) =>
  withoutFrames(
    JSON.parse(
      JSON.stringify(records, (name, value) =>
        /^(start|end|durationMicros|time|clientWhy|.*Time|.*Seen)$/.test(name) ? undefined : value,
      ),
    ),
  );
const stored = { complete: true, objects: 1, patients: 1, outcome: 'released', callingAe: 'MODALITY' };

describe('B26 openings', () => {
  it('with data on the SYN', () => {
    const opening = { ...syn, payload: first.payload };
    const { records, losses } = withstand([
      opening,
      { ...synAck, acknowledgement: synAck.acknowledgement + first.payload.length },
      ...wire.slice(4),
    ]);
    expect(records.associations).toMatchObject([stored]);
    expect(losses).toEqual({});
  });

  it('with data on the SYN that the server refused, sent again after it', () => {
    const { records } = withstand([{ ...syn, payload: first.payload }, ...wire.slice(1)]);
    expect(records.associations).toMatchObject([stored]);
  });

  it('with the SYN again, equal, and with another initial number before the answer', () => {
    const other = { ...syn, sequence: 77, ipId: 99 };
    expect(told(withstand(stepped([syn, retransmitted(syn, 0), ...wire.slice(1)])))).toEqual(told(whole));
    expect(withstand(stepped([other, syn, ...wire.slice(1)])).records.associations).toMatchObject([stored]);
  });

  it('with another SYN into the living connection: it is answered by none, and changes nothing', () => {
    for (const at of [4, 6, 9]) {
      const { records } = withstand(
        stepped([...wire.slice(0, at), { ...syn, sequence: 3_000_000_000, ipId: 99 }, ...wire.slice(at)]),
      );
      expect(records.associations, `before ${at}`).toMatchObject([stored]);
    }
  });

  it('from both sides at once, in four packets and in five', () => {
    const other = { ...synAck, flags: 'S', acknowledgement: 0 };
    const clientAnswer = { ...syn, flags: 'SA', acknowledgement: (synAck.sequence + 1) >>> 0, ipId: 70 };
    const serverAnswer = { ...synAck, ipId: 71 };
    for (const opening of [
      [syn, other, clientAnswer, serverAnswer],
      [syn, other, clientAnswer, serverAnswer, ack],
      [syn, { ...other, flags: 'A', acknowledgement: syn.sequence + 1 }, { ...other, ipId: 5 }, clientAnswer, ack],
    ]) {
      const { records } = withstand(stepped([...opening, ...wire.slice(3)]));
      expect(records.associations).toMatchObject([stored]);
    }
  });

  it('of a port pair used again: at once after FIN and after a reset, and without either', () => {
    const again = (start: number) => conversation(storing, { client: { sequence: 400_000_000 }, at: start });
    for (const ending of [[...said.release()], [reset('client')], []] as readonly (readonly Turn[])[]) {
      const one = conversation([...said.open('BEFORE'), ...said.store(), ...ending]);
      const { records } = withstand([...one, ...again(one[one.length - 1].at + 200)]);
      expect(records.associations.map(({ callingAe, objects }) => [callingAe, objects])).toEqual([
        ['BEFORE', 1],
        ['MODALITY', 1],
      ]);
      expect(records.connections).toHaveLength(2);
      expect(records.associations[1]).toMatchObject(stored);
    }
  });
});

describe('B27 endings', () => {
  const at = wire.findIndex(({ payload }) => payload[0] === 4);
  const forged = (from: 'client' | 'server', ahead: number): Segment => {
    const side = wire.slice(0, at).filter((one) => one.from === from);
    const last = side[side.length - 1];
    const sequence = last.sequence + last.payload.length + (/[SF]/.test(last.flags) ? 1 : 0) + ahead;
    return { ...last, sequence, flags: 'R', acknowledgement: 0, payload: counting(0), ipId: 4321 };
  };

  it.each<[string, number]>([
    ['out of the window', 1 << 28],
    ['behind it', -40_000_000],
    ['in the window', 20_000],
    ['with the very number', 0],
  ])('by a forged reset %s: read on, told whole but for the mark', (_, ahead) => {
    for (const from of ['client', 'server'] as const) {
      const { records, losses } = withstand(stepped([...wire.slice(0, at), forged(from, ahead), ...wire.slice(at)]));
      expect(records.associations).toMatchObject([{ ...stored, complete: expect.any(Boolean) }]);
      expect(records.operations).toMatchObject([{ command: 'C-STORE', status: 0, requestBytes: 208 }]);
      expect(losses['out-of-window']?.packets).toBe(1);
      expect(records.connections[0].ended).toBe('fin');
    }
  });

  it('by a reset with data, and data after it from the other side: counted, not read', () => {
    const open = conversation([...said.open(), ...said.storeRequest(), reset('client')]);
    const end = open[open.length - 1];
    const text = { ...end, payload: counting(40) };
    const late = conversation([...said.open(), ...said.storeRequest(), ...said.storeResponse()]).slice(-2, -1);
    const { records, losses } = withstand(stepped([...open.slice(0, -1), text, ...late]));
    expect(records.connections[0].ended).toBe('reset');
    expect(records.associations).toMatchObject([
      { outcome: 'cut', outcomeDetail: 'the connection was reset', objects: 1 },
    ]);
    expect(losses['after-reset']?.bytes).toBe(40 + late[0].payload.length);
  });

  it('by a FIN before its data, the FIN again, and a half close', () => {
    const early = wire.findIndex(({ from, flags }) => from === 'client' && flags.includes('F'));
    const data = withPayload(wire).filter((i) => wire[i].from === 'client');
    const fins = [...wire.slice(0, early + 1), retransmitted(wire[early], 0), ...wire.slice(early + 1)];
    expect(told(withstand(moved(wire, early, data[2])))).toEqual(told(whole));
    expect(told(withstand(stepped(fins)))).toEqual(told(whole));
    const half = conversation([
      ...said.open(),
      ...said.storeRequest(),
      fin('client'),
      ...said.storeResponse(),
      fin('server'),
    ]);
    expect(withstand(half).records.operations).toMatchObject([{ command: 'C-STORE', status: 0, complete: true }]);
  });
});

describe('B28 quiet and strange segments', () => {
  const middle = withPayload(wire)[2] + 2;
  const from = (side: 'client' | 'server') =>
    wire
      .slice(0, middle)
      .filter((one) => one.from === side)
      .at(-1) as Segment;
  const next = (side: 'client' | 'server') => from(side).sequence + from(side).payload.length;
  const put = (extra: readonly Segment[], gap = 0) =>
    stepped([...wire.slice(0, middle), ...extra, ...wire.slice(middle)]).map((one, i) =>
      i < middle ? one : { ...one, at: one.at + gap * Math.min(extra.length + 1, i - middle + 1) },
    );

  it('keep-alives without bytes and with one', () => {
    const probe = (payload: Uint8Array, ipId: number): Segment => ({
      ...from('client'),
      sequence: next('client') - 1,
      flags: 'A',
      payload,
      ipId,
    });
    const answer = {
      ...from('server'),
      sequence: next('server'),
      acknowledgement: next('client'),
      flags: 'A',
      payload: counting(0),
    };
    const last = from('client').payload.at(-1) as number;
    for (const byte of [counting(0), Uint8Array.of(last), Uint8Array.of(0)]) {
      const probes = Array.from({ length: 6 }, (_, i) => [probe(byte, 600 + i), { ...answer, ipId: 700 + i }]).flat();
      const { records } = withstand(put(probes, 60_000_000));
      expect(records.associations, `${byte.length} bytes`).toMatchObject([
        { ...stored, complete: expect.any(Boolean) },
      ]);
      expect(records.connections).toHaveLength(1);
    }
  });

  it('a zero window for ten minutes, with its probes', () => {
    const probes = Array.from({ length: 10 }, (_, i) => ({
      ...from('server'),
      sequence: next('server'),
      flags: 'A',
      payload: counting(0),
      ipId: 800 + i,
    }));
    expect(told(withstand(put(probes, 60_000_000)))).toEqual(told(whole));
  });

  it('window scale 14, and every option there is', () => {
    const options = concat(
      tcpOption.maximumSegmentSize(1460),
      tcpOption.windowScale(14),
      tcpOption.selectivePermitted(),
      tcpOption.timestamps(1, 0),
    );
    const strange = Uint8Array.of(1, 1, 34, 12, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 254, 4, 0, 0, 0, 0);
    const list = wire.map((one, i) => ({
      ...one,
      options: i < 2 ? options : i % 2 === 0 ? tcpOption.timestamps(i, i) : strange,
    }));
    expect(told(withstand(list))).toEqual(told(whole));
    const broken = wire.map((one) => ({ ...one, options: Uint8Array.of(2, 0, 8, 200) }));
    expect(told(withstand(broken))).toEqual(told(whole));
  });

  it('an urgent pointer', () => {
    const urgent = wire.map((one) => (one.payload.length > 0 ? { ...one, flags: `${one.flags}U` } : one));
    expect(told(withstand(urgent))).toEqual(told(whole));
  });
});

describe('B29 a store in one-byte segments', () => {
  const store = (bytes: number): Turn[] => [
    ...said.open(),
    ...said.storeRequest().slice(0, 0),
    client(concat(...objectOf(bytes))),
    ...said.storeResponse(),
    ...said.release(),
  ];

  it('gives what large ones give', () => {
    const list = conversation(store(20_000), { acknowledgeEvery: 0 });
    const small = tiny(list, 1).map((one, i) => ({ ...one, ipId: i & 0xffff }));
    expect(told(withstand(small))).toEqual(told(withstand(list)));
  });

  it('in time that grows with the bytes, counted in steps of the program: ten times as many take eleven times as long at most', async () => {
    const segments = (bytes: number) =>
      frames(
        tiny(conversation(store(bytes), { acknowledgeEvery: 0 }), 1).map((one, i) => ({ ...one, ipId: i & 0xffff })),
      );
    const lists = [segments(2000), segments(20_000)];
    sense(lists[0]);
    const [small, large] = [await stepsOf(() => sense(lists[0])), await stepsOf(() => sense(lists[1]))];
    expect(small).toBeGreaterThan(2000 * 10);
    expect(large / small).toBeLessThan(11);
  });

  it('out of order by pairs too', () => {
    const list = tiny(conversation(store(5_000), { acknowledgeEvery: 0 }), 1).map((one, i) => ({
      ...one,
      ipId: i & 0xffff,
    }));
    const swapped = list.map((one, i) => {
      const pair = list[i ^ 1];
      const swap =
        i >> 1 > 50 &&
        i >> 1 < (list.length >> 1) - 50 &&
        pair.from === one.from &&
        pair.payload.length === 1 &&
        one.payload.length === 1;
      return swap ? { ...pair, at: one.at } : one;
    });
    const { records, losses } = withstand(swapped);
    expect(records.associations[0].incomplete).toEqual([]);
    expect(losses).toEqual({});
  });
});

describe('B30 half-open connections', () => {
  it('of a flood are bounded, counted and forgotten, and cost those that live nothing', () => {
    const limits = { connectionsMax: 500 };
    const flood = Array.from({ length: 5000 }, (_, i) => ({
      ...syn,
      path: {
        ...syn.path,
        client: { ...syn.path.client, address: `10.${20 + (i >> 12)}.${(i >> 4) & 255}.${i & 15}`, port: 1024 + i },
      },
      sequence: i * 7919,
      ipId: i & 0xffff,
      at: defaultStart + 3 * i,
    }));
    const { losses, tcp, sensor, records } = withstand(
      merged(flood, conversation(storing, { at: defaultStart + 20 })),
      { limits },
    );
    expect(losses.evicted?.packets).toBeGreaterThan(4000);
    // The last acknowledgement of one that was forgotten may look like another.
    expect(tcp.filter(({ clientBytes }) => clientBytes > 0)).toHaveLength(1);
    expect(tcp.length).toBeLessThan(5010);
    // Closed ones stay.
    expect(sensor.held.connections).toBeLessThan(10);
    expect(records.associations).toHaveLength(1);
  });

  it('are over after a minute without an answer', () => {
    const flood = Array.from({ length: 100 }, (_, i) => ({
      ...syn,
      path: { ...syn.path, client: { ...syn.path.client, port: 2000 + i } },
      at: defaultStart + i,
    }));
    const { tcp } = withstand([...flood, ...conversation([pause(1)], { at: defaultStart + 62_000_000 })], {
      late: defaultStart + 70_000_000,
    });
    expect(tcp.filter(({ ended }) => ended === 'expired')).toHaveLength(100);
  });
});

describe('B31 the reassembly budget used up', () => {
  const hidden = (port: number): Segment[] => {
    const list = conversation(
      [...said.open(`PORT${port}`), client(concat(...objectOf(60_000))), ...said.storeResponse(), ...said.release()],
      {
        client: { port },
        at: defaultStart + port,
        acknowledgeEvery: 0,
      },
    );
    const hole = list.findIndex(({ payload }) => payload[0] === 4) + 3;
    return [...list.slice(0, hole), ...list.slice(hole + 1)];
  };

  it('costs the holes that wait longest, which are counted, and no step', () => {
    const limits = { reorderTotalBytesMax: 100_000 };
    const list = merged(...Array.from({ length: 20 }, (_, i) => hidden(2000 + i)));
    const { records, losses } = withstand(list, { limits });
    expect(records.associations).toHaveLength(20);
    for (const association of records.associations) {
      expect(association).toMatchObject({ objects: 1, patients: 1, outcome: 'released', complete: false });
    }
    expect(losses.missed?.bytes).toBe(20 * 1460);
  });

  it('of one direction too', () => {
    const { records, losses } = withstand(hidden(2000), { limits: { reorderBytesMax: 8000 } });
    expect(records.associations).toMatchObject([{ objects: 1, patients: 1, outcome: 'released', complete: false }]);
    expect(losses.missed?.bytes).toBe(1460);
  });
});

/** A C-STORE request with an object of `pixels` bytes, as PDUs. */
function objectOf(pixels: number): Uint8Array[] {
  const [turn] = said.storeRequest();
  const command =
    turn.turn === 'data' ? turn.bytes.subarray(0, 6 + new DataView(turn.bytes.buffer).getUint32(2)) : counting(0);
  return [command, ...dataPdus(concat(explicitDataSet(patientRows), explicitPixelData(pixels)))];
}

function dataPdus(bytes: Uint8Array): Uint8Array[] {
  const list: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += 8000) {
    const piece = bytes.subarray(at, at + 8000);
    const head = new DataView(new ArrayBuffer(12));
    head.setUint8(0, 4);
    head.setUint32(2, piece.length + 6);
    head.setUint32(6, piece.length + 2);
    head.setUint8(10, 1);
    head.setUint8(11, at + 8000 >= bytes.length ? 2 : 0);
    list.push(concat(new Uint8Array(head.buffer), piece));
  }
  return list;
}
