// Proves that a table fits the terminal, drops columns in order, and is whole in a pipe.
import { expect, it } from 'vitest';
import { renderTable, type TableColumn } from '../../src/commands/table.ts';

interface Row {
  name: string;
  count: number;
  note: string;
}
const rows: Row[] = [
  { name: 'one', count: 1, note: 'first of them' },
  { name: 'three', count: 1234, note: 'x' },
];
const columns: TableColumn<Row>[] = [
  { title: 'NAME', text: ({ name }) => name },
  { title: 'COUNT', text: ({ count }) => String(count), align: 'right', drop: 1 },
  { title: 'NOTE', text: ({ note }) => note, drop: 2 },
];
const plain = (text: string) => text;

it('aligns columns, without spaces at the end of a line', () => {
  expect(renderTable(rows, { columns, width: null, heading: plain })).toEqual({
    text: 'NAME   COUNT  NOTE\none        1  first of them\nthree   1234  x\n',
    dropped: [],
  });
});

it.each([
  [27, 'NAME   COUNT  NOTE', []],
  [26, 'NAME   COUNT', ['note']],
  [11, 'NAME', ['count', 'note']],
  [1, 'NAME', ['count', 'note']],
])('in %i columns has the heading %j', (width, heading, dropped) => {
  const table = renderTable(rows, { columns, width, heading: plain });
  expect(table.text.split('\n')[0]).toBe(heading);
  expect(table.dropped).toEqual(dropped);
});

const bold = '\x1b[1m';
const plainAgain = '\x1b[0m';

it('does not count colours', () => {
  const painted = columns.map((column) => ({ ...column, paint: (_: Row, text: string) => bold + text + plainAgain }));
  const { text } = renderTable(rows, { columns: painted, width: 27, heading: plain });
  expect(text.replaceAll(bold, '').replaceAll(plainAgain, '')).toBe(
    renderTable(rows, { columns, width: 27, heading: plain }).text,
  );
});

it('wraps the sentence below a row', () => {
  const detail = () => 'a sentence that is longer than that';
  const { text } = renderTable(rows.slice(0, 1), { columns: columns.slice(0, 1), detail, width: 24, heading: plain });
  expect(text).toBe('NAME\none\n  a sentence that is\n  longer than that\n');
});
