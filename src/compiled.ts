import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Script } from 'node:vm';

/**
 * Runs a file of the built program, and those it requires, each once; answers what it exports.
 * Beside a file lies what V8 made of it when the program was built (packaging/bytecode.mjs): the functions in there
 * need not be compiled again, at the start or when they are first called. V8 looks itself whether that is of this
 * text's length, its own version and flags; what is not, or not there, is passed over, and the text compiled. (Modules
 * of ECMAScript take no such data before Node 22: so the program is built as CommonJS.)
 */
export function compiled(file: string): unknown {
  const known = modules.get(file);
  if (known !== undefined) return known;
  const exports = {};
  modules.set(file, exports);
  const folder = dirname(file);
  const required = (name: string): unknown => (name.startsWith('.') ? compiled(join(folder, name)) : packages(name));
  const run: Wrapped = scriptOf(file).runInThisContext();
  run(exports, required, file, folder);
  return exports;
}

const modules = new Map<string, object>();

/** Node's own modules, and packages that are not in the bundle. */
const packages = createRequire(import.meta.url);

type Wrapped = (exports: object, require: (name: string) => unknown, file: string, folder: string) => void;

function scriptOf(file: string): Script {
  const bytecode = `${file}.bytecode`;
  return new Script(`(function (exports, require, __filename, __dirname) {${readFileSync(file, 'utf8')}\n})`, {
    filename: pathToFileURL(file).href,
    ...(existsSync(bytecode) ? { cachedData: readFileSync(bytecode) } : {}),
  });
}
