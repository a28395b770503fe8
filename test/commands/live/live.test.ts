// Proves the live sensor at a hub with real peers: what it records, that it sends nothing by the port's counter and a
// second capture of it, that it reloads, keeps what held when a reload fails (B46), and loses nothing when it is
// stopped.
import { type ChildProcess, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pcap } from '../../support/capture.ts';
import { dcmtkFound } from '../../support/dcmtk.ts';
import { ctObject, Hospital } from '../../support/hospital.ts';
import { until } from '../../support/live.ts';
import { networksFound } from '../../support/network.ts';
import { Program } from '../../support/program.ts';
import { root } from '../../support/source-tree.ts';

const cli = join(root, 'dist', 'cli.js');

if (networksFound && dcmtkFound)
  describe('a live sensor', () => {
    let program: Program;
    let hospital: Hospital;
    let sensor: ChildProcess;
    let object: string;
    let log = '';
    let ended: number | null = null;
    /** What the second capture says. */
    let watched = '';
    let watching: ChildProcess;

    const lines = (): Record<string, unknown>[] => {
      const whole = log.split('\n').slice(0, -1);
      return whole.map((line) => JSON.parse(line) as Record<string, unknown>);
    };
    const said = (message: string) => lines().filter(({ msg }) => msg === message);
    const count = (sql: string) => program.rows<{ n: number }>('a.db', sql)[0].n;
    const policy = (text: string) => writeFileSync(program.at('site.yaml'), text);
    const reload = async (message: string): Promise<Record<string, unknown>> => {
      const before = said(message).length;
      sensor.kill('SIGHUP');
      await until(() => said(message).length > before, message);
      return said(message).at(-1) as Record<string, unknown>;
    };

    beforeAll(async () => {
      program = new Program();
      hospital = new Hospital();
      object = ctObject(program.folder);
      // Everything that leaves by the sensor's port, from before the sensor begins until after its end.
      watching = hospital.keep(
        hospital.sensor.start('tcpdump', '-i', 'eth0', '-n', '-l', '-Q', 'out', '--immediate-mode'),
      );
      for (const stream of [watching.stdout, watching.stderr])
        stream?.on('data', (chunk: Buffer) => {
          watched += chunk.toString();
        });
      await until(() => watched.includes('listening on eth0'), 'the second capture');
      policy('version: 1\n');
      // Of this machine's own configuration nothing is read.
      writeFileSync(program.at('live.yaml'), 'metrics: { listen: off }\n');
      const words = [
        'live',
        '--config',
        program.at('live.yaml'),
        '-i',
        'eth0',
        '--db',
        program.at('a.db'),
        '--policy',
        program.at('site.yaml'),
        '--user',
        'root',
      ];
      sensor = hospital.keep(hospital.sensor.start(process.execPath, cli, ...words));
      sensor.stderr?.on('data', (chunk: Buffer) => {
        log += chunk.toString();
      });
      sensor.on('exit', (code) => {
        ended = code;
      });
      await until(() => said('capture began').length > 0, `the capture (${log})`);
      hospital.serve();
      await until(() => spawned(() => hospital.store(object)), 'the archive');
    });

    afterAll(() => {
      hospital.remove();
      program.remove();
    });

    it('records what is sent while it listens', async () => {
      await until(() => count("SELECT count(*) n FROM finding WHERE detection = 'phi-cleartext'") > 0, 'a finding');
      // A finding may be there while its association lasts.
      await until(() => count("SELECT count(*) n FROM association WHERE outcome = 'released'") > 0, 'its end');
      const [association] = program.rows('a.db', "SELECT * FROM association WHERE outcome = 'released'");
      expect(association).toMatchObject({ calling_ae: 'CT01', called_ae: 'ARCHIVE', objects: 1, complete: 1 });
    });

    it('opens no debugger, tells its numbers, and lets no crash write its memory', async () => {
      const { pid } = sensor;
      const [node] = spawnSync('pgrep', ['-f', program.at('a.db')], { encoding: 'utf8' })
        .stdout.trim()
        .split('\n');
      expect(Number(node)).toBeGreaterThanOrEqual(Number(pid));
      expect(readFileSync(`/proc/${node}/coredump_filter`, 'latin1').trim()).toBe('00000000');
      sensor.kill('SIGUSR1');
      sensor.kill('SIGUSR2');
      await until(() => said('statistics').length > 0, 'statistics');
      expect(said('statistics')[0]).toMatchObject({ healthy: true, losses: expect.anything() });
      expect(log).not.toContain('Debugger');
    });

    it('judges by another policy from a reload on', async () => {
      policy('version: 1\nseverities: { phi-cleartext: low }\n');
      expect((await reload('reloaded'))['digest']).toMatch(/^[0-9a-f]{64}$/);
      hospital.store(object);
      await until(
        () => count("SELECT count(*) n FROM finding WHERE detection = 'phi-cleartext' AND severity = 'low'") === 1,
        'a finding by the new policy',
      );
    });

    it('keeps what held when the file is broken, empty or gone, and says so', async () => {
      for (const [text, why] of [
        ['version: 1\nseverities: { phi-cleartext: loud }\n', 'is not one of'],
        ['', 'the file says nothing'],
      ]) {
        policy(text);
        expect(await reload('not reloaded: what held before still holds')).toMatchObject({
          level: 50,
          why: expect.stringContaining(why),
        });
      }
      hospital.store(object);
      await until(
        () => count("SELECT count(*) n FROM finding WHERE detection = 'phi-cleartext' AND severity = 'low'") === 2,
        'a finding by the policy that held',
      );
    });

    it('takes a policy of 100,000 AE titles', async () => {
      const rows = Array.from({ length: 100_000 }, (_, i) => `  T${i}, 10.1.${(i >> 8) & 255}.${i & 255}\n`);
      policy(`version: 1\nae_table: |\n  title, addresses\n${rows.join('')}`);
      await reload('reloaded');
    });

    it('keeps packets from a reload on, and names what changes at the next start only', async () => {
      const evidence = `evidence: { dir: ${program.at('ring')}, size_mib: 16 }`;
      writeFileSync(program.at('live.yaml'), `metrics: { listen: off }\nwatchdog_seconds: 50\n${evidence}\n`);
      await reload('reloaded');
      expect(said('changed, but used from the next start on only')).toMatchObject([{ settings: ['watchdog_seconds'] }]);
      hospital.store(object);
      await until(() => readdirSync(program.at('ring')).length > 0, 'packets that are kept');
    });

    it('answers what an operator asks beside it', () => {
      const ask = (...words: string[]): string => hospital.sensor.run(process.execPath, cli, ...words);
      expect(ask('findings', '--db', program.at('a.db'))).toContain('phi-cleartext');
      expect(ask('check', '--config', program.at('live.yaml'))).toContain('valid');
      sensor.kill('SIGUSR2');
    });

    it('drains when it is told to stop, and ends with 0', async () => {
      for (let i = 0; i < 3; i++) hospital.store(object);
      // What it has five seconds to drain are the ends: a busy machine may take as long for more.
      await until(() => count('SELECT count(*) n FROM association') === 7, 'all associations');
      const began = Date.now();
      sensor.kill('SIGTERM');
      await until(() => ended !== null, 'the end');
      expect(ended).toBe(0);
      // Five seconds, on a machine that does other things too.
      expect(Date.now() - began).toBeLessThan(10_000);
      expect(count("SELECT count(*) n FROM association WHERE outcome = 'released'")).toBe(7);
      expect(program.rows('a.db', 'SELECT ending FROM run')).toEqual([{ ending: 'done' }]);
      expect(program.rows('a.db', 'SELECT format, complete FROM capture')).toEqual([{ format: 'live', complete: 1 }]);
      expect(count('SELECT count(*) n FROM health')).toBeGreaterThan(0);
    });

    it('has sent nothing through all of that', async () => {
      const counted = () => Number(hospital.sensor.run('cat', '/sys/class/net/eth0/statistics/tx_packets'));
      expect(counted()).toBe(0);
      // A frame of the test's own shows that both would have seen one.
      const frame = Buffer.alloc(60);
      frame.fill(2, 0, 12);
      frame.writeUInt16BE(0x88b5, 12);
      writeFileSync(program.at('one.pcap'), pcap([{ bytes: frame, seconds: 1, nanos: 0 }]));
      hospital.sensor.run('tcpreplay', '-q', '-i', 'eth0', program.at('one.pcap'));
      await until(() => watched.includes('0x88b5'), 'the frame of the test');
      expect(counted()).toBe(1);
      watching.kill('SIGINT');
      await until(() => /packets? dropped by kernel/.test(watched), 'the end of the second capture');
      expect(watched).toMatch(/^1 packet captured$/m);
      expect(watched).toMatch(/^0 packets dropped by kernel$/m);
    });
  });

function spawned(work: () => void): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}
