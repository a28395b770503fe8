// Proves what the query commands write: JSON lines, tables, and a sentence when there is nothing.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { associations } from '../../src/commands/associations.ts';
import type { Command, Io } from '../../src/commands/command.ts';
import { endpoints } from '../../src/commands/endpoints.ts';
import { findings } from '../../src/commands/findings.ts';
import { operations } from '../../src/commands/operations.ts';
import { association, batch, connection, finding, operation, sighting } from '../support/records.ts';
import { runInto, temporaryFolder } from '../support/stores.ts';

async function asked(
  command: Command,
  argv: Record<string, unknown>,
  columns: number | null = null,
  operationRecords = [operation('o1', 'a1', 'c1')],
) {
  const db = join(temporaryFolder(), 'x.db');
  const records = batch({
    connections: [connection('c1')],
    associations: [association('a1', 'c1'), association('a2', 'c1', { ordinal: 2, tls: true })],
    operations: operationRecords,
    endpoints: [sighting('a1', 'c1')],
    findings: [finding('phi-cleartext', 'a1', 'c1', { id: 'f1' })],
  });
  runInto(db, [records]);
  const written = { stdout: '', stderr: '' };
  const io: Io = {
    stdout: (text) => {
      written.stdout += text;
    },
    stderr: (text) => {
      written.stderr += text;
    },
    terminal: columns !== null,
    columns: columns ?? 80,
    colour: false,
    progress: false,
  };
  return { status: await command.run({ ...argv, db }, io), ...written };
}

describe('with --json', () => {
  it.each([
    ['finding', findings, ['f1']],
    ['association', associations, ['a1', 'a2']],
    ['operation', operations, ['o1']],
  ])('each %s is a line', async (_, command, ids) => {
    const { status, stdout } = await asked(command, { json: true });
    expect(status).toBe(0);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ id }) => id)).toEqual(ids);
    expect(lines[0]).toMatchObject({ client: { address: '10.0.0.2', port: 50000 } });
  });

  it('nothing is nothing', async () => {
    expect(await asked(findings, { json: true, ae: 'NOBODY' })).toEqual({ status: 0, stdout: '', stderr: '' });
  });
});

describe('a table', () => {
  it('of findings has the sentence below each', async () => {
    const { stdout } = await asked(findings, {}, 80);
    expect(stdout).toBe(
      'SEVERITY  TIME (UTC)           DETECTION      ID\n' +
        'high      2026-03-01 10:00:00  phi-cleartext  f1\n' +
        '  patient data observed without encryption\n',
    );
  });

  it('of alerts says how many findings each stands for', async () => {
    const { stdout } = await asked(findings, { alerts: true });
    expect(stdout).toMatch(/^SEVERITY {2}FIRST \(UTC\) +DETECTION +COUNT +CALLING +CALLED/);
    expect(stdout).toMatch(/\nhigh +2026-03-01 10:00:00 +phi-cleartext +1 .* - +\w+\n {2}patient data observed/);
    const line = JSON.parse((await asked(findings, { alerts: true, json: true, severity: 'high' })).stdout);
    expect(line).toMatchObject({
      findingId: 'f1',
      count: 1,
      firstTime: '2026-03-01T10:00:00.500000Z',
      client: { port: 50000 },
    });
    expect((await asked(findings, { alerts: true, severity: 'critical' })).stderr).toBe('No alert matches.\n');
    expect((await asked(findings, { alerts: true, detection: 'public-address' })).stdout).toBe('');
  });

  it('of associations is whole in a pipe, and says what a terminal lacks', async () => {
    const { stdout } = await asked(associations, {});
    expect(stdout.split('\n')[0]).toBe(
      'START (UTC)          CALLING   CALLED  CLIENT          SERVER        OUTCOME   PATIENT DATA  OPERATIONS   DATA  TLS  SEEN   ID',
    );
    expect(stdout.split('\n')[1]).toBe(
      '2026-03-01 10:00:00  MODALITY  PACS    10.0.0.2:50000  10.0.0.1:104  released  1 patient              1  900 B  no   whole  a1',
    );
    const narrow = await asked(associations, {}, 80);
    expect(Math.max(...narrow.stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(narrow.stderr).toContain('Not shown, for the terminal is narrow: client, ');
  });

  it('of operations and endpoints has a row each', async () => {
    const { stdout } = await asked(operations, {});
    expect(stdout).toMatch(/\n2026-03-01 10:00:00 {2}C-STORE .* success .* CT Image Storage {2}o1 {2}a1\n$/);
    expect((await asked(endpoints, {})).stdout).toMatch(/\nPACS +10\.0\.0\.1:104 +store +scp +1 +0 /);
  });

  it('of operations names SOP classes, JSON has their UIDs', async () => {
    const classes = ['1.2.840.10008.1.1', '1.2.3.4', null];
    const records = classes.map((sopClass, i) => operation(`o${i}`, 'a1', 'c1', { sopClass, ordinal: i + 1 }));
    const { stdout } = await asked(operations, {}, null, records);
    const cells = stdout
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => line.split(/ {2,}/).at(-3));
    expect(cells).toEqual(['Verification', '1.2.3.4', '-']);
    const json = await asked(operations, { json: true }, null, records);
    expect(
      json.stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).sopClass),
    ).toEqual(classes);
  });

  it('says when there is more, and when there is nothing', async () => {
    expect((await asked(associations, { limit: '1' })).stderr).toBe('There are more: --limit N shows up to N.\n');
    expect(await asked(findings, { ae: 'NOBODY' })).toEqual({ status: 0, stdout: '', stderr: 'No finding matches.\n' });
  });
});
