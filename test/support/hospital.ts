import type { ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run as runDcmtk } from './dcmtk.ts';
import { cable, Host } from './network.ts';

/** A modality, an archive and a sensor at a bridge that floods like a hub: the sensor's port only listens. */
export class Hospital {
  readonly modality = new Host();
  readonly archive = new Host();
  readonly sensor = new Host();
  private readonly hub = new Host();
  private readonly children: ChildProcess[] = [];

  constructor() {
    const { hub } = this;
    hub.ip('link', 'add', 'br0', 'type', 'bridge', 'ageing_time', '0');
    hub.run('sysctl', '-eqw', 'net.ipv6.conf.br0.disable_ipv6=1');
    hub.ip('link', 'set', 'br0', 'up');
    for (const [i, host] of [this.modality, this.archive, this.sensor].entries()) {
      cable(hub, `port${i}`, host, 'eth0');
      hub.ip('link', 'set', `port${i}`, 'master', 'br0');
    }
    for (const [host, address] of [
      [this.modality, '10.9.0.1/24'],
      [this.archive, '10.9.0.2/24'],
    ] as const) {
      host.ip('link', 'set', 'eth0', 'arp', 'on');
      host.ip('address', 'add', address, 'dev', 'eth0');
    }
  }

  /** The archive answers, and keeps nothing. */
  serve(): void {
    this.keep(this.archive.start('storescp', '--ignore', '-aet', 'ARCHIVE', '11112'));
  }

  /** Sends a file from the modality, once the archive answers. */
  store(path: string): void {
    this.modality.run('storescu', '-aet', 'CT01', '-aec', 'ARCHIVE', '10.9.0.2', '11112', path);
  }

  keep(child: ChildProcess): ChildProcess {
    this.children.push(child);
    return child;
  }

  remove(): void {
    for (const child of this.children) child.kill('SIGKILL');
    for (const host of [this.modality, this.archive, this.sensor, this.hub]) host.remove();
  }
}

/** A small CT object of an invented patient, as a file in `folder`. */
export function ctObject(folder: string, number = 1): string {
  const path = join(folder, `ct${number}.dcm`);
  writeFileSync(
    `${path}.dump`,
    `(0002,0010) UI =LittleEndianExplicit
(0008,0016) UI =CTImageStorage
(0008,0018) UI [1.2.826.0.1.3680043.10.9.${number}]
(0008,0020) DA [20260105]
(0008,0060) CS [CT]
(0010,0010) PN [Invented^Patient]
(0010,0020) LO [INV${number}]
(0010,0030) DA [19700101]
(0020,000d) UI [1.2.826.0.1.3680043.10.8.${number}]
(0020,000e) UI [1.2.826.0.1.3680043.10.7.${number}]
`,
  );
  runDcmtk('dump2dcm', ['-q', `${path}.dump`, path]);
  return path;
}
