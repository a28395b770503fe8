// Proves on a real interface that the doctor finds what is wrong with it and hears DICOM, and that it sends nothing
// meanwhile.
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Line } from '../../../src/doctor/check.ts';
import { dcmtkFound } from '../../support/dcmtk.ts';
import { ctObject, Hospital } from '../../support/hospital.ts';
import { until } from '../../support/live.ts';
import { networksFound } from '../../support/network.ts';
import { Program } from '../../support/program.ts';
import { root } from '../../support/source-tree.ts';
import { runWords } from '../run.ts';

const cli = join(root, 'dist', 'cli.js');

interface Document {
  readonly errors: number;
  readonly checks: readonly (Line & { readonly check: string })[];
}

if (networksFound && dcmtkFound)
  describe('at a hub', () => {
    let program: Program;
    let hospital: Hospital;
    let object: string;

    /** The doctor at the sensor's port. */
    const doctor = async (...words: readonly string[]): Promise<Document & { status: number | null }> => {
      const child = hospital.sensor.start(process.execPath, cli, 'doctor', '-i', 'eth0', '--json', ...words);
      let text = '';
      child.stdout?.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      const [status] = (await once(child, 'close')) as [number | null];
      return { ...(JSON.parse(text) as Document), status };
    };
    const graded = ({ checks }: Document, slug: string): string[] =>
      checks.filter(({ check }) => check === slug).map(({ grade, says }) => `${grade}: ${says}`);

    beforeAll(async () => {
      program = new Program();
      hospital = new Hospital();
      object = ctObject(program.folder);
      hospital.serve();
      await until(() => stored(() => hospital.store(object)), 'the archive');
    });

    afterAll(() => {
      hospital.remove();
      program.remove();
    });

    it('hears DICOM in both directions, and sends nothing', async () => {
      const file = program.at('sent.pcap');
      const watch: ChildProcess = hospital.keep(
        hospital.sensor.start('tcpdump', '-Q', 'out', '-U', '-i', 'eth0', '-Z', 'root', '-w', file),
      );
      let ready = '';
      watch.stderr?.on('data', (chunk: Buffer) => {
        ready += chunk.toString();
      });
      await until(() => ready.includes('listening on'), `tcpdump (${ready})`);
      let done = false;
      writeFileSync(program.at('well.yaml'), 'interfaces: [eth0]\n');
      const asked = doctor('--config', program.at('well.yaml'), '--db', program.at('a.db')).finally(() => {
        done = true;
      });
      while (!done) {
        hospital.store(object);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      const told = await asked;
      watch.kill('SIGINT');
      await once(watch, 'close');
      // The header of a capture, and no packet.
      expect(statSync(file).size).toBe(24);
      expect(hospital.sensor.run('cat', '/sys/class/net/eth0/statistics/tx_packets').trim()).toBe('0');
      expect(graded(told, 'interface')).toEqual([expect.stringMatching(/^ok: up/)]);
      expect(graded(told, 'address')).toEqual(['ok: no address, no ARP, no IPv6, nothing sent']);
      expect(graded(told, 'engine')).toEqual([expect.stringMatching(/^ok: tcpdump \d/)]);
      expect(graded(told, 'drops')).toEqual([expect.stringMatching(/^ok/)]);
      expect(graded(told, 'mirror').join('\n')).toMatch(/DICOM was seen/);
      expect(graded(told, 'mirror').join('\n')).not.toMatch(/one direction|twice/);
    });

    it('tells of an address, a configuration that is wrong, and an interface that is down', async () => {
      const { sensor } = hospital;
      sensor.ip('address', 'add', '10.9.0.3/24', 'dev', 'eth0');
      writeFileSync(program.at('d.yaml'), 'sensr: x\n');
      const addressed = await doctor('--seconds', '0', '--config', program.at('d.yaml'));
      expect(graded(addressed, 'address')).toEqual(['warning: has an address (10.9.0.3): this machine speaks there']);
      sensor.ip('link', 'set', 'eth0', 'down');
      const told = await doctor('--seconds', '0', '--config', program.at('d.yaml'));
      expect(told.status).toBe(1);
      expect(graded(told, 'configuration')).toEqual([expect.stringMatching(/^error: .*sensr: is not a key/)]);
      expect(graded(told, 'interface')).toEqual(['error: is down']);
      expect(graded(told, 'mirror')).toEqual([]);
    });
  });

it('connects to a collector and says nothing to it', async () => {
  let heard = 0;
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    socket.on('data', ({ length }) => {
      heard += length;
    });
    socket.on('error', () => {});
    socket.on('end', () => socket.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const program = new Program();
  try {
    const sinks = `sinks: { soc: { kind: syslog, transport: tcp, address: "127.0.0.1:${port}" } }`;
    writeFileSync(program.at('d.yaml'), `${sinks}\nmetrics: { listen: off }\n`);
    const words = ['doctor', '--config', program.at('d.yaml'), '--seconds', '0'];
    const { stdout, status } = await runWords(words);
    expect(stdout).toContain(`soc: 127.0.0.1:${port} can be reached`);
    // No interface is named.
    expect(status).toBe(1);
    expect(stdout).toMatch(/^error {4}configuration .*there is no interface\s+to listen on\n +→ Name one/);
    expect(stdout).toMatch(/\d+ ok, \d+ warnings?, \d+ errors?\n$/);
    await until(() => connections === 1, 'the connection');
  } finally {
    server.close();
    program.remove();
  }
  expect(heard).toBe(0);
});

it('takes no other time than from 0 to 60', async () => {
  for (const seconds of ['61', '-1', 'x', '1.5']) {
    expect((await runWords(['doctor', `--seconds=${seconds}`])).stderr).toContain('is not from 0 to 60');
  }
});

function stored(work: () => void): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}
