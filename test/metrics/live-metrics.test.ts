// Proves on a real sensor that its metrics and health are served and follow what happens, also through a reload, and
// that who wants none loads nothing for it.
import type { ChildProcess } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../support/live.ts';
import { cable, Host, networksFound } from '../support/network.ts';
import { Program } from '../support/program.ts';
import { root } from '../support/source-tree.ts';

const dist = join(root, 'dist');

it('the library is loaded late, by the server alone, and that late too', () => {
  // Every file that live loads at its start, and those that they load.
  const loaded = new Set<string>();
  const load = (name: string): void => {
    if (loaded.has(name)) return;
    loaded.add(name);
    const text = readFileSync(join(dist, name), 'utf8');
    for (const [, next] of text.matchAll(/^(?:const \w+ = )?require\("\.\/([^"]+)"\);$/gm)) load(next);
  };
  load('live.cjs');
  expect(loaded.size).toBeGreaterThan(3);
  const all = [...loaded].map((name) => readFileSync(join(dist, name), 'utf8')).join('');
  expect(all).toContain('.then(() => require("./metrics-server.cjs"))');
  expect([...loaded].filter((name) => /metrics|prom/.test(name))).toEqual([]);
  expect(all).not.toContain('new prometheus.Registry');
});

if (networksFound)
  describe('a live sensor', () => {
    let program: Program;
    let sensor: Host;
    let other: Host;
    let live: ChildProcess;
    let log = '';

    const configure = (metrics: string): void =>
      writeFileSync(program.at('d.yaml'), `interfaces: [eth0]\nuser: root\nmetrics: { listen: "${metrics}" }\n`);
    /** Asked from the sensor's own host. */
    const get = (path: string, port = 9741): string => {
      const script = `fetch('http://127.0.0.1:${port}${path}').then(async (r) => console.log(r.status, await r.text()), () => console.log('refused'))`;
      return sensor.run(process.execPath, '-e', script);
    };

    beforeAll(async () => {
      program = new Program();
      sensor = new Host();
      other = new Host();
      cable(other, 'out', sensor, 'eth0');
      configure('127.0.0.1:9741');
      const words = ['live', '--config', program.at('d.yaml'), '--db', program.at('a.db')];
      live = sensor.start(process.execPath, join(dist, 'cli.js'), ...words);
      live.stderr?.on('data', (chunk: Buffer) => {
        log += chunk.toString();
      });
      await until(() => log.includes('capture began') && log.includes('metrics are served'), `the sensor (${log})`);
    });

    afterAll(() => {
      live.kill('SIGTERM');
      sensor.remove();
      other.remove();
      program.remove();
    });

    it('serves what it counts, and is healthy', async () => {
      expect(get('/healthz')).toBe('200 ok\n\n');
      other.run('tcpreplay', '-q', '-i', 'out', join(root, 'pcaps', 'store-several.pcap'));
      // An association is counted when it is first told of, its findings when it is over.
      const finding = /^dicomtap_findings_total\{detection="phi-cleartext",severity="high"\} [1-9]/m;
      await until(() => finding.test(get('/metrics')), 'the finding');
      const text = get('/metrics');
      expect(text).toMatch(/^dicomtap_associations_total [1-9]/m);
      expect(text).toMatch(/^dicomtap_interface_capturing\{interface="eth0"\} 1$/m);
      expect(text).toMatch(/^dicomtap_dropped_packets_total\{interface="eth0",place="kernel"\} 0$/m);
      const counted = (name: string): number =>
        Number(new RegExp(`^dicomtap_${name} (\\d+)$`, 'm').exec(get('/metrics'))?.[1]);
      await until(
        () => counted('packets_total') === counted('interface_packets_total\\{interface="eth0"\\}'),
        'the same number of packets in all and of the one interface',
      );
    });

    it('is not healthy once it is blind', async () => {
      sensor.ip('link', 'set', 'eth0', 'down');
      await until(() => get('/healthz').startsWith('503'), 'blindness');
      expect(get('/healthz')).toMatch(/^503 blind: nothing is captured \(eth0: /);
      // Put together at most once a second.
      await until(() => /^dicomtap_healthy 0$/m.test(get('/metrics')), 'the same in metrics');
      sensor.ip('link', 'set', 'eth0', 'up');
      await until(() => get('/healthz').startsWith('200'), 'sight');
    });

    it('serves elsewhere after a reload, and nowhere when that is wanted', async () => {
      configure('127.0.0.1:9999');
      live.kill('SIGHUP');
      await until(() => get('/healthz', 9999).startsWith('200'), 'the other port');
      expect(get('/healthz')).toBe('refused\n');
      configure('off');
      live.kill('SIGHUP');
      await until(() => get('/healthz', 9999) === 'refused\n', 'the end');
    });
  });
