// Proves that of a sensor which gave up root each process may be killed: it captures on, or ends with nothing left
// behind.
import { chownSync, existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../support/live.ts';
import { LiveProgram, runs } from '../../support/live-program.ts';
import { cable, Host, networksFound } from '../../support/network.ts';
import { Program } from '../../support/program.ts';

const nobody = 65_534;

if (networksFound)
  describe('a sensor that became nobody', () => {
    let program: Program;
    let sensor: Host;
    let other: Host;
    let live: LiveProgram;

    beforeEach(async () => {
      program = new Program();
      chownSync(program.folder, nobody, nobody);
      sensor = new Host();
      other = new Host();
      cable(other, 'out', sensor, 'eth0');
      live = new LiveProgram(sensor, program.folder, ['-i', 'eth0'], '', 'nobody');
      await live.began();
    });

    afterEach(() => {
      live.child.kill('SIGKILL');
      sensor.remove();
      other.remove();
      program.remove();
    });

    const all = () => [live.child.pid as number, ...Object.values(live.helpers)];

    /** Of the socket of its capture process; other sensors have theirs beside it. */
    function folder(): string {
      expect(live.log).toContain('gave up root');
      const words = readFileSync(`/proc/${live.helpers.capture}/cmdline`, 'utf8').split('\0');
      return dirname(words[words.indexOf('--socket') + 1]);
    }

    it('captures again within five seconds when engine or capture process is killed', async () => {
      for (const [times, which] of [
        [2, 'engine'],
        [3, 'capture'],
        [4, 'capture'],
      ] as const) {
        process.kill(live.helpers[which], 'SIGKILL');
        await live.began(times);
        const gone =
          Number(live.said('capture began').at(-1)?.['time']) - Number(live.said('capture ended').at(-1)?.['time']);
        // Five seconds, on a machine that does other things too.
        expect(gone).toBeLessThan(10_000);
      }
      const before = all();
      await live.stop();
      expect(live.ended).toBe(0);
      await until(() => !before.some(runs), 'the end of all processes');
    });

    it('captures on when what starts the capture process again is killed, and ends in good order', async () => {
      const before = all();
      process.kill(live.helpers.keeper, 'SIGKILL');
      other.run('tcpreplay', '-q', '-i', 'out', 'pcaps/store-several.pcap');
      await until(() => program.rows<{ n: number }>('a.db', 'SELECT count(*) n FROM association')[0].n > 0, 'a record');
      await live.stop();
      expect(live.said('capture ended').filter(({ why }) => why !== 'asked to')).toEqual([]);
      await until(() => !before.some(runs), 'the end of all processes');
    });

    it('leaves nothing behind when it is killed itself', async () => {
      const before = all();
      const made = folder();
      expect(existsSync(made)).toBe(true);
      live.child.kill('SIGKILL');
      await until(() => !before.some(runs), 'the end of all processes');
      await until(() => !existsSync(made), 'the end of its folder');
    });
  });
