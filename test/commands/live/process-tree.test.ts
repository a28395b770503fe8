// Proves that of a sensor which gave up root each process may be killed: it captures on, or ends with nothing left behind.
import { chownSync, existsSync, readdirSync } from 'node:fs';
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
    }, 60_000);

    afterEach(() => {
      live.child.kill('SIGKILL');
      sensor.remove();
      other.remove();
      program.remove();
    });

    const all = () => [live.child.pid as number, ...Object.values(live.helpers)];

    /** Folders of capture processes of ours. */
    function folders(): string[] {
      const text = live.log;
      expect(text).toContain('gave up root');
      return existsSync('/run') ? readdirSync('/run').filter((name) => name.startsWith('dicomtap-')) : [];
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
    }, 90_000);

    it('captures on when what starts the capture process again is killed, and ends in good order', async () => {
      const before = all();
      process.kill(live.helpers.keeper, 'SIGKILL');
      other.run('tcpreplay', '-q', '-i', 'out', 'pcaps/store-several.pcap');
      await until(() => program.rows<{ n: number }>('a.db', 'SELECT count(*) n FROM association')[0].n > 0, 'a record');
      await live.stop();
      expect(live.said('capture ended')).toMatchObject([{ why: 'asked to' }]);
      await until(() => !before.some(runs), 'the end of all processes');
    }, 90_000);

    it('leaves nothing behind when it is killed itself', async () => {
      const before = all();
      const made = folders();
      live.child.kill('SIGKILL');
      await until(() => !before.some(runs), 'the end of all processes');
      await until(() => folders().length < made.length, 'the end of its folder');
    }, 90_000);
  });
