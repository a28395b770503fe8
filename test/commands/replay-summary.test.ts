// Proves that the summary says what was read, lost and found, and fits a terminal.
import { describe, expect, it, vi } from 'vitest';
import type { ReplayResult } from '../../src/commands/replay-result.ts';
import { replaySummary } from '../../src/commands/replay-summary.ts';
import type { Severity } from '../../src/model/records.ts';
import { alertSums, type RunAlert, type RunTally } from '../../src/store/run-tally.ts';
import { finding, noStreamBytes, SECOND, T0, tlsSession } from '../support/records.ts';

const quiet: RunTally = {
  outcomes: { released: 2 },
  tls: 0,
  midStream: 0,
  incomplete: 0,
  tlsSessions: { sessions: 0, grades: { critical: 0, fail: 0, weak: 0, unknown: 0, pass: 0 }, gravest: null },
  clear: { associations: 0, objects: 0, bytes: 0 },
  shown: [],
  ...alertSums([]),
  alerts: [],
  heldBack: [],
};

function result(parts: Partial<ReplayResult> = {}): ReplayResult {
  return {
    version: '0.1.0',
    policy: { path: 'site.yaml', digest: 'd' },
    database: 'case42.db',
    inputs: [
      {
        path: 'a.pcap',
        packets: 10,
        bytes: 1000,
        firstTime: T0,
        lastTime: T0 + 313 * SECOND,
        complete: true,
        cut: false,
        error: null,
        remedy: null,
      },
    ],
    ignored: 0,
    totals: { packets: 10, bytes: 1000, connections: 2, associations: 2, operations: 3, patients: 1, studies: 1 },
    protocols: { dicom: 2 },
    losses: {},
    streams: noStreamBytes,
    linkTypes: {},
    encapsulations: {},
    tally: quiet,
    compared: null,
    reveal: false,
    interrupted: false,
    elapsedMs: 120,
    ...parts,
  };
}

function alert(i: number, severity: Severity, parts: Parameters<typeof finding>[3] = {}): RunAlert {
  const raised = finding('phi-cleartext', `a${i}`, `c${i}`, { id: `f${i}`, severity, ...parts });
  const { detection, key, time, id } = raised;
  return {
    alert: {
      id: `l${i}`,
      detection,
      key,
      kind: 'condition',
      windowStart: time,
      severity,
      count: i,
      firstTime: time,
      lastTime: time,
      findingId: id,
      related: {},
    },
    finding: raised,
  };
}

const plain = { columns: 80, colour: false };
const summary = (parts: Partial<ReplayResult> = {}, io = plain): string => replaySummary(result(parts), io);

describe('the summary of a replay', () => {
  it('counts as captures what could be read as one', () => {
    const [good] = result().inputs;
    const none = { ...good, path: 'b.txt', packets: 0, error: 'b.txt is not a capture', complete: false };
    expect(summary({ inputs: [good, none] })).toContain('1 capture, 10 packets');
    expect(summary({ inputs: [good, { ...none, packets: 3 }] })).toContain('2 captures, 10 packets');
    expect(summary({ inputs: [good, { ...good, packets: 0 }] })).toContain('2 captures, 10 packets');
  });

  it('of a quiet capture is calm', () => {
    // Proves the whole page when there is nothing to say.
    expect(summary()).toBe(`
  Read          1 capture, 10 packets, 1 kB in 0.12 s
                2026-03-01 10:00:00 to 2026-03-01 10:05:13 UTC (5 min 13 s)

  Lost          nothing

  Associations  2: 2 released
                3 operations, 1 patient, 1 study
                2 TCP connections: 2 DICOM

  Findings      none

  Policy        site.yaml

  Database      case42.db
                dicomtap findings --db case42.db
                dicomtap associations --db case42.db
                sqlite3 case42.db 'SELECT * FROM finding_readable'

`);
  });

  it('keeps what any capture holds apart from what should not be lost', () => {
    // Proves that ARP does not look like damage, and damage does not look like ARP.
    const losses = {
      'network-unsupported': { packets: 5, bytes: 300 },
      missed: { packets: 0, bytes: 1460 },
      bug: { packets: 1, bytes: 0 },
    };
    const text = summary({ losses });
    expect(text).toMatch(/Lost {10}1\.46 kB missing in DICOM and TLS streams\n {16}1 connection given up because/);
    expect(text).toContain('Set aside     5 packets, 300 B neither IPv4 nor IPv6');
  });

  it('names what tunnels carried that is not decoded, not endlessly', () => {
    const losses = { 'encapsulation-unsupported': { packets: 12, bytes: 1200 } };
    const names = ['GRE 0x880b', ...Array.from({ length: 9 }, (_, i) => `PPP 0x00f${i}`)];
    const text = summary({ losses, encapsulations: Object.fromEntries(names.map((name) => [name, 1])) });
    expect(text).toContain('Lost          12 packets, 1.2 kB in tunnels that carry what is not decoded');
    expect(text).toContain(`(${names.slice(0, 4).join(', ')}`);
    expect(text).toMatch(/PPP 0x00f6\s+and 2\s+more\)/);
  });

  it('says which kinds of patient data were shown, and how often', () => {
    // Proves that names of attributes stand by their class, and are not endless.
    const many = Array.from(
      { length: 9 },
      (_, i) => ({ class: 'clinical', attribute: `Attribute${i}`, count: 9 - i }) as const,
    );
    const shown = [{ class: 'direct', attribute: 'PatientName', count: 1234 } as const, ...many];
    const text = summary({ tally: { ...quiet, clear: { associations: 2, objects: 3, bytes: 4000 }, shown } });
    expect(text).toContain('In clear      2 associations showed patient data without TLS: 3 objects, 4 kB');
    expect(text).toMatch(/identifying {3}PatientName 1,234\n/);
    expect(text).toMatch(/Attribute5 4 and 3\n +more\n/);
  });

  it('tells the gravest alerts in full, more in a line, and how to see the rest', () => {
    // Proves that a hundred alerts do not become a hundred paragraphs.
    const alerts = Array.from({ length: 30 }, (_, i) =>
      alert(i + 1, i === 0 ? 'critical' : 'high', { summary: `Sentence ${i}.` }),
    );
    const text = summary({ tally: { ...quiet, ...alertSums(alerts), alerts } });
    expect(text).toContain('Findings      30 alerts for 465 findings: 1 critical, 29 high');
    expect(text.match(/Sentence \d+\./g)).toHaveLength(5);
    expect(text.match(/^ {3}(CRITICAL|HIGH) /gm)).toHaveLength(20);
    expect(text).toContain('10 more: dicomtap findings --alerts --db case42.db');
  });

  it('does not let one finding read like the total', () => {
    // Proves that an alert of several says so before the sentence of one of them.
    const alerts = [alert(1, 'high', { summary: 'One.' }), alert(2, 'low', { summary: 'Two.' })];
    alerts[1] = { ...alerts[1], alert: { ...alerts[1].alert, related: { 'public-address': 2 } } };
    const text = summary({ tally: { ...quiet, ...alertSums(alerts), alerts } });
    expect(text).toContain('Findings      2 alerts for 5 findings: 1 high, 1 low');
    expect(text).toMatch(/ {16}One\.\n/);
    expect(text).toMatch(/ {16}The gravest of 2: Two\.\n/);
  });

  it('tells how DICOM over TLS was graded', () => {
    // Proves that TLS that does not encrypt is seen without asking the database.
    const gravest = tlsSession('t1', 'c1', {
      grade: 'critical',
      gradeWhy: 'TLS_RSA_WITH_NULL_SHA256 does not encrypt',
    });
    const grades = { critical: 1, fail: 0, weak: 0, unknown: 0, pass: 2 };
    const text = summary({ tally: { ...quiet, tlsSessions: { sessions: 3, grades, gravest } } });
    expect(text).toContain('TLS           3 DICOM sessions inside TLS: 1 critical, 2 pass\n');
    expect(text.replace(/\s+/g, ' ')).toContain(
      `TLS_RSA_WITH_NULL_SHA256 does not encrypt (${gravest.clientAddress} → ${gravest.serverAddress}:${gravest.serverPort})`,
    );
    const passed = { sessions: 1, grades: { ...grades, critical: 0, pass: 1 }, gravest: null };
    expect(summary({ tally: { ...quiet, tlsSessions: passed } })).toContain('1 DICOM session inside TLS: 1 pass\n\n');
  });

  it('says who to whom, with addresses where no AE title was seen', () => {
    // Proves the head line of an alert.
    const alerts = [
      alert(1, 'high', { callingAe: 'CT01', calledAe: 'PACS' }),
      alert(2, 'low', { callingAe: null, calledAe: '', serverAddress: 'fd00::1', serverPort: 104 }),
    ];
    const text = summary({ tally: { ...quiet, ...alertSums(alerts), alerts } });
    expect(text).toMatch(/^ {3}HIGH {9}CT01 → PACS +phi-cleartext$/m);
    expect(text).toMatch(/^ {3}LOW {10}10\.0\.0\.2 → \[fd00::1\]:104 +phi-cleartext ×2$/m);
  });

  it('names next steps as they are typed after the demo', () => {
    // Proves that in a checkout, where the program is on no PATH, they can be copied.
    vi.stubEnv('npm_lifecycle_event', 'demo');
    expect(summary({})).toMatch(/^ +npx dicomtap findings --db case42\.db$/m);
    vi.unstubAllEnvs();
    expect(summary({})).toMatch(/^ +dicomtap findings --db case42\.db$/m);
  });

  it('tells alerts apart that would have the same heading', () => {
    // Proves that of equal headings, and of them alone, the addresses follow the titles.
    const alerts = ['10.0.0.7', '10.0.0.8'].map((clientAddress) =>
      alert(1, 'high', { callingAe: 'CT01', calledAe: 'PACS', clientAddress }),
    );
    const other = alert(1, 'low', { callingAe: 'CT01', calledAe: 'PACS' });
    const told = [...alerts, other];
    const text = summary({ tally: { ...quiet, ...alertSums(told), alerts: told } });
    expect(text).toMatch(/^ {3}HIGH {9}CT01 10\.0\.0\.7 → PACS 10\.\S+ +phi-cleartext$/m);
    expect(text).toMatch(/^ {3}HIGH {9}CT01 10\.0\.0\.8 → PACS 10\.\S+ +phi-cleartext$/m);
    expect(text).toMatch(/^ {3}LOW {10}CT01 → PACS +phi-cleartext$/m);
  });

  it('says what a policy would add when there was none', () => {
    // Proves that silence for want of a policy is said.
    expect(summary({ policy: null }).replace(/\s+/g, ' ')).toContain(
      'None was given: private addresses were taken for the internal networks, and dicom-cleartext, ae-not-allowed, called-ae-unknown, no-authentication, unexpected-sender stayed silent or mild.',
    );
  });

  it('names inputs that were not read to the end, and what to do', () => {
    // Proves that names from a file system cannot drive the terminal.
    const input = {
      ...result().inputs[0],
      path: 'a\x1b[2Jb',
      complete: false,
      cut: true,
      error: 'is cut',
      remedy: 'Copy it again.',
    };
    const text = summary({ inputs: [input] });
    expect(text).toContain('a\\u{1b}[2Jb is cut\n                Copy it again.\n');
    expect(text).toContain('Lost          the end of a\\u{1b}[2Jb\n');
    const other = { ...input, path: 'c', packets: 0, error: 'does not exist', remedy: 'Check the name.' };
    const both = summary({ inputs: [other, input, { ...input, path: 'd' }] });
    expect(both.replace(/\n +/g, '\n')).toContain(
      'c does not exist\nCheck the name.\na\\u{1b}[2Jb is cut\nd is cut\nCopy it again.\n',
    );
    expect(both).toMatch(/Lost +all of c\n +the end of a\S+\n +the end of d\n/);
  });

  it.each([66, 80, 200])('fits %d columns, coloured or not', (columns) => {
    // Proves that colours change no line's width.
    const long = 'Patient data observed without encryption from somewhere to somewhere else. '.repeat(4);
    const alerts = Array.from({ length: 12 }, (_, i) =>
      alert(i + 1, 'high', { summary: long, callingAe: 'A'.repeat(16), calledAe: 'B'.repeat(16 * (1 + (i % 4))) }),
    );
    const parts = { tally: { ...quiet, ...alertSums(alerts), alerts }, policy: null };
    const text = summary(parts, { columns, colour: true });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: ESC begins a control sequence
    const shown = text.replace(/\x1b\[[\d;]*m/g, '');
    expect(shown).toBe(summary(parts, { columns, colour: false }));
    expect(shown).not.toBe(text);
    expect(shown.split('\n').filter((line) => line.length > Math.min(columns, 80))).toEqual([]);
  });
});
