// Proves that live equals replay: what a capture process delivered, kept by a tee, replays to the same records byte for
// byte; a second capture of the same wire tells the same but for times.
import type { ChildProcess } from 'node:child_process';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { captureDefaults } from '../../../src/capture/live/capture-options.ts';
import type { LiveEvent, LiveSource } from '../../../src/capture/live/live-source.ts';
import { listenToInterface } from '../../../src/capture/live/stream-listener.ts';
import { LiveSession } from '../../../src/commands/live/live-session.ts';
import { keyedHash, loadHashKey } from '../../../src/hash-key.ts';
import { noHistory } from '../../../src/model/history.ts';
import type { RecordBatch } from '../../../src/model/records.ts';
import { withoutPolicy } from '../../../src/policy/compile.ts';
import { type Frame, pcap } from '../../support/capture.ts';
import { dcmtkFound } from '../../support/dcmtk.ts';
import { ctObject, Hospital } from '../../support/hospital.ts';
import { KeptRecords, keptLog, until } from '../../support/live.ts';
import { networksFound } from '../../support/network.ts';
import { Program } from '../../support/program.ts';
import { root } from '../../support/source-tree.ts';
import { dumpOf, newRun, runInto } from '../../support/stores.ts';

const cli = join(root, 'dist', 'cli.js');

/** Keeps every packet that it hands on. */
class Tee implements LiveSource {
  readonly frames: Frame[] = [];
  private readonly source: LiveSource;

  constructor(source: LiveSource) {
    this.source = source;
  }

  async next(): Promise<LiveEvent | null> {
    const event = await this.source.next();
    if (event?.kind === 'packets') {
      const { bytes, start, captured, original, seconds, nanos, count } = event.batch;
      for (let i = 0; i < count; i++) {
        const packet = bytes.slice(start[i], start[i] + captured[i]);
        this.frames.push({ bytes: packet, seconds: seconds[i], nanos: nanos[i], original: original[i] });
      }
    }
    return event;
  }

  stop(): void {
    this.source.stop();
  }

  get status() {
    return this.source.status;
  }
}

if (networksFound && dcmtkFound)
  describe('live', () => {
    let program: Program;
    let hospital: Hospital;
    let tcpdump: ChildProcess;
    const written: RecordBatch[] = [];
    let tee: Tee;

    beforeAll(async () => {
      program = new Program();
      hospital = new Hospital();
      writeFileSync(program.at('key'), '5a'.repeat(32), { mode: 0o600 });
      const file = program.at('independent.pcap');
      tcpdump = hospital.keep(hospital.sensor.start('tcpdump', '-i', 'eth0', '-U', '-w', file, '-Z', 'root'));
      let heard = '';
      tcpdump.stderr?.on('data', (chunk: Buffer) => {
        heard += chunk.toString();
      });
      const words = ['ip', 'netns', 'exec', hospital.sensor.name, process.execPath, cli];
      tee = new Tee(listenToInterface({ ...captureDefaults, interface: 'eth0' }, { group: null, program: words }));
      const recorder = new KeptRecords();
      const session = new LiveSession({
        config: { sensor: 's', limits: {} },
        version: '1',
        policy: withoutPolicy,
        hash: keyedHash(loadHashKey(program.at('key'), false).key),
        history: noHistory,
        sources: [tee],
        recorder: Object.assign(recorder, { write: (batch: RecordBatch) => void written.push(structuredClone(batch)) }),
        sinks: () => [],
        log: keptLog(),
      });
      const running = session.run();
      await until(() => tee.status.state === 'capturing' && heard.includes('listening'), 'both captures');
      hospital.serve();
      const object = ctObject(program.folder);
      await until(() => tried(() => hospital.store(object)), 'the archive');
      for (let i = 2; i < 6; i++) hospital.store(ctObject(program.folder, i));
      hospital.modality.run('echoscu', '10.9.0.2', '11112');
      const over = () => written.flatMap(({ associations }) => associations).filter(({ ended }) => ended);
      await until(() => new Set(over().map(({ id }) => id)).size >= 6, 'the associations');
      session.stop(120_000);
      await running;
      // Of what its ring still holds it would write nothing any more.
      const bytes = tee.frames.reduce((sum, frame) => sum + 16 + frame.bytes.length, 24);
      await until(() => statSync(file).size >= bytes, 'as much in the second capture');
      tcpdump.kill('SIGINT');
      await until(() => tcpdump.exitCode !== null, 'the end of tcpdump');
    });

    afterAll(() => {
      hospital.remove();
      program.remove();
    });

    it('tells byte for byte what a replay of its own stream tells', async () => {
      // A capture goes by the name of its file.
      writeFileSync(program.at('eth0'), pcap(tee.frames, { resolution: 'nanos' }));
      runInto(program.at('live.db'), written, newRun({ hashKeyId: loadHashKey(program.at('key'), false).id }));
      const { document } = await program.replay('replay.db', ['eth0', '--hash-key', 'key']);
      expect(document.totals).toMatchObject({ associations: expect.any(Number), operations: expect.any(Number) });
      expect(dumpOf(program.at('live.db')).length).toBeGreaterThan(30);
      expect(dumpOf(program.at('live.db'))).toEqual(dumpOf(program.at('replay.db')));
    });

    it('tells but for times what a capture of somebody else tells', async () => {
      await program.replay('other.db', ['independent.pcap', '--hash-key', 'key']);
      for (const sql of [
        'SELECT id, calling_ae, called_ae, outcome, objects, operations, complete FROM association ORDER BY id',
        'SELECT id, detection, severity, summary FROM finding ORDER BY id',
        'SELECT id, command, status, instance_hash, content_mark FROM operation ORDER BY id',
      ]) {
        expect(program.rows('live.db', sql)).toEqual(program.rows('other.db', sql));
      }
    });
  });

function tried(work: () => void): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}
