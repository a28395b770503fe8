// Proves that packets kept by `live --ring` are there for extract after kill -9 of the capture process and of the
// sensor: all that came a second or two before.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readRingFile } from '../../../src/capture/ring/ring-file.ts';
import { readBytes } from '../../capture/packets.ts';
import { until } from '../../support/live.ts';
import { LiveProgram, runs } from '../../support/live-program.ts';
import { cable, Host, networksFound } from '../../support/network.ts';
import { jsonLines, Program } from '../../support/program.ts';
import { scenePath } from '../../support/scenes.ts';
import { runWords } from '../run.ts';

if (networksFound)
  describe('what a sensor with a ring kept', () => {
    let program: Program;
    let sensor: Host;
    let other: Host;
    let live: LiveProgram;

    beforeEach(async () => {
      program = new Program();
      sensor = new Host();
      other = new Host();
      cable(other, 'out', sensor, 'eth0');
      live = new LiveProgram(sensor, program.folder, ['-i', 'eth0', '--ring', program.at('ring')]);
      await live.began();
    });

    afterEach(() => {
      live.child.kill('SIGKILL');
      sensor.remove();
      other.remove();
      program.remove();
    });

    const count = () => program.rows<{ n: number }>('a.db', 'SELECT count(*) n FROM association WHERE ended')[0].n;

    /** Plays a scene of one association, until that is recorded and its packets are in the ring's newest file. */
    async function play(scene: string): Promise<void> {
      const before = count();
      other.run('tcpreplay', '-q', '-i', 'out', scenePath(scene));
      await until(() => count() > before, scene);
      const { packets } = await readBytes(readFileSync(scenePath(scene)));
      while ((await kept()) < packets.length) await new Promise((resolve) => setTimeout(resolve, 50));
    }

    /** Packets in the ring's newest file. */
    async function kept(): Promise<number> {
      const newest = readdirSync(program.at('ring')).sort().at(-1);
      if (newest === undefined) return 0;
      const bytes = readFileSync(program.at('ring', newest));
      return bytes.length === 0 ? 0 : (await readBytes(bytes)).packets.length;
    }

    it('is whole after each was killed', async () => {
      await play('find-study.pcap');
      const { capture, engine } = live.helpers;
      process.kill(capture, 'SIGKILL');
      await live.began(2);
      await play('store.pcap');
      const after = live.helpers;
      live.child.kill('SIGKILL');
      await until(() => ![capture, engine, ...Object.values(after)].some(runs), 'the end of all processes');

      // The capture that went on when the sensor was killed was not closed: its last block is missing.
      const files = readdirSync(program.at('ring')).sort();
      const spans = files.map((name) => readRingFile(join(program.at('ring'), name))?.span ?? null);
      expect(spans.map((span) => span === null)).toEqual([false, true]);

      const database = ['--db', program.at('a.db')];
      const { stdout } = await runWords(['associations', ...database, '--json']);
      const ids = jsonLines(stdout).map(({ id }) => id as string);
      expect(ids).toHaveLength(2);
      for (const id of ids) {
        const out = program.at(`${id}.pcapng`);
        const extracted = await runWords(['extract', id, ...database, '--write', out]);
        expect([extracted.status, extracted.stderr]).toEqual([0, expect.any(String)]);
        const again = ['--db', program.at(`${id}.db`)];
        await runWords(['replay', out, ...again, '--quiet', '--hash-key', program.at('key')]);
        const seen = jsonLines((await runWords(['associations', ...again, '--json'])).stdout);
        expect(seen).toMatchObject([{ id, complete: true, ended: true }]);
      }
    });
  });
