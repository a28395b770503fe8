import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { Script } from 'node:vm';

/**
 * Runs a file of the built program, and those it requires, each once; answers what it exports.
 * Beside a file lies what V8 made of it when the program was built (packaging/bytecode.mjs): the functions in there
 * need not be compiled again, at the start or when they are first called. It is taken only with the text it was made
 * of, by the Node that made it, and whole: V8 itself looks at the text's length and its own version and flags alone.
 * What is not so, or not there, is passed over, and the text compiled. (Modules of ECMAScript take no such data before
 * Node 22: so the program is built as CommonJS.) In a stack it has its `name`, which is the same wherever the program
 * was built and lies.
 */
export function compiled(file: string, name = basename(file)): unknown {
  const known = modules.get(file);
  if (known !== undefined) return known;
  const exports = {};
  modules.set(file, exports);
  try {
    const folder = dirname(file);
    const required = (wanted: string): unknown =>
      wanted.startsWith('.') ? compiled(join(folder, wanted), join(dirname(name), wanted)) : packages(wanted);
    const run: Wrapped = scriptOf(file, name).runInThisContext();
    run(exports, required, file, folder);
    return exports;
  } catch (error) {
    // Who asks again is told again, and does not get half of it.
    modules.delete(file);
    throw error;
  }
}

const modules = new Map<string, object>();

/** Node's own modules, and packages that are not in the bundle. */
const packages = createRequire(import.meta.url);

type Wrapped = (exports: object, require: (name: string) => unknown, file: string, folder: string) => void;

function scriptOf(file: string, name: string): Script {
  const text = readFileSync(file);
  const bytecode = bytecodeOf(file, text);
  return new Script(`(function (exports, require, __filename, __dirname) {${text.toString()}\n})`, {
    filename: `dicomtap:${name}`,
    ...(bytecode === null ? {} : { cachedData: bytecode }),
  });
}

/** Bytecode, then its seal, 32 bits: the CRC-32 of what Node it is for, of the text, and of the bytecode. */
function bytecodeOf(file: string, text: Buffer): Buffer | null {
  if (!existsSync(`${file}.bytecode`)) return null;
  const sealed = readFileSync(`${file}.bytecode`);
  if (sealed.length < 4) return null;
  // Late, for what asks for the version alone has no use for it.
  const { crc32 } = packages('node:zlib') as typeof import('node:zlib');
  const bytecode = sealed.subarray(0, -4);
  ofNode ??= crc32(nodeInWords());
  const seal = crc32(bytecode, crc32(text, ofNode));
  return seal === sealed.readUInt32LE(bytecode.length) ? bytecode : null;
}

let ofNode: number | null = null;

/** Other builds of the same version may lay out otherwise what bytecode relies on. */
function nodeInWords(): string {
  const { version, platform, arch, execPath } = process;
  return `${version} ${platform} ${arch} ${statSync(execPath).size}`;
}
