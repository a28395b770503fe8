// Proves what the commands about sinks do: a marked event and what was confirmed, what is behind and why, and what is
// sent again; and that replay delivers.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Command, Io } from '../../src/commands/command.ts';
import { sinkResend } from '../../src/commands/sink-resend.ts';
import { named, type SinkConfig } from '../../src/commands/sink-settings.ts';
import { sinkStatus } from '../../src/commands/sink-status.ts';
import { sinkTest } from '../../src/commands/sink-test.ts';
import { registerSinks } from '../../src/sinks/registration.ts';
import { sinkOf } from '../../src/sinks/settings.ts';
import { Program } from '../support/program.ts';
import { batch, connection, finding } from '../support/records.ts';
import { idsIn } from '../support/sinks.ts';
import { root } from '../support/source-tree.ts';
import { runInto, temporaryFolder } from '../support/stores.ts';

async function asked(command: Command, argv: Record<string, unknown>) {
  const written = { stdout: '', stderr: '' };
  const io: Io = {
    stdout: (text) => {
      written.stdout += text;
    },
    stderr: (text) => {
      written.stderr += text;
    },
    terminal: false,
    columns: 80,
    colour: false,
    progress: false,
  };
  return { status: await command.run(argv, io), ...written };
}

function configured() {
  const folder = temporaryFolder();
  const out = join(folder, 'out.json');
  const db = join(folder, 'a.db');
  const config = join(folder, 'dicomtap.yaml');
  const sinks = {
    disk: { kind: 'file', path: out, send: ['findings'] },
    dead: { kind: 'syslog', transport: 'tcp', address: '127.0.0.1:1' },
  };
  writeFileSync(config, JSON.stringify({ db, sinks }));
  const records = [1, 2, 3].map((n) => finding('phi-cleartext', null, `c${n}`, { time: n * 86_400e6 }));
  runInto(db, [batch({ connections: [1, 2, 3].map((n) => connection(`c${n}`)), findings: records })]);
  return { out, db, config, ids: records.map(({ id }) => id) };
}

describe('sink test', () => {
  it('sends one event and says what was confirmed', async () => {
    const { config, out } = configured();
    const { status, stdout } = await asked(sinkTest, { config, name: 'disk' });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^disk \(file, .*out\.json\): sent test-.*-disk-\d+\nConfirmed: the disk has it\.\n$/);
    const lines = readFileSync(out, 'utf8').trim().split('\n');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('test-');
  });

  it('says why not, with status 1', async () => {
    const { status, stderr } = await asked(sinkTest, { config: configured().config, name: 'dead' });
    expect(status).toBe(1);
    expect(stderr).toBe(
      'dicomtap: dead (syslog-tcp, 127.0.0.1:1): not delivered: 127.0.0.1:1: the connection was refused: nothing listens there\n',
    );
  });

  it('names the configuration file that is looked for, where there is none', () => {
    const none = { config: { file: null }, sinks: [] } as unknown as SinkConfig;
    expect(() => named(none, 'soc')).toThrow(
      'there is no configuration file /etc/dicomtap/dicomtap.yaml, so there are no sinks',
    );
  });

  it('a sink that is not there is named', async () => {
    const failure = asked(sinkTest, { config: configured().config, name: 'soc' });
    await expect(failure).rejects.toThrow(
      expect.objectContaining({ code: 'sink-unknown', remedy: 'Its sinks are disk, dead.' }),
    );
  });
});

describe('sink resend', () => {
  it('sends what was since a time, with the same ids', async () => {
    const { config, out, ids } = configured();
    const { status, stdout } = await asked(sinkResend, { config, name: 'disk', since: '1970-01-03' });
    expect(status).toBe(0);
    expect(stdout).toMatch(/: 2 sent again\nConfirmed: the disk has it\.\n$/);
    expect(idsIn(readFileSync(out, 'utf8').split('\n'))).toEqual(ids.slice(1));
  });

  it('status 1 when a sink did not confirm', async () => {
    const { status, stdout, stderr } = await asked(sinkResend, { config: configured().config });
    expect(status).toBe(1);
    expect(stdout).toMatch(/^disk .*: 3 sent again\nConfirmed: .*\ndead .*: 0 sent again\n$/);
    expect(stderr).toMatch(/^dicomtap: dead .*refused/);
  });
});

describe('sink status', () => {
  it('says what waits, as a table and as JSON', async () => {
    const { db, config } = configured();
    expect((await asked(sinkStatus, { config })).stderr).toBe('No sink has a place in this database yet.\n');
    registerSinks(db, [sinkOf('disk', { kind: 'file', path: 'x' })]);
    const { stdout } = await asked(sinkStatus, { db });
    expect(stdout).toMatch(/^SINK +KIND +WAITING +LAG +DELIVERED/);
    expect(stdout).toMatch(/^disk +file +0 +0 s +0 +0 +0 +never$/m);
    const { stdout: json } = await asked(sinkStatus, { db, json: true });
    expect(JSON.parse(json)).toMatchObject({ name: 'disk', waiting: 0, lagMicros: 0, lastError: null });
    expect(json).not.toContain('notes');
  });
});

describe('replay --deliver', () => {
  let program: Program;
  beforeAll(() => {
    program = new Program();
  });
  afterAll(() => program.remove());

  it('sends what was found, once', async () => {
    const out = program.at('out.json');
    const sinks = { disk: { kind: 'file', path: out } };
    const one = program.at('one.yaml');
    writeFileSync(one, JSON.stringify({ sinks }));
    const capture = join(root, 'pcaps/store-several.pcap');
    const words = ['replay', capture, '--db', 'd.db', '--quiet', '--deliver', '--config'];
    const first = await program.run([...words, one]);
    expect(first.status).toBe(0);
    expect(first.stderr).toMatch(/^dicomtap: sink disk: \d+ delivered, 0 given up, 0 left$/m);
    const lines = readFileSync(out, 'utf8').trim().split('\n');
    const { stdout } = await program.run(['findings', '--alerts', '--json', '--db', 'd.db']);
    expect(lines).toHaveLength(stdout.trim().split('\n').length);
    // The same again changes nothing in the store: nothing new is sent.
    await program.run([...words, one]);
    expect(readFileSync(out, 'utf8').trim().split('\n')).toHaveLength(lines.length);
  });

  it('fills the database of its configuration, where sink status looks', async () => {
    const config = program.at('own.yaml');
    writeFileSync(
      config,
      JSON.stringify({ db: program.at('own.db'), sinks: { disk: { kind: 'file', path: program.at('own.json') } } }),
    );
    const capture = join(root, 'pcaps/store-several.pcap');
    expect((await program.run(['replay', capture, '--quiet', '--deliver', '--config', config])).status).toBe(0);
    expect((await program.run(['sink', 'status', '--config', config, '--json'])).stdout).toMatch(/"delivered":[1-9]/);
    // One that is named wins.
    await program.run(['replay', capture, '--quiet', '--config', config, '--db', 'other.db']);
    expect(existsSync(program.at('other.db'))).toBe(true);
  });

  it('needs sinks', async () => {
    writeFileSync(program.at('none.yaml'), '{}');
    const capture = join(root, 'pcaps/store-several.pcap');
    const { status, stderr } = await program.run([
      'replay',
      capture,
      '--db',
      'n.db',
      '--deliver',
      '--config',
      program.at('none.yaml'),
    ]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/none\.yaml has no sinks/);
  });
});
