import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KeeperSurroundings } from '../../../src/capture/live/capture-keeper.ts';
import type { CaptureOptions } from '../../../src/capture/live/capture-options.ts';
import { readTcpdump } from '../../../src/capture/live/engine-counters.ts';
import type { Engine } from '../../../src/capture/live/engines.ts';
import type { InterfaceState } from '../../../src/capture/live/interface-state.ts';

/** What a pretended engine does. It counts as tcpdump does, and ends when told to. */
export interface Pretended {
  /** Packets at once, then one each so many ms (0: none). */
  readonly packets?: number;
  readonly everyMs?: number;
  /** Packets that it says the kernel dropped, and others that it received and never hands on. */
  readonly dropped?: number;
  readonly kept?: number;
  readonly packetBytes?: number;
  /** Ends by itself after so many ms, with a word on standard error. */
  readonly endsMs?: number;
  readonly says?: string;
  /** Fails before it has written anything. */
  readonly fails?: boolean;
  /** Instead of a file header. */
  readonly writes?: string;
  /** Path of a file that gets its process id. */
  readonly named?: string;
}

const program = `
const pretended = JSON.parse(process.argv[2]);
const { packets = 0, everyMs = 0, dropped = 0, kept = 0, packetBytes = 60, endsMs, says, fails, writes, named } = pretended;
let captured = 0;
if (named !== undefined) require('node:fs').writeFileSync(named, String(process.pid));
const counters = (between) =>
  [captured + ' packets captured', captured + dropped + kept + ' packets received by filter', dropped + ' packets dropped by kernel'].join(between);
const leave = (status) => { process.stderr.write(counters('\\n') + '\\n', () => process.exit(status)); };
if (fails) { process.stderr.write(says + '\\n'); process.exit(1); }
process.on('SIGUSR1', () => process.stderr.write('tcpdump: ' + counters(', ') + '\\n'));
process.on('SIGINT', () => leave(0));
process.stdout.on('error', () => process.exit(1));
const header = Buffer.alloc(24);
header.writeUInt32LE(0xa1b2c3d4); header.writeUInt16LE(2, 4); header.writeUInt16LE(4, 6);
header.writeUInt32LE(262144, 16); header.writeUInt32LE(1, 20);
process.stdout.write(writes ?? header);
const packet = () => {
  const bytes = Buffer.alloc(16 + packetBytes, captured);
  const now = Date.now();
  bytes.writeUInt32LE(Math.floor(now / 1000)); bytes.writeUInt32LE((now % 1000) * 1000, 4);
  bytes.writeUInt32LE(packetBytes, 8); bytes.writeUInt32LE(packetBytes, 12);
  bytes.writeUInt32BE(captured++, 16);
  return process.stdout.write(bytes);
};
let left = packets;
const some = () => { while (left > 0) { left--; if (!packet()) { process.stdout.once('drain', some); return; } } };
some();
setInterval(() => { if (everyMs > 0) packet(); }, everyMs || 1000);
if (endsMs !== undefined) setTimeout(() => { process.stderr.write((says ?? '') + '\\n'); leave(1); }, endsMs);
`;

/** A folder with the program of pretended engines. */
export class FakeEngines {
  readonly folder = mkdtempSync(join(tmpdir(), 'dicomtap-live-'));
  private readonly path = join(this.folder, 'engine.cjs');

  constructor() {
    writeFileSync(this.path, program);
  }

  engine(pretended: Pretended): Engine {
    return {
      name: 'tcpdump',
      why: 'pretended',
      command: process.execPath,
      words: [this.path, JSON.stringify(pretended)],
      readCounters: readTcpdump,
      tells: true,
      holdMs: 50,
    };
  }

  /** Surroundings in which an interface is there and up, and engines are these, one start after the other. */
  around(pretended: readonly Pretended[], changes: Partial<KeeperSurroundings> = {}): KeeperSurroundings {
    let starts = 0;
    return {
      choose: () => this.engine(pretended[Math.min(starts++, pretended.length - 1)]),
      interfaceState: () => there,
      interfaceOfIndex: () => there,
      tellEveryMs: 50,
      lookEveryMs: 20,
      lingerMs: 60_000,
      only: false,
      ...changes,
    };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export const there: InterfaceState = { name: 'eth7', index: 7, up: true, received: 0, lost: 0 };

export const options: CaptureOptions = {
  interface: 'eth7',
  engine: 'auto',
  bufferMiB: 1,
  snapLength: 262_144,
  filter: null,
  promiscuous: true,
};
