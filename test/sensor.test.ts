// Proves the engine as a whole: when records come, what totals and inputs say, and that nothing depends on how packets
// are given.
import { describe, expect, it } from 'vitest';
import { compileFilter } from '../src/decode/filter.ts';
import type { RecordBatch } from '../src/model/records.ts';
import { withoutPolicy } from '../src/policy/compile.ts';
import { handshakes } from './protocols/tls/handshakes.ts';
import { ascii } from './support/bytes.ts';
import {
  type ConversationOptions,
  client,
  conversation,
  defaultStart,
  fin,
  frames,
  pause,
  server,
  type Turn,
} from './support/conversation.ts';
import { merged } from './support/segments.ts';
import { Sensing, said, sense, storing } from './support/sensing.ts';
import { policyOf } from './support/subject.ts';

const SECOND = 1_000_000;

const packets = (turns: readonly Turn[], options: ConversationOptions = {}) => frames(conversation(turns, options));

/** A conversation of its own: another client port. */
const from = (port: number, at = defaultStart): ConversationOptions => ({ client: { port }, at });

const associationsOf = (batches: readonly RecordBatch[]) =>
  batches.flatMap(({ associations }) => associations.map(({ ended, patientData }) => ({ ended, patientData })));

describe('records come early', () => {
  const open: readonly Turn[] = [...said.open(), ...said.storeRequest()];

  it('a finding is written while its association lasts, when so many records wait', () => {
    const sensing = new Sensing({ limits: { changesPerBatch: 1 } });
    sensing.feed(packets([...open, ...said.storeResponse()]));
    expect(associationsOf(sensing.written).at(-1)).toEqual({ ended: false, patientData: true });
    expect(sensing.written.at(-1)?.findings).toMatchObject([{ detection: 'phi-cleartext', withdrawn: false }]);
  });

  it('a finding is written on advance, however few records wait', () => {
    const sensing = new Sensing();
    sensing.feed(packets(open));
    expect(sensing.written).toEqual([]);
    sensing.sensor.advance(defaultStart + SECOND);
    expect(associationsOf(sensing.written)).toEqual([{ ended: false, patientData: true }]);
    expect(sensing.written[0].findings).toHaveLength(1);
  });

  it('a finding that only the policy compared with raises is told, though no record is due', async () => {
    const policy = await policyOf('version: 1\nnetworks: { internal: [10.0.0.0/8, 203.0.113.0/24] }');
    const told: string[] = [];
    const sensing = new Sensing({
      policy,
      compare: withoutPolicy,
      limits: { changesPerBatch: 1 },
      write: (_, { compared }) => told.push(...(compared?.findings ?? []).map(({ detection }) => detection)),
    });
    const outside = { client: { port: 1111 }, server: { address: '203.0.113.9' } };
    sensing.feed(packets([...said.open('A'), ...said.store()], outside));
    sensing.feed(packets([...said.open('B'), ...said.store(2)], from(2222, defaultStart + SECOND))).finish();
    expect(told).toContain('store-to-outside');
  });

  it('and again with its final numbers, under the same id', () => {
    const sensing = new Sensing({ limits: { changesPerBatch: 1 } });
    sensing.feed(packets([...open, ...said.storeResponse(), ...said.store(2), ...said.release()])).finish();
    const findings = sensing.written.flatMap((batch) => batch.findings);
    expect(findings.length).toBeGreaterThan(1);
    expect(new Set(findings.map(({ id }) => id)).size).toBe(1);
    expect(sensing.records.associations).toMatchObject([{ ended: true, outcome: 'released', objects: 2 }]);
  });

  it('an open association is written again each refreshMs of packet time, not sooner', () => {
    const sensing = new Sensing({ limits: { refreshMs: 60_000 } });
    const answers = Array.from({ length: 9 }, () => [pause(30 * SECOND), ...said.findAnswer()]).flat();
    const all = packets([...said.open(), ...said.findRequest(), ...answers]);
    for (const frame of all) {
      sensing.feed([frame]);
      sensing.sensor.advance(frame.seconds * SECOND + frame.nanos / 1000);
    }
    // Request, acceptance and the first query in a hurry or at first sight; then once a minute.
    const times = sensing.written.map((batch) => batch.associations[0].end - defaultStart);
    const later = times.filter((time) => time > SECOND);
    expect(later.map((time) => Math.round(time / SECOND))).toEqual([60, 120, 180, 240]);
  });

  it('on a silent wire time alone makes the refreshing due', () => {
    const sensing = new Sensing({ limits: { refreshMs: 60_000 } });
    sensing.feed(packets(said.open()));
    sensing.sensor.advance(defaultStart + SECOND);
    sensing.feed(
      packets(said.findRequest(), { at: defaultStart + 2 * SECOND, begin: 'mid-stream', ...afterOpening() }),
    );
    sensing.sensor.advance(defaultStart + 30 * SECOND);
    expect(sensing.written).toHaveLength(1);
    sensing.sensor.advance(defaultStart + 62 * SECOND);
    expect(sensing.written).toHaveLength(2);
    expect(sensing.records.associations).toMatchObject([{ ended: false, operations: 1 }]);
  });
});

describe('the same packets give the same records', () => {
  const wire = merged(
    conversation(storing, from(50_001)),
    conversation([...said.open('OTHER'), ...said.findRequest(), ...said.findAnswer(), ...said.release()], from(50_002)),
  );
  const whole = sense(frames(wire));

  it.each([1, 2, 7, 64])('in batches of %i', (packetsMax) => {
    const sensing = new Sensing().feed(frames(wire), { packetsMax }).finish();
    expect(sensing.records).toEqual(whole.records);
    expect(sensing.sensor.totals).toEqual(whole.sensor.totals);
    expect(sensing.tcp).toEqual(whole.tcp);
  });

  it('written often or once, with time told or not', () => {
    const often = new Sensing({ limits: { changesPerBatch: 1 } });
    for (const frame of frames(wire)) {
      often.feed([frame]);
      often.sensor.advance(frame.seconds * SECOND + frame.nanos / 1000);
    }
    expect(often.finish().records).toEqual(whole.records);
  });
});

describe('totals and protocols', () => {
  it('count packets, bytes on the wire, connections and what they held', () => {
    const list = [
      ...packets(storing, from(50_001)),
      ...packets(storing, from(50_002)),
      ...packets([client(ascii('GET / HTTP/1.1\r\n\r\n')), fin('client'), fin('server')], from(50_003)),
      ...packets([], from(50_004)),
    ];
    const { sensor, tcp, records } = sense(list);
    expect(sensor.totals).toEqual({
      packets: list.length,
      bytes: list.reduce((sum, { bytes }) => sum + bytes.length, 0),
      connections: 4,
      associations: 2,
      operations: 2,
      patients: 1,
      studies: 1,
    });
    expect(Object.fromEntries(sensor.protocols)).toEqual({ dicom: 2, unknown: 1, 'no-data': 1 });
    expect(tcp).toHaveLength(4);
    // The one that is not DICOM came to a port of DICOM: it is kept for the finding that says so.
    expect(records.connections).toHaveLength(3);
  });

  it('give each TCP connection an id, why it was taken for that, and how it ended', () => {
    const { tcp } = sense([
      ...packets(storing, from(50_001)),
      ...packets([client(ascii('GET / HTTP/1.1\r\n\r\n'))], from(50_002)),
    ]);
    expect(tcp.map(({ protocol, ended, why }) => [protocol, ended, why])).toEqual([
      ['dicom', 'fin', 'its first bytes'],
      ['unknown', 'input-end', 'no protocol of ours'],
    ]);
    expect(new Set(tcp.map(({ id }) => id)).size).toBe(2);
  });
});

describe('a filter', () => {
  const list = [...packets(storing, from(50_001)), ...packets(storing, from(50_002))];

  it('leaves out what it does not choose, and counts it', () => {
    const half = list.length / 2;
    const { records, sensor } = sense(list, { filter: compileFilter('port 50002') });
    expect(records.associations).toMatchObject([{ clientPort: 50_002 }]);
    expect(sensor.totals).toMatchObject({ packets: list.length, connections: 1 });
    expect(sensor.losses()['not-selected']?.packets).toBe(half);
  });

  it('that chooses all changes nothing', () => {
    expect(sense(list, { filter: compileFilter('host 10.0.0.2') }).records).toEqual(sense(list).records);
  });
});

describe('several inputs', () => {
  it('are one wire: a connection goes on from one to the next', () => {
    const list = packets(storing);
    const sensing = new Sensing();
    sensing.feed(list.slice(0, 5), { capture: 'ring-1' }).feed(list.slice(5), { capture: 'ring-2' }).finish();
    const whole = sense(list).records;
    expect(sensing.records.associations).toMatchObject([
      { id: whole.associations[0].id, complete: true, firstCapture: 'ring-1', firstFrame: 4, lastCapture: 'ring-2' },
    ]);
    expect(sensing.records.associations[0].lastFrame).toBe(whole.associations[0].lastFrame - 5);
    expect(sensing.records.connections).toMatchObject([
      { lastCapture: 'ring-2', lastFrame: whole.connections[0].lastFrame - 5 },
    ]);
  });

  it('a jump of time holds at once at the border of a file', () => {
    const day = 86_400 * SECOND;
    const sensing = new Sensing();
    sensing.feed(packets(said.open()), { capture: 'monday' });
    sensing.feed(packets(said.open(), from(50_002, defaultStart + day)).slice(0, 1), { capture: 'tuesday' });
    expect(sensing.tcp).toMatchObject([{ ended: 'expired' }]);
  });

  it('a stamp gone wrong inside a file expires nothing, also where two files take turns', () => {
    const one = packets(storing, from(50_001));
    const wrong = packets(storing, from(50_002)).map((frame, i) =>
      i === 8 ? { ...frame, seconds: frame.seconds + 86_400 } : frame,
    );
    const sensing = new Sensing();
    one.forEach((frame, i) => {
      sensing.feed([frame], { capture: 'one' });
      sensing.feed([wrong[i]], { capture: 'wrong' });
    });
    sensing.finish();
    expect(sensing.tcp.map(({ ended }) => ended)).toEqual(['fin', 'fin']);
    expect(sensing.records.associations).toMatchObject([{ complete: true }, { complete: true }]);
  });

  it('have losses of their own, which add up', () => {
    const sensing = new Sensing();
    const filter = compileFilter('port 50001');
    const filtered = new Sensing({ filter });
    for (const each of [sensing, filtered]) {
      each.feed(packets(storing, from(50_001)), { capture: 'a' });
      each.feed(packets(storing, from(50_002)), { capture: 'b' });
      each.finish();
    }
    expect(filtered.sensor.losses(0)).toEqual({});
    expect(filtered.sensor.losses(1)).toEqual(filtered.sensor.losses());
    expect(sensing.sensor.losses()).toEqual({});
  });
});

describe('TLS', () => {
  const hellos: readonly Turn[] = [
    client(handshakes.openssl13.client),
    server(handshakes.openssl13.server),
    fin('client'),
    fin('server'),
  ];

  it('to a listener of clear associations is kept, to any other is a mere connection', () => {
    const list = [
      ...packets(storing, from(50_001)),
      ...packets(hellos, from(50_002, defaultStart + SECOND)),
      ...packets(hellos, { ...from(50_003, defaultStart + 2 * SECOND), server: { port: 443 } }),
    ];
    const { records, sensor } = sense(list);
    expect(records.tlsSessions).toMatchObject([
      { clientPort: 50_002, serverPort: 104, why: 'known-listener', version: 'TLS 1.3', serverName: 'pacs.example' },
    ]);
    expect(records.connections.map(({ protocol, clientPort }) => [protocol, clientPort])).toEqual([
      ['dicom', 50_001],
      ['tls', 50_002],
    ]);
    expect(Object.fromEntries(sensor.protocols)).toEqual({ dicom: 1, tls: 2 });
  });

  it('to port 2762 is kept by its port', () => {
    const { records } = sense(packets(hellos, { server: { port: 2762 } }));
    expect(records.tlsSessions).toMatchObject([{ why: 'port-2762' }]);
  });
});

it('a sensor that began more captures than 16 bits count says of which one a record is', () => {
  const sensing = new Sensing();
  sensing.feed(packets(storing), { capture: 'first' });
  for (let i = 1; i < 65_536; i++) sensing.sensor.input(`p${i}`);
  const { records } = sensing.feed(packets(storing, { client: { port: 50_001 } }), { capture: 'late' }).finish();
  expect(records.connections.map(({ firstCapture, lastCapture }) => [firstCapture, lastCapture]).sort()).toEqual([
    ['first', 'first'],
    ['late', 'late'],
  ]);
});

/** The numbers of a conversation after the turns of `said.open()`. */
function afterOpening(): ConversationOptions {
  const last = conversation(said.open()).filter(({ payload }) => payload.length > 0);
  const next = (speaker: 'client' | 'server') => {
    const segment = last.filter((one) => one.from === speaker).at(-1)!;
    return segment.sequence + segment.payload.length - 1;
  };
  return { client: { sequence: next('client') }, server: { sequence: next('server') } };
}
