import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CaptureOptions } from '../../../src/capture/live/capture-options.ts';
import type { LiveSource } from '../../../src/capture/live/live-source.ts';
import { listenToInterface } from '../../../src/capture/live/stream-listener.ts';
import { type Frame, pcap } from '../../support/capture.ts';
import { cable, Host } from '../../support/network.ts';
import { root } from '../../support/source-tree.ts';
import { options } from './fake-engine.ts';

export const cli = [process.execPath, join(root, 'dist/cli.js')];

/** A wire with a sensor at one end and what plays frames at the other. Interface names: `tap` and `out`. */
export class Wire {
  readonly sensor = new Host();
  readonly player = new Host();

  constructor() {
    cable(this.player, 'out', this.sensor, 'tap');
  }

  /** Listens at the tap; capture processes run at the sensor. */
  listen(asked: Partial<CaptureOptions> = {}): LiveSource {
    const program = ['ip', 'netns', 'exec', this.sensor.name, ...cli];
    return listenToInterface({ ...options, interface: 'tap', bufferMiB: 16, ...asked }, { group: null, program });
  }

  play(file: string, ...words: readonly string[]): void {
    this.player.run('tcpreplay', '-q', '-i', 'out', ...words, file);
  }

  /** Frames that the tap has sent. */
  sent(): number {
    return Number(this.sensor.run('cat', '/sys/class/net/tap/statistics/tx_packets'));
  }

  remove(): void {
    this.sensor.remove();
    this.player.remove();
  }
}

/** A capture of numbered frames: the number is the head of the target's address. Types 0x88B5 and 0x88B6 by turns. */
export function numbered(folder: string, count: number, bytes = 60): string {
  const frames = Array.from({ length: count }, (_, i): Frame => {
    const frame = Buffer.alloc(bytes);
    frame.writeUInt32BE(i, 0);
    frame.writeUInt16BE(i % 2 === 0 ? 0x88b5 : 0x88b6, 12);
    return { bytes: frame, seconds: 1_767_600_000, nanos: i * 1000 };
  });
  const path = join(folder, `${count}-${bytes}.pcap`);
  writeFileSync(path, pcap(frames));
  return path;
}
