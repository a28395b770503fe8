import { existsSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import { readConfig } from '../config.ts';
import { catalogue } from '../detections/catalogue.ts';
import { Comparison } from '../detections/comparison.ts';
import type { HeldBack } from '../detections/held-back.ts';
import { holdingOf, type Judgement, judgement } from '../detections/judge.ts';
import { OperatorError } from '../model/errors.ts';
import type { FindingRecord } from '../model/records.ts';
import type { Policy } from '../policy/policy.ts';
import { openForReading } from '../store/store.ts';
import { correlatedFindings, subjects } from '../store/subjects.ts';
import { type Command, databaseOption, type Io } from './command.ts';
import { comparisonLines } from './comparison-lines.ts';
import { makePaint } from './paint.ts';
import { comparisonEntry } from './replay-document.ts';
import type { Compared } from './replay-result.ts';
import { block, type Line, printable } from './typeset.ts';

/**
 * `dicomtap policy diff old.yaml new.yaml`: what is said otherwise, and what of the database would be judged otherwise.
 */
export const policyDiff: Command = {
  name: 'policy diff',
  describe: 'What one policy says otherwise than another, and which findings of the database appear and vanish',
  positional: { name: 'policies', describe: 'The old policy, and the new one', many: true, required: true },
  options: {
    db: databaseOption,
    json: { type: 'boolean', describe: 'One JSON document instead of text' },
  },
  examples: ['dicomtap policy diff old.yaml new.yaml --db case42.db'],
  run,
};

async function run(argv: Record<string, unknown>, io: Io): Promise<number> {
  const paths = (argv['policies'] as readonly string[]).map(String);
  if (paths.length !== 2) throw notTwo();
  const [before, now] = [await read(paths[0]), await read(paths[1])];
  const { database } = readConfig(argv);
  // Without a database two policies can still be told apart.
  const judged = argv['db'] === undefined && !existsSync(database) ? null : compare(database, before, now);
  const said = differingLines(before.words, now.words);
  if (argv['json'] === true) io.stdout(`${JSON.stringify(document(before, now, said, judged), null, 2)}\n`);
  else io.stdout(text(before, now, said, judged, database, io));
  return 0;
}

interface Read {
  readonly path: string;
  readonly policy: Policy;
  readonly words: readonly string[];
}

async function read(path: string): Promise<Read> {
  const { loadPolicy } = await import('../policy/load.ts');
  const { policyInWords } = await import('../policy/words.ts');
  const { policy, content, table } = await loadPolicy(path, Date.now() * 1000);
  return { path, policy, words: policyInWords(content, table, Number.POSITIVE_INFINITY) };
}

/** Findings of the associations in the store under both, and how many of these were not seen whole. */
interface Judged extends Compared {
  readonly associations: number;
  readonly incomplete: number;
}

function compare(path: string, before: Read, now: Read): Judged {
  const database: Database = openForReading(path);
  try {
    const comparison = new Comparison();
    const counts = { associations: 0, incomplete: 0 };
    for (const subject of subjects(database)) {
      const { association } = subject;
      counts.associations++;
      counts.incomplete += Number(!association.complete);
      const batch = { connections: [], associations: [association] };
      comparison.note(batch, judgement(subject, now.policy), judgement(subject, before.policy));
      comparison.settle(association.connectionId);
    }
    const correlated = [...correlatedFindings(database)];
    comparison.note(NOTHING, judgedAgain(correlated, now.policy), judgedAgain(correlated, before.policy));
    return { path: before.path, digest: before.policy.digest, ...comparison.differences(), ...counts };
  } finally {
    database.close();
  }
}

const NOTHING = { connections: [], associations: [] };

/** Findings on several associations as they were raised once: a policy may silence them or give them a severity. */
function judgedAgain(raised: readonly FindingRecord[], policy: Policy): Judgement {
  const findings: FindingRecord[] = [];
  const heldBack: HeldBack[] = [];
  for (const one of raised) {
    const { id, detection, associationId, connectionId, time } = one;
    const setting = policy.severity(detection);
    const holding = holdingOf(detection, setting, one, time, policy);
    if (holding !== null) heldBack.push({ ...holding, findingId: id, detection, associationId, connectionId });
    else findings.push(setting === null || setting === 'off' ? one : { ...one, severity: setting });
  }
  return { findings, heldBack };
}

/** Detections that look at several associations, in the order of time: the store does not judge them anew. */
const correlations = catalogue.filter((each) => !('judge' in each)).map(({ slug }) => slug);

/** What the records of a store cannot tell. */
const LIMITS = [
  ...(correlations.length === 0
    ? []
    : [
        `${correlations.join(', ')}: those that the replay raised are held back or graded by both policies, ` +
          'but none is found that it did not raise, and thresholds and lists are not tried again; replay --compare does.',
      ]),
  'TLS sessions are in the database where the policy of its replay, port 2762 or what was known of a listener made them DICOM: ' +
    'listeners that only one of the policies names are not judged.',
];

function text(
  before: Read,
  now: Read,
  said: readonly string[],
  judged: Judged | null,
  database: string,
  io: Io,
): string {
  const width = Math.max(60, Math.min(io.columns, 80));
  const paint = makePaint(io.colour);
  const wording: Line[] = said.map((line) => ({ lead: line.slice(0, 2), text: printable(line.slice(2)) }));
  const parts = [
    block('Policies', [{ whole: `- ${printable(before.path)}` }, { whole: `+ ${printable(now.path)}` }], width, paint),
    block('Said', wording.length === 0 ? ['the same'] : wording, width, paint),
    judged === null
      ? block('Findings', [`not compared: there is no database ${printable(database)}`], width, paint)
      : block('Findings', [`${judgedInWords(judged)},`, ...comparisonLines(judged)], width, paint),
    judged === null ? '' : block('Not told', LIMITS, width, paint),
  ];
  return `${parts.filter((part) => part !== '').join('\n')}`;
}

function judgedInWords({ associations, incomplete }: Judged): string {
  const part = incomplete === 0 ? '' : `, ${incomplete} of them not seen whole`;
  return `of ${associations} association${associations === 1 ? '' : 's'} in the database${part}`;
}

function document(before: Read, now: Read, said: readonly string[], judged: Judged | null): Record<string, unknown> {
  return {
    schema: 1,
    before: { path: before.path, digest: before.policy.digest },
    now: { path: now.path, digest: now.policy.digest },
    said,
    associations: judged?.associations ?? null,
    incomplete: judged?.incomplete ?? null,
    comparison: judged === null ? null : comparisonEntry(judged),
    notTold: judged === null ? [] : LIMITS,
  };
}

/** Lines that only one of them has: `- ` of the old, `+ ` of the new, each in its order. */
function differingLines(before: readonly string[], now: readonly string[]): string[] {
  const [ours, theirs] = [alone(before), alone(now)];
  const [olds, news] = [new Set(ours), new Set(theirs)];
  return [
    ...ours.filter((line) => !news.has(line)).map((line) => `- ${line}`),
    ...theirs.filter((line) => !olds.has(line)).map((line) => `+ ${line}`),
  ];
}

/** Lines as they read without the heading that they stand under. */
function alone(lines: readonly string[]): string[] {
  let heading = '';
  return lines.map((line) => {
    if (!line.startsWith('  ')) heading = line.slice(0, line.indexOf(':'));
    return line.startsWith('  ') ? `${UNDER[heading] ?? ''}${line.trim()}` : line;
  });
}

const UNDER: Readonly<Record<string, string>> = {
  TLS: 'clear text tolerated ',
  'Expected tools': 'expected tool ',
  Exceptions: 'exception to ',
};

function notTwo(): OperatorError {
  return new OperatorError(
    'usage',
    'policy diff compares two policies',
    'Name the old one and the new one: dicomtap policy diff old.yaml new.yaml',
  );
}
