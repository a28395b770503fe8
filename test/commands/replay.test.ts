// Proves that every kind of bad input has its sentence and exit status, and loses nothing of the rest.
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pcap } from '../support/capture.ts';
import { type Outcome, runWords } from './run.ts';

/** A C-STORE of one CT object in clear, recorded for the scene of that name. */
const store = new URL('../../pcaps/store.pcap', import.meta.url).pathname;
const echo = new URL('../../pcaps/echo.pcap', import.meta.url).pathname;
const storeBytes = readFileSync(store);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dicomtap-replay-'));
  writeFileSync(join(folder, 'hash.key'), '00'.repeat(32), { mode: 0o600 });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string): string => join(folder, name);

function put(name: string, bytes: Uint8Array | string): string {
  writeFileSync(at(name), bytes, { mode: 0o600 });
  return at(name);
}

/** Replays into the test's own database, under its own key. */
function replay(...words: string[]): Promise<Outcome> {
  const database = words.includes('--db') ? [] : ['--db', at('t.db')];
  const key = words.includes('--hash-key') ? [] : ['--hash-key', at('hash.key')];
  return runWords(['replay', ...words, ...database, ...key]);
}

async function json(...words: string[]): Promise<{ status: number; document: Document }> {
  const { status, stdout } = await replay(...words, '--json');
  return { status, document: JSON.parse(stdout) as Document };
}

interface Document {
  readonly inputs: { path: string; packets: number; complete: boolean; error: string | null }[];
  readonly ignored: number;
  readonly totals: Record<string, number>;
  readonly losses: Record<string, { packets: number; bytes: number }>;
  readonly findings: { id: string; severity: string; detection: string; count: number }[];
  readonly severities: Record<string, number>;
}

function one(sql: string): unknown {
  const database = new Sqlite(at('t.db'), { readonly: true });
  try {
    return database.prepare(sql).pluck().get();
  } finally {
    database.close();
  }
}

/** One sentence, one remedy, no stack trace. */
function expectError(outcome: Outcome, status: number, sentence: RegExp): void {
  expect(outcome.stderr).toMatch(/^dicomtap: [^\n]+\n {2}[^\n]+\n$/);
  expect(outcome.stderr).toMatch(sentence);
  expect(outcome.status).toBe(status);
}

describe('bad input', () => {
  it('a missing file', async () => {
    // Proves that a wrong name is told, and makes no database.
    expectError(await replay(at('none.pcap')), 1, /none\.pcap does not exist/);
    expect(() => readFileSync(at('t.db'))).toThrow();
  });

  it('a missing file beside a good one', async () => {
    // Proves that the rest is done, and that the status tells.
    const { status, document } = await json(at('none.pcap'), store);
    expect(status).toBe(3);
    expect(document.totals['associations']).toBe(1);
    expect(document.inputs.map((input) => input.error)).toEqual(['does not exist', null]);
  });

  it('a folder without captures', async () => {
    // Proves that nothing found is not the same as nothing wrong.
    mkdirSync(at('empty'));
    expectError(await replay(at('empty')), 1, /the folder \S+empty holds no captures/);
  });

  it('a text file', async () => {
    // Proves that what is no capture is told by its kind.
    expectError(await replay(put('n.txt', 'Hello there')), 1, /n\.txt is not a capture: a text file/);
  });

  it('a text file beside a good one', async () => {
    // Proves that it is an input that could not be read, and the rest is done.
    const { status, document } = await json(put('n.txt', 'Hello there'), store);
    expect(status).toBe(3);
    expect(document.inputs.map((input) => input.complete)).toEqual([false, true]);
    expect(document.findings).toHaveLength(1);
  });

  it('a damaged capture in a folder', async () => {
    // Proves that it is named, by its name alone, and that other files are counted.
    mkdirSync(at('case'));
    for (const name of ['case/store.pcap', 'case/garbage.pcap', 'case/notes.md'])
      put(name, name === 'case/store.pcap' ? storeBytes : 'Hello there');
    expectError(await replay(at('case'), '--quiet'), 3, /garbage\.pcap is not a capture: a text file/);
    const { status, document } = await json(at('case'));
    expect(status).toBe(3);
    expect(document.inputs.map((input) => input.complete)).toEqual([false, true]);
    expect(document.ignored).toBe(1);
  });

  it.each([
    ['a text file', Buffer.from('Muster^Erika\t19700101\n')],
    ['a DICOM Part 10 file', Buffer.from(`${'\0'.repeat(128)}DICMMuster^Erika`)],
    ['unknown format', Buffer.from('\x01\x02\x03\x04Muster^Erika')],
  ])('%s with a patient: nothing of it is told or stored', async (kind, bytes) => {
    // Proves that a file that is no capture leaves no byte of its content in any output.
    const path = put('leak.txt', bytes);
    const told = [await replay(path), await replay(path, store, '--json'), await replay(path, store)];
    const error = String(one('SELECT error FROM capture WHERE NOT complete'));
    expect(error).toContain(kind);
    for (const { stdout, stderr } of told) expect(`${stdout}${stderr}`.replace(/\s+/g, ' ')).toContain(kind);
    const all = [error, readFileSync(at('t.db'), 'latin1'), ...told.flatMap(({ stdout, stderr }) => [stdout, stderr])];
    for (const text of all) expect(text).not.toMatch(/Muster|Erika|19700101/i);
    for (const text of all) expect(text).not.toContain(bytes.toString('hex').slice(-16));
  });

  it('nothing but bad inputs', async () => {
    // Proves that several wrong names make one error that names them.
    const outcome = await replay(put('n.txt', 'Hello'), at('none.pcap'));
    expectError(
      outcome,
      1,
      /none of the 2 inputs can be read: .*n\.txt is not a capture: a text file; .*none\.pcap does not exist/,
    );
  });

  it('an empty file', async () => {
    // Proves status 3 of a zero-byte file, alone too.
    expectError(await replay(put('e.pcap', ''), '--quiet'), 3, /e\.pcap is empty/);
  });

  it('a header without packets', async () => {
    // Proves that this is a whole capture of a silent wire.
    const { status, document } = await json(put('h.pcap', storeBytes.subarray(0, 24)));
    expect(status).toBe(0);
    expect(document.inputs).toMatchObject([{ packets: 0, complete: true, error: null }]);
    expect(one('SELECT complete FROM capture')).toBe(1);
  });

  it('a file cut within a packet', async () => {
    // Proves that what came before is used and stored, and the place is told.
    const outcome = await replay(put('c.pcap', storeBytes.subarray(0, 3000)), '--quiet');
    expectError(outcome, 3, /c\.pcap is cut in a packet at offset \d+.*\n {2}What came before is used/);
    expect(one('SELECT packets FROM capture WHERE NOT complete')).toBeGreaterThan(10);
    expect(one('SELECT count(*) FROM association')).toBe(1);
    expect(one('SELECT ending FROM run')).toBe('incomplete');
  });

  it('a compressed file cut in its stream', async () => {
    // Proves that compression's own error is told, not the packet it cut.
    const gz = gzipSync(storeBytes);
    expectError(
      await replay(put('c', gz.subarray(0, gz.length - 400)), '--quiet'),
      3,
      /c is cut in its gzip stream after/,
    );
    expect(one('SELECT count(*) FROM association')).toBe(1);
  });

  it('an unknown link type', async () => {
    // Proves that packets nobody decodes are told of with their link type.
    const frames = [{ bytes: new Uint8Array(60), seconds: 1, nanos: 0 }];
    const outcome = await replay(put('u.pcap', pcap(frames, { linkType: 147 })), '--quiet');
    expectError(outcome, 3, /u\.pcap has 1 packet of link type 147, which dicomtap does not decode/);
    expect(one("SELECT losses ->> '$.link-unsupported.packets' FROM capture")).toBe(1);
  });

  it('a policy with an error', async () => {
    // Proves that nothing is judged by half a policy: no database is made.
    expectError(await replay(store, '--policy', put('p.yaml', 'ae: [\n')), 1, /p\.yaml: line \d+/);
    expect(() => readFileSync(at('t.db'))).toThrow();
  });

  it('a policy that is not there', async () => {
    // Proves that a wrong name does not mean no policy.
    expectError(await replay(store, '--policy', at('none.yaml')), 1, /none\.yaml/);
  });

  it('a database of a newer schema', async () => {
    // Proves that it is left as it is.
    await replay(store);
    const database = new Sqlite(at('t.db'));
    database.pragma('user_version = 9999');
    database.close();
    expectError(await replay(store), 1, /schema 9999/);
    expect(one('SELECT count(*) FROM run')).toBe(1);
  });

  it('a file that is no database of ours', async () => {
    // Proves that nothing is written into other people's files.
    expectError(await replay(store, '--db', put('other.db', 'not a database at all')), 1, /not a dicomtap database/);
    expect(readFileSync(at('other.db'), 'utf8')).toBe('not a database at all');
  });

  it.each(['/proc/t.db', 'file/t.db', 'none/t.db'])('a folder that cannot be written: %s', async (name) => {
    // Proves that the place of the database is checked before anything is read.
    put('file', 'x');
    const path = name.startsWith('/') ? name : at(name);
    expectError(await replay(store, '--db', path), 1, /cannot open the database/);
  });

  it('another hash key than the database was filled under', async () => {
    // Proves that hashes which cannot be compared are not mixed.
    await replay(store);
    expectError(await replay(store, '--hash-key', put('k2', '11'.repeat(32))), 1, /hash key/);
  });

  it('a hash key file that holds no key', async () => {
    // Proves that a text is not taken for a key.
    expectError(await replay(store, '--hash-key', put('k2', 'secret')), 1, /64 hexadecimal digits/);
  });

  it('a place for --connections that cannot be written', async () => {
    // Proves that the hour of reading is not spent first.
    expectError(await replay(store, '--connections', at('none/c.jsonl')), 1, /cannot write \S+c\.jsonl/);
  });

  it.each([
    [['--from', 'yesterday'], /--from yesterday is not a time/],
    [['--filter', 'tcp'], /the filter has "tcp"/],
    [['--from', '2026-03-02', '--to', '2026-03-01'], /--from 2026-03-02 is not before --to 2026-03-01/],
    [['--fail-on', 'bad'], /--fail-on bad is not one of info, low, medium, high, critical/],
    [['--policy'], /--policy needs a value/],
    [['--frm', 'x'], /--frm is not an option of replay/],
    [['--db', 'a', '--db', 'b'], /--db is given more than once/],
    [['--log-level', 'loud'], /--log-level loud is not one of trace, debug, info, warn, error/],
    [['--follow', echo], /--follow takes one file/],
  ])('%j', async (words, sentence) => {
    // Proves that mistakes of the command line are the operator's, and end before anything is done.
    expectError(await replay(store, ...words), 1, sentence);
  });
});

describe('bad input of --follow', () => {
  it.each([
    ['a text file', () => [put('n.txt', 'Hello there')], /n\.txt is not a capture/],
    ['a missing file', () => [at('none.pcap')], /none\.pcap does not exist/],
    ['standard input', () => ['-'], /--follow takes one file/],
  ])('%s', async (_name, paths, sentence) => {
    // Proves that what can never become a capture is not waited for.
    expectError(await replay(...paths(), '--follow'), 1, sentence);
  });
});

describe('exit status', () => {
  it.each([
    [[], 0],
    [['--fail-on', 'critical'], 0],
    [['--fail-on', 'high'], 2],
    [['--fail-on', 'low'], 2],
  ])('%j is %d', async (words, status) => {
    // Proves --fail-on against a capture with one finding of severity high.
    expect((await replay(store, ...words)).status).toBe(status);
  });

  it('2 wins over 3', async () => {
    // Proves that a finding is not hidden by an input that was cut.
    expect((await replay(store, put('e.pcap', ''), '--fail-on', 'high')).status).toBe(2);
  });
});

describe('what a replay tells', () => {
  it('is the same when run again, and from a full database', async () => {
    // Proves that the answer is of this run's inputs, whatever the database holds.
    const first = await replay(store, '--json');
    const again = await replay(store, '--json');
    expect(again.stdout).toBe(first.stdout);
    await replay(store, echo);
    expect((await replay(store, '--json')).stdout).toBe(first.stdout);
  });

  it('has the alerts that the database has', async () => {
    // Proves that ids in JSON are those that a query finds.
    const { document } = await json(store);
    expect(document.findings.map(({ id }) => id)).toEqual([one('SELECT id FROM alert')]);
    expect(document.severities).toEqual({ info: 0, low: 0, medium: 0, high: 1, critical: 0 });
  });

  it('leaves out what a time range or a filter leaves out, and counts it', async () => {
    // Proves that totals are of all packets read, and that both ways leave out frames with all their bytes.
    const { packets, bytes } = (await json(store)).document.totals;
    for (const words of [
      ['--to', '2000-01-01'],
      ['--filter', 'port 9'],
    ]) {
      const { totals, losses } = (await json(store, ...words)).document;
      expect(totals).toMatchObject({ packets, bytes, associations: 0 });
      expect(losses['not-selected']).toEqual({ packets, bytes });
    }
  });

  it('writes a line per connection', async () => {
    // Proves the names of contracts: client and server are always address and port.
    await replay(store, '--connections', at('c.jsonl'));
    const lines = readFileSync(at('c.jsonl'), 'utf8').trimEnd().split('\n');
    const record = JSON.parse(lines[0]) as Record<string, unknown>;
    expect(lines).toHaveLength(1);
    expect(record['protocol']).toBe('dicom');
    expect(Object.keys(record['client'] as object)).toEqual(['address', 'port']);
  });

  it('writes connections to standard output when asked, and the summary beside it', async () => {
    // Proves that standard output then holds nothing but lines of JSON.
    const { status, stdout, stderr } = await replay(store, '--connections', '-');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ protocol: 'dicom' });
    expect(stderr).toContain('Associations');
    expectError(await replay(store, '--connections', '-', '--json'), 1, /--connections - and --json both write/);
  });

  it('warns of a hash key that others may read', async () => {
    // Proves that the warning names the key, and stops nothing.
    chmodSync(at('hash.key'), 0o644);
    const { status, stderr } = await replay(store);
    expect(status).toBe(0);
    expect(stderr).toMatch(/^dicomtap: warning: the hash key \S+hash\.key is open to other users: chmod 600 it\n$/);
  });

  it('is nothing with --quiet', async () => {
    // Proves that a script that asked for silence gets it.
    expect(await replay(store, '--quiet')).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  it('fits 80 columns, without control characters in a pipe', async () => {
    // Proves that the summary can be pasted into a mail.
    const { stdout } = await replay(store, echo, '--db', at('a.db'));
    expect(stdout).toContain('phi-cleartext');
    expect(stdout.split('\n').filter((line) => line.length > 80 && !line.includes(folder))).toEqual([]);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(stdout).not.toMatch(/[\x00-\x09\x0b-\x1f]/);
  });
});
