// Proves that text is aligned and safe for a terminal.
import { describe, expect, it } from 'vitest';
import { makePaint } from '../../src/commands/paint.ts';
import { block, shellWord, wrap } from '../../src/commands/typeset.ts';

describe('blocks', () => {
  it('wrap lines, hang what stands beside a lead, and leave commands whole', () => {
    // Proves the three kinds of line.
    const lines = ['one two three four', { lead: 'lead  ', text: 'five six seven' }, { whole: 'dicomtap a b c d e f' }];
    expect(block('Label', lines, 28, makePaint(false))).toBe(
      [
        '  Label         one two',
        '                three four',
        '                lead  five',
        '                      six',
        '                      seven',
        '                dicomtap a b c d e f',
        '',
      ].join('\n'),
    );
  });

  it('align the same with colours', () => {
    // Proves that control sequences are not counted as columns.
    const paint = makePaint(true);
    expect(wrap(`${paint.bold('one')} two three`, 7)).toEqual(['\x1b[1mone\x1b[0m two', 'three']);
  });

  it('are nothing without lines', () => {
    // Proves that a heading never stands alone.
    expect(block('Label', [], 80, makePaint(false))).toBe('');
  });
});

describe('words for a shell', () => {
  it.each([
    ['./case42.db', './case42.db'],
    ['my case.db', "'my case.db'"],
    ["it's", "'it'\\''s'"],
    ['$HOME', "'$HOME'"],
  ])('%s is %s', (word, quoted) => {
    // Proves that a suggested command can be pasted.
    expect(shellWord(word)).toBe(quoted);
  });
});
