// Proves that the house keeps its own rules: layers, names, sizes, one test a file, documentation beside the code.
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { catalogue } from '../src/detections/catalogue.ts';
import { operatorErrors } from '../src/model/errors.ts';
import { filesBelow, root, type SourceFile, sourceFiles } from './support/source-tree.ts';

const source = sourceFiles('src');
const tests = sourceFiles('test');
const all = [...source, ...tests];

/** A folder imports from itself and from those before it; what lies in none of them composes. */
const layers = [
  'model',
  'bytes',
  'capture',
  'decode',
  'tcp',
  'protocols',
  'ledger',
  'yaml',
  'policy',
  'detections',
  'engine',
  'store',
  'sinks',
  'settings',
  'evidence',
  'metrics',
  'doctor',
];
/** Above the layers: files of src itself, then the commands, then the program. */
const rootRank = layers.length;
const commandsRank = rootRank + 1;
const programRank = rootRank + 2;

/** Folders that see neither clock, file, socket nor process: the engine, and opinions on what it says. */
const pure = ['model', 'bytes', 'decode', 'tcp', 'protocols', 'ledger', 'detections', 'engine'];
const impureModules =
  /^(node:)?(fs|net|tls|dgram|http|https|http2|child_process|worker_threads|os|dns|timers|process)(\/|$)/;
const impureWords = /\b(Date\.now|performance\.now|setTimeout|setInterval|setImmediate)\b|\b(process|console)\./;

/** Source files tested through another file's test, each with the reason. */
const testedElsewhere: Readonly<Record<string, string>> = {
  'src/commands/dissector-worker.ts':
    'twenty lines that are only in a thread of the built program; split.test.ts runs it',
  'src/engine/counted.ts': 'split-sensor.test.ts compares every sum',
  'src/engine/far-dissector.ts': 'split-sensor.test.ts talks to it',
  'src/engine/statement-reader.ts': 'split-sensor.test.ts has it read every kind of statement',
  'src/engine/statement-writer.ts': 'split-sensor.test.ts has it write every kind of statement',
  'src/tcp/order.ts': 'split-sensor.test.ts compares what several connections state at one packet',
  'src/engine/direct-statements.ts': 'sensor.test.ts composes both halves by it',
  'src/engine/dissector.ts': 'sensor.test.ts and sensor-losses.test.ts ask the composed engine everything',
  'src/engine/registrar.ts': 'sensor.test.ts asks the composed engine everything',
  'src/ledger/conversation.ts': 'fields and their first values; ledger.test.ts fills them',
  'src/detections/growing-case.ts': 'tally.test.ts makes cases and lets them grow',
  'src/detections/entries.ts': 'ae-not-allowed.test.ts and dicom-sweep.test.ts ask every question',
  'src/detections/odd-values.ts': 'executable-content.test.ts and path-in-identifier.test.ts send both ways',
  'src/protocols/dicom/interest.ts': 'elements.test.ts and dataset.test.ts walk over all of it',
  'src/detections/transfer.ts': 'bulk-retrieval.test.ts and store-to-outside.test.ts send both ways',
  'src/protocols/tls/carried.ts': 'passes on what analyzer.test.ts and plain-analyzer.test.ts hear',
  'src/model/history.ts': 'an interface and its empty answer',
  'src/bytes/malformed.ts': 'three fields',
  'src/policy/compile.ts': 'policy.test.ts asks a compiled policy everything',
  'src/yaml/form.ts': 'parse.test.ts of the policy breaks each rule made of it',
  'src/settings/settings-table.ts': 'a table; read.test.ts compares it with the documentation',
  'src/settings/schema.ts': 'read.test.ts breaks each rule and compares the JSON Schema',
  'src/policy/schema.ts': 'parse.test.ts breaks each rule; load.test.ts compares the JSON Schema',
  'src/commands/ends.ts': 'columns of the tables in query.test.ts',
  'src/commands/findings.ts': 'query.test.ts asks all four',
  'src/commands/associations.ts': 'query.test.ts asks all four',
  'src/commands/operations.ts': 'query.test.ts asks all four',
  'src/commands/endpoints.ts': 'query.test.ts asks all four',
  'src/tcp/long-run.ts': 'in-step.test.ts compares all lanes',
  'src/tcp/key-hash.ts': 'slots.test.ts finds connections by it, and floods it',
  'src/capture/live/engine-run.ts': 'stream-listener.test.ts runs pretended engines that do everything',
  'src/capture/live/capture-keeper.ts': 'stream-listener.test.ts is at its other end',
  'src/capture/live/handover.ts': 'stream-listener.test.ts comes, goes, stands still and comes back',
  'src/capture/live/capture-door.ts': 'stream-listener.test.ts and network.test.ts go through it',
  'src/capture/live/pcapng-blocks.ts': 'packet-relay.test.ts and stream-listener.test.ts read what it writes',
  'src/capture/nano-blocks.ts': 'packet-copy.test.ts and evidence-ring.test.ts read what it writes',
  'src/capture/ring/ring-file.ts': 'evidence-ring.test.ts reads what it writes',
  'src/capture/ring/ring-folder.ts': 'evidence-ring.test.ts fills, breaks and shares it',
  'src/evidence/packet-file.ts': 'packet-copy.test.ts reads what it writes',
  'src/evidence/story.ts': 'explain.test.ts has every scene told',
  'src/evidence/verdict.ts': 'explain.test.ts tells each kind of trouble',
  'src/evidence/selection.ts': 'packet-copy.test.ts selects of every scene',
  'src/commands/extract/sources.ts': 'extract.test.ts moves, changes and misses captures',
  'src/commands/extract/targets.ts': 'extract.test.ts asks by ids of each kind',
  'src/evidence/part10.ts': 'object-reader.test.ts writes files that DCMTK reads',
  'src/commands/extract/object-files.ts': 'object-reader.test.ts writes every kind',
  'src/commands/extract/output.ts': 'extract.test.ts writes to files there and not there',
  'src/store/by-id.ts': 'extract.test.ts and explain.test.ts ask it everything',
  'src/capture/live/connection.ts': 'network.test.ts starts capture processes; stream-listener.test.ts uses sockets',
  'src/doctor/check.ts': 'every check makes its lines by it',
  'src/doctor/machine.ts': 'doctor.test.ts of the commands looks at a real one',
  'src/commands/status/status-document.ts': 'status.test.ts reads its line',
  'src/commands/capture.ts': 'network.test.ts runs it',
  'src/commands/live/listened-interface.ts': 'live-session.test.ts reads its capture records',
  'src/commands/live/live-daemon.ts': 'live.test.ts reloads, stops and questions it',
  'src/commands/live/loaded-policy.ts': 'live.test.ts reloads good and bad ones',
  'src/commands/live/recorder.ts': 'live.test.ts reads what was recorded',
  'src/commands/live/sources.ts': 'live.test.ts listens by it',
  'src/store/aside.ts': 'what is put aside shows only through writer.test.ts',
  'src/store/dependants.ts': 'writer.test.ts writes and removes every kind',
  'src/store/lasting.ts': 'types that break a circle; filling.test.ts fills them',
  'src/store/batch-decoder.ts': 'batch-encoder.test.ts reads all that is written',
  'src/store/flat-record.ts': 'batch-encoder.test.ts compares all fields',
  'src/store/live-thread.ts': 'live-recorder.test.ts talks to it',
  'src/store/live-session.ts': 'live-recorder.test.ts opens and breaks it',
  'src/store/live-worker.ts': 'five lines that are only in a thread of the built program; kills.test.ts runs it',
  'src/store/health-rows.ts': 'live-recorder.test.ts writes health',
  'src/store/damaged.ts': 'live-recorder.test.ts damages stores',
  'src/store/disk-use.ts': 'retention.test.ts measures real files',
  'src/store/removal.ts': 'retention.test.ts removes every kind',
  'src/store/undelivered.ts': 'retention.test.ts waits for sinks, and gives up',
  'src/store/recorder.ts': 'remote-recorder.test.ts compares both',
  'src/store/recorder-thread.ts': 'remote-recorder.test.ts talks to it',
  'src/store/lazy-recorder.ts': 'remote-recorder.test.ts begins and does not begin it',
  'src/store/store-worker.ts': 'ten lines that are only in a thread of the built program; store-thread.test.ts runs it',
  'src/commands/sink-status.ts': 'sink-commands.test.ts asks for it',
  'src/commands/sink-test.ts': 'sink-commands.test.ts asks for it',
  'src/commands/sink-resend.ts': 'sink-commands.test.ts asks for it',
  'src/commands/sink-settings.ts': 'sink-commands.test.ts asks for it',
  'src/commands/replay-delivery.ts': 'sink-commands.test.ts asks for it',
  'src/sinks/sending.ts': 'sink-commands.test.ts asks for it',
  'src/sinks/stored-messages.ts': 'sink-commands.test.ts asks for it',
  'src/sinks/registration.ts': 'sink-commands.test.ts asks for it',
  'src/sinks/sink-backlogs.ts': 'sink-commands.test.ts asks for it',
  'src/sinks/delivery-worker.ts': 'six lines that are only in a thread of the built program; outages.test.ts runs it',
  'src/sinks/transports/open.ts': 'a table; collectors.test.ts opens each',
  'src/sinks/transports/connection.ts': 'collectors.test.ts and the outages write through it',
  'src/sinks/transports/socket.ts': 'collectors.test.ts and the outages connect with it',
  'src/sinks/transports/syslog-stream.ts': 'collectors.test.ts and the outages',
  'src/sinks/transports/relp.ts': 'collectors.test.ts and the outages',
  'src/sinks/transports/udp.ts': 'collectors.test.ts',
  'src/store/schema.ts': 'records-doc.test.ts compares all of it',
};

describe('layers', () => {
  it('a folder imports from itself and from those before it', () => {
    const wrong = source.flatMap((file) =>
      file.imports
        .filter((target) => target.startsWith('src/') && rankOf(target) > rankOf(file.path))
        .map((target) => `${file.path} imports ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  it('every folder of src is one of them', () => {
    const unknown = source.filter((file) => Number.isNaN(rankOf(file.path))).map((file) => file.path);
    expect(unknown).toEqual([]);
  });

  it('nothing of src imports a test, and every relative import names a file that exists', () => {
    const wrong = all.flatMap((file) =>
      file.imports
        .filter((target) => target.includes('/') && /^(src|test|bench)\//.test(target))
        .filter((target) => !existsSync(join(root, target)) || (isSource(file) && !target.startsWith('src/')))
        .map((target) => `${file.path} imports ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  it('no files import each other in a circle', () => {
    expect(circles(all)).toEqual([]);
  });

  it('the engine and the detections see no clock, file, socket or process', () => {
    const wrong = source
      .filter((file) => pure.includes(file.path.split('/')[1]))
      .flatMap((file) => [
        ...file.imports.filter((target) => impureModules.test(target)).map((target) => `${file.path}: ${target}`),
        ...matches(file, impureWords),
      ]);
    expect(wrong).toEqual([]);
  });
});

describe('style', () => {
  it('files and folders have kebab-case names that say something', () => {
    const named = /^[a-z0-9]+(-[a-z0-9]+)*(\.test|\.d)?\.ts$/;
    const empty = /(^|[-/])(utils?|helpers?|managers?|common|misc)(?=[-/.])/;
    const wrong = all.filter((file) => !named.test(basename(file.path)) || empty.test(file.path));
    expect(wrong.map((file) => file.path)).toEqual([]);
  });

  it('a file stays under 400 lines, tables and mere declarations excepted', () => {
    const long = all
      .filter((file) => !isTable(file) && hasBehaviour(file))
      .map((file) => [file.path, file.text.split('\n').length - 1] as const)
      .filter(([, lines]) => lines >= 400);
    expect(long).toEqual([]);
  });

  it('comments are no wider than the formatter lets code be', () => {
    const wide = (line: string): boolean => line.length > 120 && /^\s*(\/\/|\/?\*)/.test(line);
    const wrong = all.flatMap(({ path, text }) => text.split('\n').flatMap((line) => (wide(line) ? [path, line] : [])));
    expect(wrong).toEqual([]);
  });

  it.each<[string, RegExp]>([
    ['default exports', /^export\s+(default\b|=)/m],
    ['enums', /\benum\s+\w+\s*\{/],
    ['namespaces', /^(export\s+)?(declare\s+)?(namespace|module)\s+\w+\s*\{/m],
    ['the type any', /(?<![.\w'])any\b(?!\s*[(:])/],
    ['event emitters', /\bEventEmitter\b/],
  ])('no %s', (_, pattern) => {
    expect(all.flatMap((file) => matches(file, pattern))).toEqual([]);
  });

  it('no file only passes on what others export', () => {
    const barrels = source.filter((file) => {
      const statements = file.code.replace(/\bexport\s+(type\s+)?(\{[^}]*\}|\*(\s+as\s+\w+)?)\s+from\s+;/g, '');
      return statements !== file.code && statements.trim() === '';
    });
    expect(barrels.map((file) => file.path)).toEqual([]);
  });

  it('nothing is called a violation but the detection of that name', () => {
    const wrong = source
      .filter((file) => !isTable(file))
      .filter((file) => /violat/i.test(file.text.replaceAll('protocol-violation', '')));
    expect(wrong.map((file) => file.path)).toEqual([]);
  });
});

describe('members that only their class uses', () => {
  it('are # in policy, store and sinks, private elsewhere and where records cross threads', () => {
    const hashed = source.filter((file) => /^ {2}(readonly |static |async |get |set )*#\w/m.test(file.text));
    const worded = source.filter((file) => /^ {2}private (?!constructor)/m.test(file.text));
    const folders = /^src\/(policy|store|sinks)\//;
    const carriers = /^src\/store\/(batch|flat)-/;
    expect(hashed.filter(({ path }) => !folders.test(path)).map((file) => file.path)).toEqual([]);
    const wrong = worded.filter(({ path }) => folders.test(path) && !carriers.test(path));
    expect(wrong.map((file) => file.path)).toEqual([]);
  });
});

describe('tests', () => {
  it('every source file but types and tables has a test of the same path', () => {
    const without = source
      .filter((file) => !isTable(file) && hasBehaviour(file))
      .map((file) => file.path)
      .filter((path) => !(path in testedElsewhere) && !existsSync(join(root, testOf(path))));
    expect(without).toEqual([]);
  });

  it('the list of those without one is true', () => {
    const stale = Object.keys(testedElsewhere).filter(
      (path) => !existsSync(join(root, path)) || existsSync(join(root, testOf(path))),
    );
    expect(stale).toEqual([]);
  });

  it('begin with a line that says what they prove', () => {
    const silent = tests.filter((file) => file.path.endsWith('.test.ts') && !/^\/[/*]+ \S/.test(file.text));
    expect(silent.map((file) => file.path)).toEqual([]);
  });

  it('are neither skipped, singled out, put off nor snapshots nobody read', () => {
    const pattern = /\b(it|test|describe|suite)(\.\w+)*\.(skip|skipIf|runIf|only|todo|fails)\b|toMatch\w*Snapshot/;
    const wrong = tests.filter((file) => file.path.endsWith('.test.ts')).flatMap((file) => matches(file, pattern));
    expect(wrong).toEqual([]);
  });
});

describe('documentation', () => {
  it('docs/errors.md has every operator error, and no other', () => {
    const headings = Array.from(read('docs/errors.md').matchAll(/^#+ `?([a-z-]+)`?/gm), (match) => match[1]);
    const rows = Array.from(read('docs/errors.md').matchAll(/^\| *`([a-z-]+)` *\|/gm), (match) => match[1]);
    expect(new Set([...headings, ...rows])).toEqual(new Set(Object.keys(operatorErrors)));
  });

  it.each(catalogue.map((detection) => [detection.slug]))('%s: one file, one test, one page', (slug) => {
    for (const path of [`src/detections/${slug}.ts`, `test/detections/${slug}.test.ts`, `docs/detections/${slug}.md`]) {
      expect(existsSync(join(root, path)), path).toBe(true);
    }
  });

  it('no page describes a detection that is not there', () => {
    const slugs = new Set(catalogue.map((detection) => detection.slug));
    const pages = filesBelow('docs/detections').map((path) => basename(path, '.md'));
    expect(pages.filter((page) => !slugs.has(page) && page !== 'README')).toEqual([]);
  });
});

function rankOf(path: string): number {
  const parts = path.split('/');
  if (parts.length === 2) return parts[1] === 'cli.ts' ? programRank : rootRank;
  if (parts[1] === 'commands') return commandsRank;
  const rank = layers.indexOf(parts[1]);
  return rank < 0 ? Number.NaN : rank;
}

function isSource(file: SourceFile): boolean {
  return file.path.startsWith('src/');
}

function testOf(path: string): string {
  return path.replace(/^src\//, 'test/').replace(/\.ts$/, '.test.ts');
}

function isTable(file: SourceFile): boolean {
  return file.path.includes('/tables/');
}

/** Whether a file has functions or classes: more than types and plain constants. */
function hasBehaviour(file: SourceFile): boolean {
  return /^(export )?((async |abstract )?(function|class)\b|const \w+[^;]*=>)/m.test(file.code);
}

/** `path:line text` of each line in which the code matches. */
function matches(file: SourceFile, pattern: RegExp): string[] {
  const every = new RegExp(pattern.source, `${pattern.flags.replace('g', '')}g`);
  return Array.from(file.code.matchAll(every), (match) => {
    const line = file.code.slice(0, match.index).split('\n').length;
    return `${file.path}:${line} ${match[0]}`;
  });
}

/** Circles of imports, each from its first file round to it again. */
function circles(files: readonly SourceFile[]): string[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const state = new Map<string, 'open' | 'done'>();
  const found: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (state.get(path) === 'done') return;
    if (state.get(path) === 'open') {
      found.push([...trail.slice(trail.indexOf(path)), path].join(' > '));
      return;
    }
    state.set(path, 'open');
    for (const target of byPath.get(path)?.imports ?? []) if (byPath.has(target)) visit(target, [...trail, path]);
    state.set(path, 'done');
  };
  for (const file of files) visit(file.path, []);
  return found;
}

function read(path: string): string {
  return existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : '';
}
