// Proves that what taps, mirrors and late starts do to a capture changes records only as it must.
import { describe, expect, it } from 'vitest';
import {
  type ConversationOptions,
  client,
  conversation,
  defaultStart,
  fin,
  frames,
  pause,
  reset,
  type Segment,
  server,
  type Turn,
} from './support/conversation.ts';
import { ethernet } from './support/link.ts';
import { patientRows } from './support/pdu.ts';
import { copied, merged, moved, tiny, withPayload } from './support/segments.ts';
import { Sensing, said, sense, storing, withoutFrames } from './support/sensing.ts';

const wire = conversation(storing);
const whole = sense(frames(wire)).records;

/** The same conversation with every frame on this VLAN. */
const onVlan = (vlan: number, turns: readonly Turn[] = storing, options: ConversationOptions = {}): Segment[] =>
  conversation(turns, { link: (packet) => ethernet(packet, { tags: [{ vlan }] }), ...options });

/** Records as they are but for where they were seen, and by which device addresses. */
function elsewhere(records: Sensing['records']) {
  const connections = records.connections.map((each) => ({ ...each, vlan: [], clientMac: null, serverMac: null }));
  return withoutFrames({ ...records, connections });
}

describe('every frame twice', () => {
  it('gives the same records', () => {
    const twice = merged(
      wire,
      wire.map((segment) => copied(segment)),
    );
    const { records, sensor } = sense(frames(twice));
    expect(elsewhere(records)).toEqual(elsewhere(whole));
    expect(sensor.losses().duplicate?.packets).toBe(wire.length);
  });

  it('on two VLANs notes both, and is else the same', () => {
    const both = merged(
      onVlan(10),
      onVlan(20).map((segment) => copied(segment)),
    );
    const { records } = sense(frames(both));
    expect(records.connections.map(({ vlan }) => vlan)).toEqual([[10, 20]]);
    expect(elsewhere(records)).toEqual(elsewhere(whole));
  });
});

describe('VLANs', () => {
  it('that carry one direction each are one connection', () => {
    const split = conversation(storing, {
      link: (packet, from) => ethernet(packet, { tags: [{ vlan: from === 'client' ? 7 : 8 }] }),
    });
    const { records } = sense(frames(split));
    expect(records.connections.map(({ vlan }) => vlan)).toEqual([[7, 8]]);
    expect(elsewhere(records)).toEqual(elsewhere(whole));
  });

  it('that carry equal ends with other numbers are two connections', () => {
    const other = onVlan(20, [...said.open('OTHER'), ...said.release()], {
      client: { sequence: 3_000_000_000 },
      server: { sequence: 2_000_000_000 },
      at: defaultStart + 50,
    });
    const { records } = sense(frames(merged(onVlan(10), other)));
    expect(records.associations.map(({ callingAe, complete }) => [callingAe, complete])).toEqual([
      ['MODALITY', true],
      ['OTHER', true],
    ]);
    expect(records.connections.map(({ vlan }) => vlan)).toEqual([[10], [20]]);
  });
});

describe('a port pair used again', () => {
  const later = { at: defaultStart + 90_000_000 };

  it('with other numbers is another connection', () => {
    const again = conversation(storing, { ...later, client: { sequence: 77_000_000 } });
    const { records } = sense(frames([...wire, ...again]));
    expect(new Set(records.connections.map(({ id }) => id)).size).toBe(2);
    expect(records.associations.map(({ outcome, complete }) => [outcome, complete])).toEqual([
      ['released', true],
      ['released', true],
    ]);
  });

  it('with the same numbers a minute later too: its id gets an ordinal', () => {
    const { records } = sense(frames([...wire, ...conversation(storing, later)]));
    expect(new Set(records.connections.map(({ id }) => id)).size).toBe(2);
    expect(records.connections[0].id).toBe(whole.connections[0].id);
  });

  it('while the first was never closed ends that one', () => {
    const unclosed = conversation([...said.open(), ...said.store()]);
    const again = conversation(storing, { ...later, client: { sequence: 77_000_000 } });
    const { records } = sense(frames([...unclosed, ...again]));
    expect(records.connections.map(({ ended }) => ended)).toEqual(['replaced', 'fin']);
    expect(records.associations.map(({ outcomeDetail }) => outcomeDetail)).toEqual([
      'the same ports opened a new connection',
      null,
    ]);
  });
});

describe('joined in the middle', () => {
  const turns = [...said.open(), ...said.store(1), ...said.store(2), ...said.store(3), ...said.release()];
  const all = conversation(turns);
  const data = withPayload(all);
  const joined = (from: number) => sense(frames(all.slice(data[from]))).records;

  it('finds the next message, and says that the beginning was not seen', () => {
    const { associations, connections } = joined(3);
    expect(associations).toMatchObject([
      { midStream: true, accepted: true, callingAe: null, outcome: 'released', objects: 2, patientData: true },
    ]);
    expect(associations[0].incomplete).toContain('mid-stream');
    expect(connections).toMatchObject([{ began: 'mid-stream', clientPort: 50_000, clientWhy: 'dimse-request' }]);
  });

  it('works out the transfer syntax, and says so', () => {
    const { operations } = joined(3);
    expect(operations.filter(({ requestBytes }) => requestBytes > 0)).toMatchObject([
      { transferSyntaxGuessed: true, transferSyntax: '1.2.840.10008.1.2.1', messageId: 2 },
      { transferSyntaxGuessed: true, messageId: 3 },
    ]);
  });

  it('after the handshake but before the request misses nothing of the association', () => {
    const { associations } = sense(frames(all.slice(3))).records;
    expect(associations).toMatchObject([{ midStream: false, complete: true, objects: 3 }]);
  });

  it('at any packet makes no error and no patient that was not there', () => {
    for (let i = 0; i < all.length; i++) {
      const { records, bugs } = sense(frames(all.slice(i)));
      expect(bugs).toEqual([]);
      for (const { patients, objects } of records.associations) {
        expect(Number(patients)).toBeLessThanOrEqual(1);
        expect(objects).toBeLessThanOrEqual(3);
      }
    }
  });
});

describe('one direction', () => {
  it('of the client shows what it sent', () => {
    const { records } = sense(frames(conversation(storing, { only: 'client' })));
    expect(records.associations).toMatchObject([
      {
        callingAe: 'MODALITY',
        calledAe: 'ARCHIVE',
        accepted: true,
        outcome: 'released',
        outcomeDetail: 'the answer to the release was not seen; the acceptance was not seen, but what followed it was',
        objects: 1,
        patients: 1,
        patientData: true,
      },
    ]);
    expect(records.associations[0].incomplete).toContain('one-direction');
    expect(records.findings).toMatchObject([{ detection: 'phi-cleartext', partial: true }]);
    expect(records.connections).toMatchObject([{ id: whole.connections[0].id, clientWhy: 'syn' }]);
  });

  it('of the server shows answers, and who is the client', () => {
    const turns = [...said.open(), ...said.findRequest(), ...said.findAnswer(1, patientRows), ...said.release()];
    const { records } = sense(frames(conversation(turns, { only: 'server' })));
    expect(records.associations).toMatchObject([
      {
        callingAe: 'MODALITY',
        calledAe: 'ARCHIVE',
        accepted: true,
        midStream: true,
        outcome: 'released',
        patientData: true,
      },
    ]);
    expect(records.operations).toMatchObject([{ command: 'C-FIND', requester: 'client', answers: 1, patients: 1 }]);
    expect(records.connections).toMatchObject([
      { clientPort: 50_000, clientWhy: 'syn-ack', id: whole.connections[0].id },
    ]);
  });

  it('and the other, each captured by itself, tell of the same connection', () => {
    const ids = (['client', 'server'] as const).map(
      (only) => sense(frames(conversation(storing, { only }))).records.connections[0].id,
    );
    expect(new Set(ids)).toEqual(new Set([whole.connections[0].id]));
  });
});

describe('segments', () => {
  it('of a byte each give the same records', () => {
    const bytes = tiny(wire, 1);
    const { records } = sense(frames(bytes.map((segment, i) => ({ ...segment, ipId: i & 0xffff }))));
    const { findings, ...others } = withoutFrames(records);
    const { findings: wholeFindings, ...wholeOthers } = withoutFrames(whole);
    expect(others).toEqual(wholeOthers);
    // It is how an evader sends, and that is told besides.
    const evasion = findings.filter(({ detection }) => detection === 'evasion-suspected');
    expect(evasion).toHaveLength(1);
    expect(findings.filter((one) => !evasion.includes(one))).toEqual(wholeFindings);
  });

  it('of a direction in any order give the same but for the times at which they came', () => {
    const small = conversation(storing, { client: { mss: 60 } });
    const mine = withPayload(small).filter((i) => small[i].from === 'client');
    for (let i = 1; i < mine.length - 1; i++) {
      const { records } = sense(frames(moved(small, mine[i], mine[i - 1])));
      expect(records.associations).toMatchObject([{ complete: true, objects: 1, patients: 1, outcome: 'released' }]);
      expect(records.operations).toMatchObject([{ requestBytes: 208, statusText: 'success', complete: true }]);
    }
  });
});

describe('ends without a release', () => {
  it('by reset is cut, and whole as far as it went', () => {
    const { records } = sense(frames(conversation([...said.open(), ...said.store(), reset('server')])));
    expect(records.associations).toMatchObject([
      { outcome: 'cut', outcomeDetail: 'the connection was reset', complete: true },
    ]);
  });

  it('by silence comes when packet time says so, and the record ends at its last packet', () => {
    const other = conversation([client(Uint8Array.of(1)), fin('client'), fin('server')], {
      client: { port: 50_009 },
      at: defaultStart + 1e6,
    });
    const late = conversation([pause(1)], { client: { port: 50_010 }, at: defaultStart + 3 * 3_600_000_000 });
    const sensing = new Sensing();
    sensing.feed(frames(merged(conversation([...said.open(), ...said.store()]), other)), { capture: 'early' });
    sensing.feed(frames(late), { capture: 'late' });
    expect(sensing.tcp.find(({ protocol }) => protocol === 'dicom')).toMatchObject({
      ended: 'expired',
      lastCapture: 'early',
    });
    sensing.finish();
    expect(sensing.records.associations).toMatchObject([
      { outcome: 'cut', outcomeDetail: 'the connection fell silent' },
    ]);
    expect(sensing.records.associations[0].end).toBeLessThan(defaultStart + 1e6);
  });
});

describe('values', () => {
  it('are in no record unless revealed', () => {
    const hidden = sense(frames(wire));
    expect(JSON.stringify([hidden.records, hidden.written])).not.toMatch(/Invented|ZZ-0001|19700102/);
    expect(hidden.records.exposures).toMatchObject([{ revealed: null }]);
  });

  it('are in the exposure and nowhere else when revealed', () => {
    const { records } = sense(frames(wire), { reveal: true });
    expect(records.exposures[0].revealed).toMatchObject({ PatientName: ['Invented^Ines'], PatientID: ['ZZ-0001'] });
    const rest = { ...records, exposures: records.exposures.map((each) => ({ ...each, revealed: null })) };
    expect(rest).toEqual(whole);
  });
});

describe('simple dialogue', () => {
  it('of nobody’s protocol leaves nothing', () => {
    const turns = [client(Uint8Array.of(1, 2, 3)), server(Uint8Array.of(4, 5, 6)), fin('client'), fin('server')];
    expect(sense(frames(conversation(turns, { server: { port: 8080 } }))).written).toEqual([]);
  });
});
