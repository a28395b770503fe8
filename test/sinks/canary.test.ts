// Proves that no patient value and no secret of the recordings reaches a collector, over any transport, in any
// spelling: all recordings replayed and delivered by the built program.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it, onTestFinished } from 'vitest';
import type { GivenSink } from '../../src/sinks/settings.ts';
import { canariesInText } from '../support/canaries.ts';
import { certificates } from '../support/certificates.ts';
import { httpCollector } from '../support/http-collector.ts';
import { Program } from '../support/program.ts';
import { freePort, Rsyslog, type RsyslogInput } from '../support/rsyslog.ts';
import { pcaps, scenePath, scenes } from '../support/scenes.ts';

const program = new Program();
afterAll(() => program.remove());

const send = ['findings', 'associations'] as const;
/** The formats alone are searched in formats/canary.test.ts. */
const files = ['leef'] as const;

it('none is in what any collector got, nor in what the sensor says of its sinks', async () => {
  const tls = certificates(program.folder);
  const collectors = new Map<string, Rsyslog>();
  const collector = async (name: string, input: RsyslogInput, given: object): Promise<GivenSink> => {
    const port = await freePort();
    const secure = input === 'gtls' ? { tls } : {};
    const made = new Rsyslog({ folder: program.at(name), input, port, ...secure });
    onTestFinished(() => made.kill());
    await made.start();
    collectors.set(name, made);
    return { kind: 'syslog', send: [...send], address: `127.0.0.1:${port}`, ...given } as GivenSink;
  };
  const hec = await httpCollector(() => ({ status: 200, body: '{"code":0}' }));
  const hook = await httpCollector(() => ({ status: 200 }));
  const url = (port: number): string => `http://127.0.0.1:${port}`;
  const sinks: Record<string, GivenSink> = {
    tls: await collector('tls', 'gtls', { transport: 'tls', tls: { ca: tls.ca }, format: 'ecs' }),
    relp: await collector('relp', 'imrelp', { transport: 'relp', format: 'cef' }),
    old: await collector('old', 'imptcp', { transport: 'tcp', framing: 'newline', rfc: 3164, format: 'sentence' }),
    arr: await collector('arr', 'imtcp', { kind: 'audit', transport: 'tcp' }),
    splunk: { kind: 'http', flavour: 'hec', url: url(hec.port), send: [...send] },
    hook: { kind: 'http', flavour: 'webhook', url: url(hook.port), send: [...send], format: 'eve' },
  };
  for (const format of files)
    sinks[format] = { kind: 'file', path: program.at(`${format}.log`), send: [...send], format };
  const config = program.at('dicomtap.yaml');
  writeFileSync(config, JSON.stringify({ sinks }));
  writeFileSync(program.at('key'), '00'.repeat(32), { mode: 0o600 });
  const policy = join(pcaps, 'demo.yaml');
  const words = ['--hash-key', 'key', '--policy', policy, '--db', 'a.db', '--quiet', '--deliver', '--config', config];
  const replayed = await program.run(['replay', ...scenes().map(scenePath), ...words]);
  const status = await program.run(['sink', 'status', '--db', 'a.db']);
  expect(replayed.status, replayed.stderr).toBe(0);
  const counts = Array.from(replayed.stderr.matchAll(/sink (\S+): (\d+) delivered, 0 given up, 0 left/g));
  expect(counts.map(([, name]) => name).sort()).toEqual(Object.keys(sinks).sort());
  for (const [, , delivered] of counts) expect(Number(delivered)).toBeGreaterThan(100);

  const got: Record<string, string> = { said: replayed.stdout + replayed.stderr + status.stdout };
  for (const [name, one] of collectors) got[name] = one.received().join('\n');
  got['splunk'] = hec.posted.map(({ body }) => body).join('\n');
  got['hook'] = hook.posted.map(({ body }) => body).join('\n');
  for (const format of files) got[format] = readFileSync(program.at(`${format}.log`), 'utf8');
  const values = Array.from(got['arr'].matchAll(/ value="([^"]*)"/g), ([, value]) => Buffer.from(value, 'base64'));
  got['arr, its base64 read'] = Buffer.concat(values).toString();
  for (const [name, text] of Object.entries(got)) {
    expect(text.length, name).toBeGreaterThan(500);
    expect(canariesInText(text), name).toEqual([]);
  }
});
