// Proves that `dicomtap explain` tells each association and finding in order, bounded, names the trouble, and shows no
// patient value.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verdictsOf } from '../../src/evidence/verdict.ts';
import { type Severity, severities } from '../../src/model/records.ts';
import { openForReading } from '../../src/store/store.ts';
import { canariesInText } from '../support/canaries.ts';
import { jsonLines } from '../support/program.ts';
import { scenePath, scenes } from '../support/scenes.ts';
import { runWords } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'dicomtap-explain-'));
const database = join(folder, 'a.db');
let associations: Record<string, unknown>[] = [];

beforeAll(async () => {
  // With values in the store too: they must not come out.
  const words = ['--db', database, '--quiet', '--reveal', '--hash-key', scenePath('demo.key')];
  await runWords(['replay', ...scenes().map(scenePath), ...words]);
  associations = await records('associations');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function records(...command: string[]): Promise<Record<string, unknown>[]> {
  return jsonLines((await runWords([...command, '--db', database, '--json'])).stdout);
}

async function told(id: unknown, ...words: string[]): Promise<string> {
  const { status, stdout, stderr } = await runWords(['explain', id as string, '--db', database, ...words]);
  expect([status, stderr]).toEqual([0, '']);
  return stdout;
}

/** The text without its line breaks. */
async function flat(id: unknown): Promise<string> {
  return (await told(id)).replaceAll(/\s+/g, ' ');
}

function found(test: (one: Record<string, unknown>) => boolean): Record<string, unknown> {
  const one = associations.find(test);
  if (one === undefined) throw new Error('no such association');
  return one;
}

it('tells every association, finding and alert without a value of a patient', async () => {
  const ids = [...associations, ...(await records('findings')), ...(await records('findings', '--alerts'))].map(
    ({ id }) => id,
  );
  expect(ids.length).toBeGreaterThan(200);
  for (const id of ids.filter((_, i) => i % 3 === 0)) {
    const text = await told(id);
    expect(canariesInText(text)).toEqual([]);
    expect(text.length).toBeLessThan(20_000);
    expect(
      text.split('\n').every((line) => line.length <= 80 || /^ {16}\S/.test(line) || line === text.split('\n')[0]),
    ).toBe(true);
  }
  for (const id of ids.filter((_, i) => i % 10 === 1)) expect(canariesInText(await told(id, '--json'))).toEqual([]);
});

it('tells a store in order: who, what was agreed, what was done, what was shown, how it ended', async () => {
  const one = found(
    ({ outcome, objects, patientData }) => outcome === 'released' && objects === 1 && patientData === true,
  );
  const text = await flat(one['id']);
  const order = [
    'connected to',
    'asked',
    'Accepted:',
    'C-STORE',
    'success (0000H)',
    'released as it should be',
    'PatientName',
    'phi-cleartext',
    'Wireshark',
  ];
  const places = order.map((word) => text.indexOf(word));
  expect(places.every((place) => place > 0)).toBe(true);
  expect(places).toEqual([...places].sort((a, b) => a - b));
});

it('is the same as JSON, with packets to look at', async () => {
  const one = found(({ outcome }) => outcome === 'aborted');
  const story = JSON.parse(await told(one['id'], '--json')) as Record<string, never>;
  expect(story).toMatchObject({
    id: one['id'],
    associationId: one['id'],
    wireshark: { filter: expect.stringMatching(/^ip\.addr == /) },
  });
  const steps = story['steps'] as { time: string; packet: { frame: number; path: string } }[];
  expect(steps.at(-1)?.packet).toMatchObject({ frame: one['lastFrame'], path: expect.stringContaining('pcaps/') });
  expect(steps[0].time).toMatch(/^2026-.*Z$/);
});

describe('the trouble', () => {
  it('accepted, then every request aborted: no network fault', async () => {
    const one = found(
      ({ outcome, outcomeDetail, operations }) =>
        outcome === 'aborted' && String(outcomeDetail).includes('server') && Number(operations) > 0,
    );
    expect(await flat(one['id'])).toMatch(
      /accepted the association and then aborted it at C-\w+ .* looks like a network fault; it is none.*log of the server/,
    );
  });

  it('a title that the server does not know, or does not have', async () => {
    expect(await flat(found(({ outcomeDetail }) => String(outcomeDetail).includes('called AE title'))['id'])).toMatch(
      /does not answer to the name/,
    );
    expect(await flat(found(({ outcomeDetail }) => String(outcomeDetail).includes('calling AE title'))['id'])).toMatch(
      /an entry is missing/,
    );
    expect(await flat(found(({ outcomeDetail }) => String(outcomeDetail).includes('local limit'))['id'])).toMatch(
      /server is busy/,
    );
  });

  it('a connection that was reset in the middle', async () => {
    expect(await flat(found(({ outcomeDetail }) => outcomeDetail === 'the connection was reset')['id'])).toMatch(
      /ended while C-STORE .* was open, without an abort/,
    );
  });

  it('a move to nowhere', async () => {
    const opened = openForReading(database);
    const sql = 'SELECT association_id AS id FROM operation WHERE status = 43009';
    const { id } = opened.prepare(sql).get() as { id: string };
    opened.close();
    expect(await flat(id)).toMatch(/1 of \d+ operations? failed: the first, C-MOVE.*Enter the move destination/);
  });

  it.each([
    [{ incomplete: ['one-direction'] }, [], /Only one direction/],
    [{ accepted: true, contexts: [{ result: 3 }, { result: 4 }] }, [], /Accepted in name only/],
    [
      { accepted: true, outcome: 'aborted', outcomeDetail: 'by the client, service user' },
      [{ status: null }],
      /client gave up/,
    ],
    [
      { accepted: true, outcome: 'aborted', outcomeDetail: 'by the server, provider', abortSource: 2 },
      [{ status: null }],
      /protocol machine/,
    ],
    [{ accepted: true, ended: false }, [{ status: null, statusKind: null }], /still lasts/],
    [
      {},
      [{ command: 'C-MOVE', completed: 127, failed: 53, warning: 0, status: 0xb000, statusKind: 'warning' }],
      /53 of 180 objects/,
    ],
  ])('%j', (association, operations, words) => {
    const whole = {
      incomplete: [],
      contexts: [],
      ended: true,
      outcome: 'released',
      accepted: true,
      operations: operations.length,
      ...association,
    };
    const some = operations.map((one) => ({ command: 'C-FIND', messageId: 1, responses: 0, failed: null, ...one }));
    const verdicts = verdictsOf({ association: whole, operations: some, failed: 0 } as never);
    expect(verdicts[0].looksLike).toMatch(words);
  });

  it('none: nothing is made up', () => {
    const association = {
      incomplete: [],
      contexts: [],
      ended: true,
      outcome: 'released',
      accepted: true,
      operations: 1,
    };
    const operations = [{ command: 'C-ECHO', status: 0, statusKind: 'success', responses: 1, failed: null }];
    expect(verdictsOf({ association, operations, failed: 0 } as never)).toEqual([]);
  });
});

it('lists findings the gravest first, also of an alert or finding that is milder than others', async () => {
  let several = 0;
  for (const { id } of [...associations, ...(await records('findings'))]) {
    const { findings } = JSON.parse(await told(id, '--json')) as { findings: { severity: Severity }[] };
    const ranks = findings.map(({ severity }) => severities.indexOf(severity));
    expect(ranks).toEqual([...ranks].sort((a, b) => b - a));
    if (new Set(ranks).size > 1) several++;
    if (several > 10) break;
  }
  expect(several).toBeGreaterThan(10);
});

it('of many operations the first, the last and those that failed are told, the rest is counted', async () => {
  const one = found(({ operations }) => Number(operations) > 15);
  const text = await flat(one['id']);
  expect(text).toMatch(/\d+ operations more\. .*All operations: \d+ C-/);
  const { steps } = JSON.parse(await told(one['id'], '--json')) as { steps: unknown[] };
  expect(steps.length).toBeLessThan(40);
});

it('an id that nobody has', async () => {
  const { status, stderr } = await runWords(['explain', `f${'a'.repeat(26)}`, '--db', database]);
  expect([status, stderr]).toEqual([1, expect.stringMatching(/no record has the id \w+ in \S+a\.db\n.*--db/)]);
});
