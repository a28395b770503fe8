import type { Database } from 'better-sqlite3';
import { rfc3339 } from '../bytes/rfc3339.ts';
import { readConfig } from '../config.ts';
import { type Material, type Step, type Story, storyOf } from '../evidence/story.ts';
import { OperatorError } from '../model/errors.ts';
import type { AssociationRecord } from '../model/records.ts';
import { gravity } from '../store/alerts.ts';
import {
  associationsOf,
  captureNamed,
  connectionOf,
  exposureOf,
  findingsOf,
  type Named,
  operationCounts,
  operationsOf,
  recordNamed,
  tlsSessionsOf,
} from '../store/by-id.ts';
import { openForReading } from '../store/store.ts';
import { type Command, databaseOption, type Io } from './command.ts';
import { makePaint } from './paint.ts';
import { block, type Line, printable, shellWord } from './typeset.ts';

/** `dicomtap explain ID`: from the store alone. */
export const explain: Command = {
  name: 'explain',
  describe: 'An association or finding as a story, in plain words',
  positional: {
    name: 'id',
    describe: 'Association, finding, alert, operation or connection',
    many: false,
    required: true,
  },
  options: {
    db: databaseOption,
    json: { type: 'boolean', describe: 'One JSON document instead of text' },
  },
  examples: ['dicomtap explain aywq4kq3zjxge5tcnb3vgxk2xnu', 'dicomtap explain --json fywq4kq3zjxge5tcnb3vgxk2xnu'],
  run: async (argv, io) => {
    const { database: path } = readConfig(argv);
    const database = openForReading(path);
    try {
      const story = storyOf(materialOf(database, String(argv['id'])));
      if (argv['json'] === true) io.stdout(`${JSON.stringify(storyJson(story), null, 2)}\n`);
      else io.stdout(storyText(story, path, io));
      return 0;
    } finally {
      database.close();
    }
  },
};

/** Operations told one by one: so many of the first, of the last, where things end, and of those that failed. */
const operationsEach = 6;

function materialOf(database: Database, id: string): Material {
  const named = recordNamed(database, id);
  if (named === null) throw unknown(id, database.name);
  const [connectionId, associationId] = placeOf(database, named);
  const connection = connectionId === null ? null : connectionOf(database, connectionId);
  if (connection === null) throw gone(id);
  const all = associationsOf(database, connection.id);
  const association: AssociationRecord | null =
    associationId === null && named.kind !== 'connection'
      ? null
      : (all.find((one) => one.id === associationId) ?? all[0] ?? null);
  const finding = named.kind === 'finding' ? [named.record] : [];
  const others = findingsOf(database, connection.id, association?.id ?? null).filter(
    ({ id: one }) => one !== finding[0]?.id,
  );
  const paths = new Map<string, string | null>();
  return {
    id,
    connection,
    association,
    operations: association === null ? [] : operationsOf(database, association.id, operationsEach),
    operationCounts: association === null ? [] : operationCounts(database, association.id),
    exposure: association === null ? null : exposureOf(database, association.id),
    tlsSessions: tlsSessionsOf(database, connection.id),
    findings: [...finding, ...others].sort((a, b) => gravity(b.severity) - gravity(a.severity)),
    alert: named.kind === 'alert' ? named.record : null,
    pathOf: (capture) => {
      if (!paths.has(capture)) paths.set(capture, captureNamed(database, capture)?.path ?? null);
      return paths.get(capture) ?? null;
    },
  };
}

function placeOf(database: Database, { kind, record }: Named): [connection: string | null, association: string | null] {
  switch (kind) {
    case 'connection':
      return [record.id, null];
    case 'association':
      return [record.connectionId, record.id];
    case 'operation':
    case 'finding':
      return [record.connectionId, record.associationId];
    case 'tls_session':
      return [record.connectionId, null];
    default: {
      const finding = recordNamed(database, record.findingId);
      return finding === null ? [null, null] : placeOf(database, finding);
    }
  }
}

function storyText(story: Story, database: string, io: Io): string {
  const paint = makePaint(io.colour);
  const width = Math.max(60, Math.min(io.columns, 120));
  const paths = new Set(story.steps.flatMap(({ packet }) => (packet?.path == null ? [] : [packet.path])));
  const several = paths.size > 1;
  const label = (name: string, lines: readonly Line[]): string => block(name, lines, width, paint);
  const db = database === './dicomtap.db' ? '' : ` --db ${shellWord(database)}`;
  const bulleted = (lines: readonly string[]): Line[] => lines.map((text) => ({ lead: '- ', text: printable(text) }));
  return [
    `${printable(story.headline)}\n\n`,
    label(
      'What happened',
      story.steps.flatMap((step) => stepLines(step, several)),
    ),
    label('Shown', bulleted(story.shown)),
    label(
      'Looks like',
      story.looksLike.flatMap(({ looksLike, next }): Line[] => [
        printable(looksLike),
        { lead: '> ', text: printable(next) },
      ]),
    ),
    label('Missing', bulleted(story.missing)),
    label(
      'Findings',
      story.findings.map(
        ({ severity, detection, id, summary }): Line => ({
          lead: '- ',
          text: `${paint.severity(severity, severity)} ${detection} ${id}: ${printable(summary)}`,
        }),
      ),
    ),
    label('To do', bulleted(story.next)),
    label('Wireshark', [
      ...[...paths].map((path): Line => ({ whole: printable(path) })),
      { whole: story.wireshark.filter },
      { whole: `dicomtap extract ${story.id}${db} -w ${story.id}.pcapng` },
    ]),
  ]
    .filter((part) => part !== '')
    .join('');
}

function stepLines({ time, text, packet }: Step, several: boolean): Line[] {
  if (time === null) return [{ lead: '              ', text: printable(text) }];
  const clock = new Date(Math.floor(time / 1000)).toISOString().slice(11, 23);
  const file = several && packet?.path != null ? ` of ${packet.path.replace(/^.*\//, '')}` : '';
  const where = packet === null ? '' : ` [frame ${packet.frame}${printable(file)}]`;
  return [{ lead: `${clock}  `, text: `${printable(text)}${where}` }];
}

function storyJson({ steps, ...story }: Story): Record<string, unknown> {
  return { ...story, steps: steps.map((one) => ({ ...one, time: one.time === null ? null : rfc3339(one.time) })) };
}

function unknown(id: string, path: string): OperatorError {
  const remedy = 'Take the id from dicomtap findings or dicomtap associations on the same database, which --db names.';
  return new OperatorError('record-unknown', `no record has the id ${id} in ${path}`, remedy);
}

function gone(id: string): OperatorError {
  return new OperatorError(
    'record-unknown',
    `the connection of ${id} is not in the database any more`,
    'Its retention is over: store.retention_days says how long records are kept.',
  );
}
