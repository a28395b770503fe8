// Proves that every limit can be lowered, that what is then left out shows in a count or a record, and that nothing
// breaks.

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openCapture } from '../src/capture/open.ts';
import { type Limits, limits } from '../src/model/limits.ts';
import { rangeOf } from '../src/model/lowered.ts';
import { openStore } from '../src/store/store.ts';
import { batchesOf } from './support/batches.ts';
import { ascii, concat, counting } from './support/bytes.ts';
import { type Frame, pcap } from './support/capture.ts';
import { chunkedSource } from './support/chunks.ts';
import { client, conversation, fin, frames, pause, type Segment, server, stamp } from './support/conversation.ts';
import { ethernet } from './support/link.ts';
import { ipv4Fragments, tcp } from './support/packet.ts';
import { pData, pdu } from './support/pdu.ts';
import { type Replayed, replay } from './support/replay.ts';
import { captureBytes, scenePath, scenes } from './support/scenes.ts';
import { copied, merged, moved, retransmitted, tiny, without, withPayload } from './support/segments.ts';
import { Sensing, said, storing } from './support/sensing.ts';
import { sourceFiles } from './support/source-tree.ts';
import { dumpOf, newRun, temporaryFolder } from './support/stores.ts';
import { carriedByUdp, vxlan } from './support/tunnel.ts';

type Lowered = Partial<Limits>;
type Shows = (lowered: Lowered) => unknown;

/** What of a replay shows whether a limit was reached. */
const of =
  (capture: Uint8Array | readonly Frame[], shows: (replayed: Replayed) => unknown, reveal = false): Shows =>
  async (lowered) => {
    const bytes = capture instanceof Uint8Array ? capture : pcap(capture, { resolution: 'nanos' });
    const replayed = await replay(bytes, { limits: lowered, reveal });
    expect(replayed.bugs).toEqual([]);
    return shows(replayed);
  };
const scene = (name: string) => captureBytes(scenePath(name));
const lost =
  (cause: keyof Replayed['losses']) =>
  ({ losses }: Replayed) =>
    losses[cause] ?? null;
const missed = lost('missed');
const notParsed = lost('not-parsed');
const ended = ({ tcp: list }: Replayed) => list.map((one) => one.ended).sort();

const stored = conversation(storing);
const store = frames(stored);
const data = withPayload(stored);
const web = [client(counting(3000)), server(ascii('yes')), fin('client'), fin('server')];
/** A DICOM connection on which segment `lost` comes only `later` places after its turn. */
const late = (later: number) => frames(moved(long, longData[1], longData[1] + later));
const long = conversation([...said.open(), client(pData([{ bytes: counting(40_000) }])), ...said.release()]);
const longData = withPayload(long).slice(2);
/** All of it one way, 200 ms between packets. */
const slowly = (list: readonly Segment[]) => list.map((one, i) => ({ ...one, at: one.at + i * 200_000 }));

const ends = { source: '10.0.0.7', target: '10.0.0.8' } as const;
const fragmentsOf = (id: number, at: number): Frame[] =>
  ipv4Fragments(
    tcp(counting(1000), { ...ends, sourcePort: 5000 + id, targetPort: 104, sequence: 1 }),
    { ...ends, id },
    512,
  ).map((bytes, i) => ({ bytes: ethernet(bytes), ...stamp(1e15 + at + i * 5e6) }));
const wrapped = store.map((frame) => ({
  ...frame,
  bytes: ethernet(carriedByUdp(vxlan(ethernet(carriedByUdp(vxlan(frame.bytes, 7), 4789)), 8), 4789)),
}));
const synAgain = { ...stored[0], sequence: 77, at: stored[8].at + 1 };
const conflict = retransmitted(
  stored[data[0]],
  150,
  stored[data[0]].payload.map((byte) => byte ^ 9),
);
const middle = conversation(
  [
    client(
      concat(
        counting(4000, 200),
        pData([{ command: true, bytes: counting(0) }]),
        ...Array.from({ length: 4 }, () => pData([{ bytes: counting(60) }])),
      ),
    ),
  ],
  { begin: 'mid-stream' },
);
const bad = pdu(9, new Uint8Array(20));
const reads =
  (name: 'readBytes'): Shows =>
  async (lowered) => {
    let count = 0;
    const capture = scene('store.pcap');
    const source = chunkedSource(capture, capture.length);
    const reader = await openCapture(
      {
        ...source,
        read: (...of) => {
          count++;
          return source.read(...of);
        },
      },
      { ...limits, [name]: lowered[name] ?? limits[name] },
    );
    if (reader.format === null) throw new Error(reader.reason);
    while ((await reader.next()) !== null);
    return count;
  };
/** Batches that the engine writes when it is told the time now and then. */
const written =
  (list: readonly Frame[], told: boolean): Shows =>
  (lowered) => {
    const sensing = new Sensing({ limits: lowered });
    for (const frame of list) {
      sensing.feed([frame]);
      if (told) sensing.sensor.advance(sensing.sensor.now);
    }
    return sensing.finish().written.length;
  };
/** Associations that another program sees in the database while it is filled. */
const seenBeforeTheEnd: Shows = async ({ recordsPerCommit = limits.recordsPerCommit }) => {
  const path = join(temporaryFolder(), 'a.db');
  const open = openStore(path, { recordsPerCommit });
  const writer = open.begin(newRun());
  for (const batch of await batchesOf([{ name: 'store.pcap', bytes: scene('store.pcap') }])) writer.write(batch);
  const seen = dumpOf(path, ['association']).length;
  writer.finish('done', 2);
  open.close();
  return seen;
};

/** Each limit: what it is lowered to, and where that shows. */
const table: Readonly<Record<keyof Limits, readonly [to: number, shows: Shows]>> = {
  readBytes: [1000, reads('readBytes')],
  packetBytesMax: [
    100,
    async ({ packetBytesMax = limits.packetBytesMax }) => {
      const capture = scene('store.pcap');
      const reader = await openCapture(chunkedSource(capture, capture.length), { ...limits, packetBytesMax });
      if (reader.format === null) throw new Error(reader.reason);
      while ((await reader.next()) !== null);
      return reader.error;
    },
  ],
  encapsulationsMax: [1, of(wrapped, lost('encapsulation-too-deep'))],
  fragmentDatagramsMax: [
    1,
    of(
      [fragmentsOf(1, 0)[0], fragmentsOf(2, 1)[0], fragmentsOf(1, 2)[1], fragmentsOf(2, 3)[1]],
      lost('fragments-given-up'),
    ),
  ],
  fragmentBytesMax: [100, of(fragmentsOf(1, 0), lost('fragments-given-up'))],
  fragmentMsMax: [1000, of(fragmentsOf(1, 0), lost('fragments-given-up'))],
  connectionsMax: [
    2,
    of(frames(merged(...[1, 2, 3].map((port) => conversation(storing, { client: { port } })))), lost('evicted')),
  ],
  halfOpenMsMax: [
    1000,
    of([...store.slice(0, 1), ...frames(conversation(web, { at: stored[0].at + 30e6, client: { port: 9 } }))], ended),
  ],
  unknownIdleMsMax: [
    1000,
    of(
      frames(conversation([client(ascii('a')), server(ascii('b')), pause(60e6), client(ascii('c')), ...web.slice(2)])),
      ended,
    ),
  ],
  identifiedIdleMsMax: [
    1000,
    of(frames(conversation([...said.open(), pause(60e6), ...said.store(), ...said.release()])), ended),
  ],
  closedMsMax: [1000, of(frames([...stored, retransmitted(stored[data[0]], 5e6)]), ended)],
  windowBytesMax: [
    1000,
    of(frames(stored.map((one, i) => (i === data[2] ? { ...one, sequence: one.sequence + 50_000 } : one))), ended),
  ],
  resetBytesMax: [
    100,
    of(
      frames([
        ...stored.slice(0, -4),
        {
          ...stored[data[2]],
          flags: 'R',
          payload: counting(0),
          sequence: stored[data[2]].sequence + 9000,
          at: stored[data[2]].at + 5e5,
        },
      ]),
      lost('out-of-window'),
    ),
  ],
  sameKeyConnectionsMax: [1, of(frames(merged(stored, [synAgain])), ended)],
  reorderBytesMax: [1000, of(late(4), missed)],
  reorderTotalBytesMax: [1000, of(late(4), missed)],
  reorderPiecesMax: [1, of(late(4), missed)],
  holePacketsMax: [1, of(late(8), missed)],
  holeMsMax: [1, of(frames(moved(slowly(long), longData[1], longData[1] + 4)), missed)],
  holeSilentMsMax: [
    1,
    of(
      frames(
        slowly(
          moved(
            long.filter(({ from }) => from === 'client'),
            5,
            9,
          ),
        ),
      ),
      missed,
    ),
  ],
  checksumBytesMax: [1, of(frames(tiny(stored, 20)), ({ streamBytes }) => streamBytes.summed)],
  markedBytesMax: [1, of(frames(merged(tiny(stored, 50), tiny([conflict], 50))), lost('conflicting'))],
  identifyBytesMax: [16, of(frames(tiny(stored, 4)), lost('not-identified'))],
  identifyMidStreamBytesMax: [1000, of(frames(middle), lost('not-identified'))],
  identifyTotalBytesMax: [1000, of(frames(middle), lost('not-identified'))],
  associatePduBytesMax: [128, of(store, notParsed)],
  contextsMax: [1, of(store, ({ associations: [one] }) => one.contexts.length)],
  transferSyntaxesPerContextMax: [
    1,
    of(scene('cancel.pcap'), ({ associations: [one] }) => one.contexts[0].transferSyntaxes),
  ],
  userItemsMax: [1, of(scene('store.pcap'), ({ associations: [one] }) => one.clientImplementationVersion)],
  commandSetBytesMax: [64, of(store, notParsed)],
  outstandingOperationsMax: [
    1,
    of(
      frames(
        conversation([
          ...said.open(),
          ...said.storeRequest(1),
          ...said.storeRequest(2),
          ...said.storeResponse(1),
          ...said.storeResponse(2),
          ...said.release(),
        ]),
      ),
      ({ operations }) => operations.map(({ incomplete }) => incomplete),
    ),
  ],
  malformedMax: [
    1,
    of(
      frames(conversation([...said.open(), client(bad), ...said.store(), ...said.release()])),
      ({ streamBytes }) => streamBytes.identified.givenUp,
    ),
  ],
  resyncBytesMax: [64, of(frames(without(stored, data[0])), ({ streamBytes }) => streamBytes.identified)],
  pduTotalBytesMax: [16, of(frames(tiny(stored, 40)), notParsed)],
  valueBytesMax: [16, of(store, ({ streamBytes }) => streamBytes.identified.skipped)],
  sequenceDepthMax: [1, of(scene('mpps.pcap'), ({ exposures }) => exposures.map(({ attributes }) => attributes))],
  elementsMax: [2, of(store, lost('not-scanned'))],
  inflatedBytesMax: [
    10,
    of(scene('store-syntaxes.pcap'), ({ associations }) => associations.map(({ incomplete }) => incomplete)),
  ],
  distinctMax: [2, of(scene('store-several.pcap'), ({ totals }) => totals.patients)],
  revealedValuesMax: [
    1,
    of(
      scene('store-several.pcap'),
      ({ exposures }) => exposures.map(({ revealed }) => revealed?.['PatientName']?.length),
      true,
    ),
  ],
  revealedCharactersMax: [
    2,
    of(
      scene('store-several.pcap'),
      ({ exposures }) => exposures.map(({ revealed }) => revealed?.['PatientName']?.map(({ length }) => length)),
      true,
    ),
  ],
  identifiedConnectionsMax: [1, of(scene('concurrent.pcapng'), lost('evicted'))],
  handshakeBytesMax: [16, of(scene('tls12.pcap'), ({ tlsSessions }) => tlsSessions.map(({ ja4 }) => ja4))],
  changesPerBatch: [1, written(store, false)],
  recordsPerCommit: [1, seenBeforeTheEnd],
  refreshMs: [
    1,
    written(
      frames(conversation([...said.open(), ...said.store(), pause(5e6), ...said.store(2), ...said.release()])),
      true,
    ),
  ],
  clockJumpMs: [
    1000,
    of(
      [...store.slice(0, 3), ...store.slice(3).map((frame) => ({ ...frame, seconds: frame.seconds + 300 }))],
      ({ tcp: [one] }) => one.end,
    ),
  ],
  clockJumpPackets: [
    1,
    of(
      [...store.slice(0, 3), ...store.slice(3).map((frame) => ({ ...frame, seconds: frame.seconds + 86_400 }))],
      ({ tcp: list }) => list.map(({ end }) => end),
    ),
  ],
  duplicateMsMax: [1, of(frames(merged(stored, [copied(stored[data[1]], 30_000)])), lost('duplicate'))],
};

/** Who takes a default in place of what was lowered, and why. */
const ofDefaults: Readonly<Record<string, string>> = {
  'src/model/lowered.ts': 'compares what is lowered with them',
  'src/capture/live/packet-relay.ts': 'the most that a helper hands on; who reads it stops at what was lowered',
  'src/capture/window.ts': 'unless it is given what was lowered',
  'src/decode/packet.ts': 'unless it is given what was lowered',
  'src/protocols/dicom/plausible.ts': 'a lowered limit leaves out what is read of a stream, not what it is',
  'src/doctor/heard.ts': 'listens for seconds, before anything is configured',
  'src/store/fullness.ts': 'what it says of whole days does not depend on a run',
};
/** Who composes the program, and lowers them. */
const composes = /^src\/(commands\/|settings\/|config\.ts|cli\.ts|sensor\.ts)/;

it('who reads a limit reads the lowered one', () => {
  const taken = sourceFiles('src').filter(({ path, text }) => {
    return /^import \{[^}]*\blimits\b[^}]*\} from '[^']*\/limits\.ts'/m.test(text) && !composes.test(path);
  });
  expect(taken.map(({ path }) => path).filter((path) => !(path in ofDefaults))).toEqual([]);
});

describe('lowered', () => {
  it.each(Object.entries(table))('%s shows', async (name, [to, shows]) => {
    const [from, most] = rangeOf(name as keyof Limits);
    expect(to).toBeGreaterThanOrEqual(from);
    expect(to).toBeLessThan(most);
    expect(await shows({ [name]: to })).not.toEqual(await shows({}));
  });

  it.each(Object.keys(limits) as (keyof Limits)[])('%s to its least breaks nothing', async (name) => {
    const [least] = rangeOf(name);
    for (const file of scenes().filter((_, i) => i % 9 === name.length % 9)) {
      const { bugs } = await replay(scene(file), { limits: { [name]: least } });
      expect(bugs, file).toEqual([]);
    }
  });
});
