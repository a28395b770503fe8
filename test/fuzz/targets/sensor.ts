import { makeBatch } from '../../../src/capture/batch.ts';
import { Decoder } from '../../../src/decode/decode.ts';
import { Next } from '../../../src/decode/packet.ts';
import { keyedHash } from '../../../src/hash-key.ts';
import { noHistory } from '../../../src/model/history.ts';
import { limits as defaults } from '../../../src/model/limits.ts';
import type { ConnectionRecord, LossCause, RecordBatch } from '../../../src/model/records.ts';
import { withoutPolicy } from '../../../src/policy/compile.ts';
import { Identifier } from '../../../src/protocols/identify.ts';
import { Sensor } from '../../../src/sensor.ts';
import { Checks } from '../../../src/tcp/checks.ts';
import { Reorder } from '../../../src/tcp/reorder.ts';
import { client, conversation, frames, server } from '../../support/conversation.ts';
import { Kept, testKey } from '../../support/replay.ts';
import { captures, type Recorded, recordedFrames } from '../corpus.ts';
import { longMessage } from '../long-messages.ts';
import { Tape } from '../tape.ts';
import { promised, promisedSame, type Target } from '../target.ts';
import { framesOf, type ProgramFrame, program } from './frame-program.ts';

const small = {
  markedBytesMax: 400,
  checksumBytesMax: 200,
  holePacketsMax: 8,
  fragmentDatagramsMax: 4,
  reorderBytesMax: 2000,
  reorderPiecesMax: 8,
  connectionsMax: 4,
  identifyBytesMax: 400,
  identifyMidStreamBytesMax: 1500,
  commandSetBytesMax: 300,
  malformedMax: 4,
  resyncBytesMax: 800,
  valueBytesMax: 64,
  outstandingOperationsMax: 2,
};

/** Causes of whole packets that are no TCP segment of ours. */
const packetCauses: readonly LossCause[] = [
  'link-unsupported',
  'network-unsupported',
  'transport-unsupported',
  'encapsulation-unsupported',
  'encapsulation-too-deep',
  'malformed-link',
  'malformed-network',
  'malformed-transport',
  'fragments-given-up',
  'fragments-held',
];

const columns = makeBatch(new Uint8Array(0));
const single = makeBatch(new Uint8Array(8192));

/** Frames → records: the whole engine. The input: whether limits are low, then frames. */
export const sensorTarget: Target = {
  name: 'sensor',
  bytesMax: 8000,
  async seeds() {
    const recorded = await Promise.all(captures(20_000).map(recordedFrames));
    const long = [longMessage('find', 2500, 700), longMessage('find', 3000, 5000)].map(framesOfTurns);
    return [...recorded, ...long].flatMap((frames, i) => [seed(frames, i & 1), seed(frames.slice(5), 0)]);
  },
  run,
};

/** In segments of 300 bytes. */
function framesOfTurns(turns: ReturnType<typeof longMessage>): Recorded[] {
  const said = turns.map(([side, bytes]) => (side === 0 ? client(bytes) : server(bytes)));
  return frames(conversation(said, { client: { mss: 300 } })).map(({ bytes }) => ({ linkType: 1, bytes }));
}

function seed(frames: readonly Recorded[], flags: number): Uint8Array {
  const bytes = program(frames.slice(0, 40).map(({ linkType, bytes }) => [linkType, bytes.slice(0, 1500)]));
  return Uint8Array.of(flags, ...bytes);
}

/** Bytes that need not be shown cost no memory: where that is short, more of the others is kept for it. */
const unbounded = {
  reorderBytesMax: defaults.reorderBytesMax,
  reorderPiecesMax: defaults.reorderPiecesMax,
};

function run(input: Uint8Array): string {
  const tape = new Tape(input);
  const limits = (tape.u8() & 1) === 1 ? small : {};
  const frames = framesOf(tape);
  const whole = sense(input, frames, limits, 'one batch');
  const cut = sense(input, frames, limits, 'batches of one');
  promisedSame(cut.told, whole.told, 'batches of one packet give what one batch gives');
  promisedUnshown(() => sense(input, frames, { ...limits, ...unbounded }, 'one batch').told);
  const decoded = decodedTcp(input, frames, limits);
  const { losses, totals } = whole.told;
  const others = packetCauses.reduce((sum, cause) => sum + (losses[cause]?.packets ?? 0), 0);
  promised(totals.packets === frames.length, 'every packet is counted');
  promised(others + decoded === frames.length, 'every packet is in one place', () => `${others} ${decoded}`);
  promised((losses.bug?.packets ?? 0) === 0, 'no errors of ours are counted');
  for (const record of whole.tcp) checkConnection(record);
  const { protocols } = whole.told;
  return `${Object.keys(losses).sort()} ${protocols.map(([name]) => name)} ${Math.min(3, whole.told.records.operations.length)}`;
}

/**
 * Promises that bytes which a reader need not be shown change nothing by not being shown, but that nobody sums or
 * compares them.
 */
function promisedUnshown(told: () => unknown): void {
  const unsummed: Replaced[] = [
    [Checks.prototype, 'settle', () => true],
    [Reorder.prototype, 'compare', () => {}],
  ];
  const all: Replaced[] = [
    [Identifier.prototype, 'unneeded', () => 0],
    [Identifier.prototype, 'unneededAfter', () => 0],
  ];
  promisedSame(
    replaced(unsummed, told),
    replaced([...unsummed, ...all], told),
    'what need not be shown changes nothing',
  );
}

type Replaced = readonly [of: object, name: string, method: () => unknown];

/** Works with other methods in the place of these. */
function replaced<T>(methods: readonly Replaced[], work: () => T): T {
  const before = methods.map(([of, name]) => Object.getOwnPropertyDescriptor(of, name) as PropertyDescriptor);
  for (const [of, name, value] of methods) Object.defineProperty(of, name, { configurable: true, value });
  try {
    return work();
  } finally {
    for (const [i, [of, name]] of methods.entries()) Object.defineProperty(of, name, before[i]);
  }
}

function checkConnection(record: ConnectionRecord): void {
  const { start, end, clientBytes, serverBytes, clientMissed, serverMissed } = record;
  promised(end >= start, 'nothing ends before it starts');
  for (const bytes of [clientBytes, serverBytes, clientMissed, serverMissed])
    promised(bytes >= 0, 'bytes are counted up');
}

function sense(
  input: Uint8Array,
  frames: readonly ProgramFrame[],
  limits: object,
  how: 'one batch' | 'batches of one',
) {
  const kept = new Kept();
  const tcp: ConnectionRecord[] = [];
  const sensor = new Sensor({
    policy: withoutPolicy,
    history: noHistory,
    hash: keyedHash(testKey),
    write: (batch: RecordBatch) => kept.add(structuredClone(batch)),
    connection: (record) => tcp.push(record),
    bug: (error) => {
      throw error;
    },
    limits,
  });
  const number = sensor.input('capture');
  if (how === 'one batch') {
    const batch = { ...columns, bytes: input, count: frames.length };
    for (const [i, frame] of frames.entries()) place(batch, i, frame, i + 1);
    sensor.packets(batch, 0, frames.length, number);
  } else {
    for (const [i, frame] of frames.entries()) {
      // Memory of a batch is used for something else afterwards.
      single.bytes.fill(0xee);
      single.bytes.set(input.subarray(frame.start, frame.start + frame.length), 7);
      place(single, 0, { ...frame, start: 7 }, i + 1);
      sensor.packets(single, 0, 1, number);
    }
  }
  sensor.finish();
  const { totals } = sensor;
  const told = { totals, losses: sensor.losses(), protocols: [...sensor.protocols], records: kept.lists(), tcp };
  return { told, tcp };
}

function place(batch: typeof columns, i: number, frame: ProgramFrame, number: number): void {
  batch.start[i] = frame.start;
  batch.captured[i] = frame.length;
  batch.original[i] = frame.length + frame.cut;
  batch.linkType[i] = frame.linkType;
  batch.seconds[i] = 1_700_000_000 + Math.floor(frame.ms / 1000);
  batch.nanos[i] = (frame.ms % 1000) * 1e6;
  batch.frame[i] = number;
}

/** How many frames a decoder of its own makes segments of. */
function decodedTcp(input: Uint8Array, frames: readonly ProgramFrame[], limits: object): number {
  const decoder = new Decoder({ ...defaults, ...limits });
  const batch = { ...columns, bytes: input };
  return frames.filter((frame) => {
    place(batch, 0, frame, 1);
    return decoder.decode(batch, 0) === Next.tcp;
  }).length;
}
