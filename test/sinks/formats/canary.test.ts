// Proves that no patient value and no secret of the recordings is in any format of any message, in any spelling.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AlertRecord, AssociationRecord, ConnectionRecord, FindingRecord } from '../../../src/model/records.ts';
import { rendered } from '../../../src/sinks/format.ts';
import type { OutMessage } from '../../../src/sinks/message.ts';
import { sinkOf } from '../../../src/sinks/settings.ts';
import { decodedAll } from '../../../src/store/rows.ts';
import { type TableName, tables } from '../../../src/store/schema.ts';
import { openForReading } from '../../../src/store/store.ts';
import { runWords } from '../../commands/run.ts';
import { canariesInText } from '../../support/canaries.ts';
import { alertMessage, associationMessage, findingMessage } from '../../support/out-messages.ts';
import { pcaps, scenePath, scenes } from '../../support/scenes.ts';

const folder = mkdtempSync(join(tmpdir(), 'dicomtap-formats-canary-'));
const messages: OutMessage[] = [];

beforeAll(async () => {
  const key = join(folder, 'hash.key');
  const db = join(folder, 'seen.db');
  writeFileSync(key, '00'.repeat(32), { mode: 0o600 });
  const words = ['replay', ...scenes().map(scenePath), '--hash-key', key, '--policy', join(pcaps, 'demo.yaml')];
  const { status, stderr } = await runWords([...words, '--db', db, '--quiet']);
  expect(status, stderr).toBe(0);
  messages.push(...messagesOf(db));
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('every recording has something to say', () => {
  for (const kind of ['alert', 'finding', 'association']) {
    expect(messages.filter((message) => message.kind === kind).length).toBeGreaterThan(20);
  }
});

/** The search is slow: the whole is searched once, in the format that says all, and every eighth message in each other. */
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

/** Everything in the store as a sink would be given it. */
function messagesOf(path: string): OutMessage[] {
  const database = openForReading(path);
  const all = <Row>(name: TableName) => decodedAll<Row>(tables[name], database.prepare(`SELECT * FROM ${name}`));
  const findings = all<FindingRecord>('finding');
  const found = new Map(findings.map((finding) => [finding.id, finding]));
  const connections = new Map(all<ConnectionRecord>('connection').map((connection) => [connection.id, connection]));
  const connection = (id: string) => connections.get(id) ?? null;
  const told = [
    ...findings.map((finding) => ({ ...findingMessage(finding), connection: connection(finding.connectionId) })),
    ...all<AlertRecord>('alert').map((alert) => alertMessage(found.get(alert.findingId), alert)),
    ...all<AssociationRecord>('association').map((association) => associationMessage(association)),
  ];
  database.close();
  return told;
}
