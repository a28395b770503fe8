// Proves that files of the built program require each other, each run once, and that what V8 keeps of them is used only
// where it fits.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Script } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compiled } from '../src/compiled.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dicomtap-compiled-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a built file', () => {
  it('requires what lies beside it, below it, and in Node', () => {
    mkdirSync(join(folder, 'inner'));
    file('inner/sum.cjs', "exports.sum = require('../one.cjs').one + 1;");
    file('one.cjs', 'exports.one = 1;');
    const outer = file(
      'outer.cjs',
      "exports.sum = require('./inner/sum.cjs').sum; exports.sep = require('node:path').sep;",
    );
    expect(compiled(outer)).toEqual({ sum: 2, sep: '/' });
  });

  it('is run once, also where two require each other', () => {
    const first = file('first.cjs', "exports.begun = 1; exports.of = require('./second.cjs').seen;");
    file('second.cjs', "exports.seen = require('./first.cjs').begun;");
    expect(compiled(first)).toEqual({ begun: 1, of: 1 });
    expect(compiled(first)).toBe(compiled(first));
  });

  it('knows its place', () => {
    const path = file('place.cjs', 'exports.place = [__filename, __dirname];');
    expect(compiled(path)).toEqual({ place: [path, folder] });
  });

  it('stands in a stack with file, line and function', () => {
    const path = file('thrower.cjs', '\nexports.fails = function fails() {\n  throw new Error();\n};');
    const { fails } = compiled(path) as { fails: () => void };
    let stack = '';
    try {
      fails();
    } catch (error) {
      stack = String((error as Error).stack);
    }
    expect(stack).toContain(`fails (${pathToFileURL(path).href}:3:9)`);
  });
});

describe('bytecode', () => {
  const wrapped = (text: string) => `(function (exports, require, __filename, __dirname) {${text}\n})`;

  it('of the text is taken', () => {
    // Text of the same length tells whether it was: V8 looks at the length alone, so whatever builds the one makes the
    // other anew.
    const path = file('kept.cjs', "exports.from = 'text';");
    writeFileSync(`${path}.bytecode`, bytecode(wrapped("exports.from = 'kept';")));
    expect(compiled(path)).toEqual({ from: 'kept' });
  });

  it('of another text is passed over', () => {
    const path = file('other.cjs', "exports.from = 'text';");
    writeFileSync(`${path}.bytecode`, bytecode(wrapped("exports.from = 'something longer';")));
    expect(compiled(path)).toEqual({ from: 'text' });
  });

  it.each([
    ['nothing', () => new Uint8Array(0)],
    ['what is no bytecode', () => Buffer.alloc(400, 0x5a)],
    ['half of it', () => bytecode(wrapped("exports.from = 'kept';")).subarray(0, 200)],
  ])('that is %s is passed over', (name, made) => {
    const path = file(`bad-${name.length}.cjs`, "exports.from = 'text';");
    writeFileSync(`${path}.bytecode`, made());
    expect(compiled(path)).toEqual({ from: 'text' });
  });

  function bytecode(text: string): Buffer {
    return new Script(text, { filename: 'made' }).createCachedData();
  }
});

/** Its path. */
function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}
