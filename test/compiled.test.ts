// Proves that files of the built program require each other, each run once, and that what V8 keeps of them is used only
// where it fits.
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { crc32 } from 'node:zlib';
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

  it('that failed is run again by whoever asks again', () => {
    const path = file('fails.cjs', "exports.early = 1; require('./late.cjs');");
    expect(() => compiled(path)).toThrow('late.cjs');
    file('late.cjs', '');
    expect(compiled(path)).toEqual({ early: 1 });
  });

  it('knows its place', () => {
    const path = file('place.cjs', 'exports.place = [__filename, __dirname];');
    expect(compiled(path)).toEqual({ place: [path, folder] });
  });

  it('stands in a stack with name, line and function', () => {
    mkdirSync(join(folder, 'inner'));
    file('inner/thrower.cjs', '\nexports.fails = function fails() {\n  throw new Error();\n};');
    const { fails } = compiled(file('outer.cjs', "exports.fails = require('./inner/thrower.cjs').fails;")) as {
      fails: () => void;
    };
    let stack = '';
    try {
      fails();
    } catch (error) {
      stack = String((error as Error).stack);
    }
    expect(stack).toContain('fails (dicomtap:inner/thrower.cjs:3:9)');
  });
});

describe('bytecode', () => {
  const wrapped = (text: string) => `(function (exports, require, __filename, __dirname) {${text}\n})`;

  // What the bytecode says tells whether it was taken. V8 itself asks for the length of the text alone, so another text
  // of the same length is made into it.
  const text = "exports.from = 'text';";
  const kept = () => bytecode(wrapped("exports.from = 'kept';"));

  it('of the text is taken', () => {
    const path = file('kept.cjs', text);
    writeFileSync(`${path}.bytecode`, sealed(text, kept()));
    expect(compiled(path)).toEqual({ from: 'kept' });
  });

  it.each<[string, () => Uint8Array]>([
    ['of another text', () => sealed("exports.from = 'longer';", bytecode(wrapped("exports.from = 'longer';")))],
    ['of another text of its length', () => sealed("exports.from = 'kept';", kept())],
    ['of another Node', () => sealed(text, kept(), 'v20.19.0 linux x64 1')],
    ['nothing', () => new Uint8Array(0)],
    ['three bytes', () => new Uint8Array(3)],
    ['what is no bytecode', () => Buffer.alloc(400, 0x5a)],
    ['no bytecode, but sealed', () => sealed(text, Buffer.alloc(400, 0x5a))],
    ['half of it', () => sealed(text, kept()).subarray(0, 200)],
    ['damaged in one bit', () => flipped(sealed(text, kept()), 300)],
  ])('that is %s is passed over', (name, made) => {
    const path = file(`${name.replaceAll(' ', '-')}.cjs`, text);
    writeFileSync(`${path}.bytecode`, made());
    expect(compiled(path)).toEqual({ from: 'text' });
  });

  function bytecode(text: string): Buffer {
    return new Script(text, { filename: 'made' }).createCachedData();
  }

  function sealed(text: string, bytecode: Buffer, node = thisNode()): Buffer {
    const seal = Buffer.alloc(4);
    seal.writeUInt32LE(crc32(bytecode, crc32(text, crc32(node))));
    return Buffer.concat([bytecode, seal]);
  }

  function thisNode(): string {
    const { version, platform, arch, execPath } = process;
    return `${version} ${platform} ${arch} ${statSync(execPath).size}`;
  }

  function flipped(bytes: Buffer, at: number): Buffer {
    bytes[at] ^= 4;
    return bytes;
  }
});

/** Its path. */
function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}
