import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'rolldown';

/**
 * The program as few files: each module that Node loads by itself costs it half a millisecond and more, and zod and yaml
 * have some seventy each, yargs some forty. What a command alone needs, or a policy, stays a file of its own, loaded when
 * asked for.
 * Kept apart as packages: what has native code, and the log, which hardly any run asks for.
 */
export default defineConfig([
  {
    input: 'src/cli.ts',
    platform: 'node',
    external: ['better-sqlite3', 'pino'],
    output: {
      dir: 'dist',
      cleanDir: true,
      // Names without hashes: they stand in the stack of a bug's report.
      chunkFileNames: '[name].js',
      codeSplitting: {
        groups: [
          // Many files, each of them small, that several commands need: of the ground, of policies, of reading, of writing.
          { name: 'ground', test: /\/src\/(model\/(?!errors)|bytes\/)[^/]+\.ts$/ },
          { name: 'policy', test: /\/src\/policy\/(addresses|ae-directory|allowances|compile|dates|titles)\.ts$/ },
          { name: 'reading', test: /\/src\/capture\/(batch|input-source|pcap|pcapng|reader|source|window)\.ts$/ },
          { name: 'writing', test: /\/src\/commands\/(command|paint|quantities|times)\.ts$/ },
          // Of an engine in one thread and in several.
          { name: 'engine', test: /\/src\/(sensor|engine\/(direct-statements|dissector|registrar))\.ts$/ },
          // Of replay, live and extract alike.
          { name: 'packets', test: /\/src\/(decode|tcp)\/[^/]+\.ts$/ },
          {
            name: 'intake',
            test: /\/src\/(commands\/(inputs|intake)|capture\/(compression|files|follow|merge|range|series))\.ts$/,
          },
          { name: 'zod', test: /\/node_modules\/zod\// },
          { name: 'yaml', test: /\/node_modules\/yaml\// },
          // So deep because yargs looks for its translations three names above its own: thus in dist/, which has none.
          { name: 'packages/yargs/yargs', test: /\/node_modules\/yargs\// },
        ],
      },
      // V8 looks at every character once.
      comments: false,
    },
    plugins: [plainWidths(), licences()],
  },
  // Threads, and a process, each whole in a file of its own: what they share with the program would else be split by who needs it.
  ...[
    'store/store-worker',
    'store/live-worker',
    'sinks/delivery-worker',
    'capture/live/cap-program',
    'commands/live/watchdog-worker',
    'commands/dissector-worker',
  ].map((part) => ({
    input: `src/${part}.ts`,
    platform: 'node',
    external: ['better-sqlite3'],
    output: { dir: 'dist', comments: false },
  })),
]);

/**
 * yargs lays its help out by string-width, which loads the tables of emoji and of graphemes at every start: half of what
 * yargs costs. Our help is ASCII (a test holds it so), where a character is a column.
 */
function plainWidths() {
  const id = '\0string-width';
  return {
    name: 'plain-widths',
    resolveId: (source) => (source === 'string-width' ? id : null),
    load: (loaded) => (loaded === id ? 'export default (text) => text.length;' : null),
  };
}

/** The licences of the packages whose code goes into dist/ ask to go with it. */
function licences() {
  return {
    name: 'licences',
    generateBundle(_, bundle) {
      const modules = Object.values(bundle).flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []));
      const folders = new Set(modules.flatMap((id) => /^.*\/node_modules\/(@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? []));
      const source = [...folders].sort().map(licenceOf).join('\n');
      this.emitFile({ type: 'asset', fileName: 'LICENSES.txt', source });
    },
  };
}

function licenceOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((each) => /^licen[cs]e\b/i.test(each));
  if (file === undefined) throw new Error(`${folder} has no file with its licence`);
  return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), 'utf8')}`;
}
