// Proves: check says what a policy means, names the line of each error, and ends with status 1 when there is one.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { check } from '../../src/commands/check.ts';

const folder = mkdtempSync(join(tmpdir(), 'dicomtap-check-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function run(path: string, limit?: readonly string[]): Promise<{ status: number; output: string }> {
  let output = '';
  const stdout = (text: string) => {
    output += text;
  };
  const io = { stdout, stderr: () => {}, terminal: false, columns: 80, colour: false, progress: false };
  return { status: await check.run({ policy: path, limit }, io), output };
}

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

it('says in words what a sound policy allows', async () => {
  const path = fileURLToPath(new URL('../../docs/example-policy.yaml', import.meta.url));
  const { status, output } = await run(path);
  expect(status).toBe(0);
  expect(output).toContain(`${path}: valid, no warnings.\nDigest: `);
  expect(output).toContain('\nSite: Example Hospital\n');
  expect(output).toContain('  RIS (worklist server and receiver of procedure steps): at 10.20.5.20; listening on 104;');
});

it('says which limits are lowered', async () => {
  const path = fileURLToPath(new URL('../../docs/example-policy.yaml', import.meta.url));
  const { output } = await run(path, ['malformedMax=2', 'contextsMax=9']);
  expect(output).toContain('Limits lowered: malformedMax 2 (of 32), contextsMax 9 (of 256).\n');
});

it('names line and column of each error, and ends with 1', async () => {
  const path = file('bad.yaml', 'version: 1\nsit: x\nae_titles:\n  - title: A\n    addresses: [10.0.0.300]\n');
  const { status, output } = await run(path);
  expect(status).toBe(1);
  expect(output).toBe(
    `${path}:2:1: error: sit: is not a key known here\n` +
      `${path}:5:17: error: ae_titles[0].addresses[0]: '10.0.0.300' is not an address or network\n` +
      `${path}: 2 errors; nothing can be judged by this policy.\n`,
  );
});

it('says how a configuration is checked that was given for a policy', async () => {
  const path = file('dicomtap.yaml', 'interfaces: [eth1]\n');
  const { status, output } = await run(path);
  expect(status).toBe(1);
  expect(output.endsWith(`\nIf this is a configuration: dicomtap check --config ${path}\n`)).toBe(true);
});

it('warns of what has expired by now, and ends with 0', async () => {
  const text = 'version: 1\nencryption: { cleartext_tolerated: [{ until: 2020-01-01, reason: x }] }\n';
  const path = file('old.yaml', text);
  const { status, output } = await run(path);
  expect(status).toBe(0);
  expect(output).toContain(
    `${path}:2:37: warning: encryption.cleartext_tolerated[0]: this tolerance expired on 2020-01-01\n`,
  );
  expect(output).toContain(`${path}: valid, 1 warning.\n`);
});

it('lets no control character through', async () => {
  const { output } = await run(file('escape.yaml', 'version: 1\nsite: "a\\e[31mb\\u009b"\n'));
  expect(output).toContain('Site: a\\x1B[31mb\\x9B\n');
});

it('refuses a file that is not there', async () => {
  await expect(run(join(folder, 'missing.yaml'))).rejects.toMatchObject({ code: 'policy-unreadable' });
});

it('tells what the configuration comes to, and the policy that it names', async () => {
  const policy = file('named.yaml', 'version: 1\nsite: Named\n');
  const config = file(
    'good.yaml',
    `sensor: span\ninterfaces: [eth1]\npolicy: ${policy}\nsinks: { soc: { kind: syslog, transport: udp, address: "h:514", pen: 7 } }\n`,
  );
  let output = '';
  const stdout = (text: string) => {
    output += text;
  };
  const io = { stdout, stderr: () => {}, terminal: false, columns: 80, colour: false, progress: false };
  expect(await check.run({ config }, io)).toBe(0);
  expect(output).toContain(`${config}: valid.\nSensor: span\nInterfaces:\n  eth1: engine auto, ring 256 MiB\n`);
  expect(output).toContain('\nwarning: sinks.soc: UDP is best effort: messages may be lost unseen\n');
  expect(output).toContain(`${policy}: valid, no warnings.\n`);
  output = '';
  expect(await check.run({ config: file('wrong.yaml', 'sensor: s\nlog: loud\n') }, io)).toBe(1);
  expect(output).toContain("wrong.yaml:2:6: error: log: 'loud' is not one of trace, debug, info, warn, error\n");
  expect(output).toContain('wrong.yaml: 1 error; the sensor does not start with this.\n');
});
