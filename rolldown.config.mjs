import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'rolldown';

/**
 * The program as few files, in the form that takes its bytecode along (src/compiled.ts): each module that Node loads by
 * itself costs it half a millisecond and more, and zod and yaml have some seventy each, yargs some forty. What a command
 * alone needs, or a policy, stays a file of its own, loaded when asked for.
 * Kept apart as packages: what has native code, and the log, which hardly any run asks for.
 */
export default defineConfig([
  { input: 'src/cli.ts', platform: 'node', output: { dir: 'dist', cleanDir: true, comments: false } },
  {
    input: 'src/commands/main.ts',
    platform: 'node',
    external: ['better-sqlite3', 'pino'],
    // What yargs asks for an option that we have not.
    transform: { define: { 'import.meta.resolve': 'undefined' } },
    output: {
      dir: 'dist',
      format: 'cjs',
      dynamicImportInCjs: false,
      // Names without hashes: they stand in the stack of a bug's report.
      entryFileNames: '[name].cjs',
      chunkFileNames: '[name].cjs',
      codeSplitting: {
        groups: [
          { name: 'zod', test: /\/node_modules\/zod\// },
          { name: 'yaml', test: /\/node_modules\/yaml\// },
          // So deep because yargs looks for its translations three names above its own: thus in dist/, which has none.
          { name: 'packages/yargs/yargs', test: /\/node_modules\/yargs\// },
          // Many files, each of them small, that several commands need: of the list of commands, of each command, of policies.
          { name: 'words', test: /\/src\/(model\/errors|commands\/typeset)\.ts$/ },
          {
            name: 'ground',
            test: /\/src\/((model|bytes)\/[^/]+|config|hash-key|program|yaml\/(problem|read-failure)|commands\/(arguments|command|ends|log|log-text|paint|quantities|stop|times))\.ts$/,
          },
          { name: 'policy', test: /\/src\/policy\/(addresses|ae-directory|allowances|compile|dates|titles)\.ts$/ },
          { name: 'policy-file', test: /\/src\/(policy\/(load|schema)|yaml\/(document|form))\.ts$/ },
          // Of what a store holds too, which is read without an engine.
          { name: 'detections', test: /\/src\/(detections\/catalogue|ledger\/ids|decode\/tunnel)\.ts$/ },
          // Of an engine in one thread and in several, and of what reads packets without one.
          {
            name: 'engine',
            test: /\/src\/(sensor|engine\/(direct-statements|dissector|registrar)|(decode|tcp)\/[^/]+)\.ts$/,
          },
          // Of replay, live and extract alike.
          {
            name: 'intake',
            test: /\/src\/(commands\/(inputs|intake)|capture\/(batch|compression|files|follow|input-source|merge|pcap|pcapng|range|reader|series|source|window))\.ts$/,
          },
          { name: 'store', test: /\/src\/store\/store\.ts$/ },
          { name: 'recorder', test: /\/src\/store\/(batch-decoder|batch-encoder|recorder-thread)\.ts$/ },
          { name: 'replay', test: /\/src\/commands\/replay(-document|-opening|-result|-session|-summary)?\.ts$/ },
        ],
      },
      // V8 looks at every character once.
      comments: false,
    },
    // For the same reason no name of its source before each part.
    experimental: { attachDebugInfo: 'none' },
    plugins: [plainWidths(), plainExports(), rows(), licences()],
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

/** What a file gives to others does not change once it has run: a property is read faster than a function asked for it. */
function plainExports() {
  const getter =
    /Object\.defineProperty\(exports, "(\w+)", \{\s+enumerable: true,\s+get: function \(\) \{\s+return (\w+);\s+\}\s+\}\);/g;
  return { name: 'plain-exports', renderChunk: (code) => code.replace(getter, 'exports.$1 = $2;') };
}

/** A row of a table on one line, as it is written: else each of its fields has a line of white space. */
function rows() {
  const row = /\[\n\s*((?:"[^"\n]*"|\d+)(?:,\n\s*(?:"[^"\n]*"|\d+))*)\n\s*\]/g;
  const shortened = (code) => code.replace(row, (_, fields) => `[${fields.replace(/\n\s*/g, ' ')}]`);
  return {
    name: 'rows',
    generateBundle(_, bundle) {
      for (const file of Object.values(bundle)) if (file.type === 'chunk') file.code = shortened(file.code);
    },
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
