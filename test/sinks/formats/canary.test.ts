// Proves that no patient value, no secret of the recordings and no keyed hash is in any format of any message that the
// store makes.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rendered } from '../../../src/sinks/format.ts';
import type { OutMessage } from '../../../src/sinks/message.ts';
import { MessageReader } from '../../../src/sinks/message-reader.ts';
import { sinkOf } from '../../../src/sinks/settings.ts';
import { openForReading } from '../../../src/store/store.ts';
import { runWords } from '../../commands/run.ts';
import { canariesInText } from '../../support/canaries.ts';
import { pcaps, scenePath, scenes } from '../../support/scenes.ts';

const folder = mkdtempSync(join(tmpdir(), 'dicomtap-formats-canary-'));
const messages: OutMessage[] = [];
/** By column, the keyed hashes that the store holds. */
const hashesIn: Readonly<Record<string, Set<string>>> = {
  patient_hash: new Set(),
  study_hash: new Set(),
  instance_hash: new Set(),
};

beforeAll(async () => {
  const key = join(folder, 'hash.key');
  const db = join(folder, 'seen.db');
  writeFileSync(key, '00'.repeat(32), { mode: 0o600 });
  const words = ['replay', ...scenes().map(scenePath), '--hash-key', key, '--policy', join(pcaps, 'demo.yaml')];
  const { status, stderr } = await runWords([...words, '--db', db, '--quiet']);
  expect(status, stderr).toBe(0);
  messages.push(...messagesOf(db));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('every recording has something to say', () => {
  for (const kind of ['alert', 'finding', 'association']) {
    expect(messages.filter((message) => message.kind === kind).length).toBeGreaterThan(20);
  }
});

/**
 * The search is slow: the whole is searched once, in the format that says all, and every eighth message in each other.
 */
const sampled = () => messages.filter((_, i) => i % 8 === 0);

describe('no canary is in', () => {
  it('any message at all', () => {
    const sink = sinkOf('a', { kind: 'stdout', format: 'ecs' });
    expect(canariesInText(messages.map((message) => rendered(message, sink)).join('\n'))).toEqual([]);
  });

  it.each(['ecs', 'cef', 'leef', 'eve', 'sentence'] as const)('%s, in syslog and without', (format) => {
    const sinks = [
      sinkOf('a', { kind: 'stdout', format }),
      sinkOf('b', { kind: 'syslog', transport: 'tcp', address: 'h:1', format }),
      sinkOf('c', { kind: 'syslog', transport: 'udp', address: 'h:1', format, rfc: 3164, message_bytes_max: 1024 }),
    ];
    for (const sink of sinks) {
      expect(
        canariesInText(
          sampled()
            .map((message) => rendered(message, sink))
            .join('\n'),
        ),
      ).toEqual([]);
    }
  });

  it('the audit trail, its base64 read', () => {
    const sink = sinkOf('arr', { kind: 'audit', address: 'h:1' });
    const text = sampled()
      .map((message) => rendered(message, sink))
      .join('\n');
    const values = Array.from(text.matchAll(/ value="([^"]*)"/g), ([, value]) =>
      Buffer.from(value, 'base64').toString(),
    );
    expect(values.length).toBeGreaterThan(sampled().length);
    expect(canariesInText(text)).toEqual([]);
    expect(canariesInText(values.join('\n'))).toEqual([]);
  });
});

describe.each(Object.keys(hashesIn))('no %s is', (column) => {
  it('in any format of any message, though the store has them', () => {
    const hashes = hashesIn[column];
    expect(hashes.size).toBeGreaterThan(10);
    const [one = ''] = hashes;
    expect(among(`{"x":"y${one.toUpperCase()}z"}`, hashes)).toEqual([one]);
    for (const message of messages) {
      for (const text of texts(message)) expect(among(text, hashes), message.id).toEqual([]);
    }
  });
});

/** Whatever the log names, as a sink would be given it. */
function messagesOf(path: string): OutMessage[] {
  const database = openForReading(path);
  const reader = new MessageReader(database, { name: 'tap-1', version: '0.1.0', host: 'tap.example', pid: 1 });
  const named = database.prepare('SELECT DISTINCT kind, record_id AS id FROM log ORDER BY kind, record_id').all();
  const told = (named as { kind: string; id: string }[]).flatMap(({ kind, id }) => reader.message(kind, id) ?? []);
  for (const [column, hashes] of Object.entries(hashesIn)) {
    const values = database.prepare(`SELECT DISTINCT ${column} FROM operation WHERE ${column} IS NOT NULL`).pluck();
    for (const value of values.all() as string[]) hashes.add(value);
  }
  database.close();
  return told;
}

/** Each text of one message in every format, the base64 of the audit trail read. */
function* texts(message: OutMessage): Generator<string> {
  for (const format of ['ecs', 'cef', 'leef', 'eve', 'sentence'] as const) {
    yield rendered(message, sinkOf('a', { kind: 'stdout', format }));
    yield rendered(message, sinkOf('b', { kind: 'syslog', transport: 'tcp', address: 'h:1', format }));
  }
  const audit = rendered(message, sinkOf('arr', { kind: 'audit', address: 'h:1' }));
  yield audit;
  for (const [, value] of audit.matchAll(/ value="([^"]*)"/g)) yield Buffer.from(value, 'base64').toString();
}

/** Which of these, all of one length, are in a text, in either case. */
function among(text: string, hashes: ReadonlySet<string>): string[] {
  const [first = ''] = hashes;
  const words = text.match(new RegExp(`[0-9a-z]{${first.length},}`, 'gi')) ?? [];
  return words.flatMap((word) =>
    Array.from({ length: word.length - first.length + 1 }, (_, at) =>
      word.slice(at, at + first.length).toLowerCase(),
    ).filter((part) => hashes.has(part)),
  );
}
