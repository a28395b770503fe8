// Proves that zstd is undone as a stream, by the program and without it.
import { describe, expect, it } from 'vitest';
import { FzstdSource, programPath, ZstdProgramSource, zstdSource } from '../../src/capture/zstd.ts';
import { describeDecompressor } from './decompressor.ts';
import { memorySource, zstd } from './sources.ts';

const program = programPath('zstd');

if (program !== null) {
  describeDecompressor({ name: 'fzstd', compress: zstd, open: (source) => new FzstdSource(source), word: 'zstd' });
  describeDecompressor({
    name: 'the zstd program',
    compress: zstd,
    open: (source) => new ZstdProgramSource(source, program),
    word: 'zstd',
  });
}

describe('a program', () => {
  it('is found in PATH, or not', () => {
    // Proves that the choice rests on what is installed.
    expect(programPath('sh')).toMatch(/\/sh$/);
    expect(programPath('no-such-program')).toBeNull();
    const source = zstdSource(memorySource(new Uint8Array(0)));
    expect(source instanceof ZstdProgramSource).toBe(program !== null);
    source.close();
  });

  it('that cannot be started is an error of the input', async () => {
    // Proves that a failed start neither hangs nor throws.
    const source = new ZstdProgramSource(memorySource(new Uint8Array(10)), '/no/such/zstd');
    expect(await source.read(new Uint8Array(10), 0, 10)).toBe(0);
    expect(source.error).toContain('in its zstd stream');
  });
});
