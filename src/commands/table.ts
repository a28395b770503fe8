import { shownLength, wrap } from './typeset.ts';

export interface TableColumn<Row> {
  readonly title: string;
  readonly text: (row: Row) => string;
  /** Colours what is shown; widths count without. */
  readonly paint?: (row: Row, text: string) => string;
  readonly align?: 'right';
  /** Where the table is too wide, columns go, the highest number first; those without stay. */
  readonly drop?: number;
}

export interface TableShape<Row> {
  readonly columns: readonly TableColumn<Row>[];
  /** A sentence below each row. */
  readonly detail?: (row: Row) => string;
  /** Null: as wide as it gets. */
  readonly width: number | null;
  readonly heading: (text: string) => string;
}

/**
 * Rows under headings, two spaces apart. Texts are printable ASCII (wire bytes are escaped), so characters are columns.
 */
export function renderTable<Row>(rows: readonly Row[], shape: TableShape<Row>): { text: string; dropped: string[] } {
  const cells = shape.columns.map((column) => rows.map((row) => column.text(row)));
  const widths = shape.columns.map(({ title }, at) =>
    cells[at].reduce((width, text) => Math.max(width, text.length), title.length),
  );
  const shown = fitting(shape.columns, widths, shape.width);
  const line = (texts: readonly string[]) => `${texts.join(gap).trimEnd()}\n`;
  let text = line(shown.map((at) => shape.heading(padded(shape.columns[at], shape.columns[at].title, widths[at]))));
  rows.forEach((row, index) => {
    text += line(shown.map((at) => painted(shape.columns[at], row, cells[at][index], widths[at])));
    if (shape.detail !== undefined) text += detailLines(shape.detail(row), shape.width);
  });
  const dropped = shape.columns.filter((_, at) => !shown.includes(at)).map(({ title }) => title.toLowerCase());
  return { text, dropped };
}

const gap = '  ';

/** Indices of the columns that fit `width`, in their order. */
function fitting<Row>(
  columns: readonly TableColumn<Row>[],
  widths: readonly number[],
  width: number | null,
): readonly number[] {
  let shown = columns.map((_, at) => at);
  const droppable = shown
    .filter((at) => columns[at].drop !== undefined)
    .sort((a, b) => (columns[b].drop as number) - (columns[a].drop as number));
  const total = () => shown.reduce((sum, at) => sum + widths[at] + gap.length, -gap.length);
  while (width !== null && total() > width && droppable.length > 0) {
    const gone = droppable.shift();
    shown = shown.filter((at) => at !== gone);
  }
  return shown;
}

function painted<Row>(column: TableColumn<Row>, row: Row, text: string, width: number): string {
  const shown = column.paint === undefined ? text : column.paint(row, text);
  const space = ' '.repeat(Math.max(0, width - shownLength(shown)));
  return column.align === 'right' ? space + shown : shown + space;
}

function padded<Row>(column: TableColumn<Row>, text: string, width: number): string {
  return column.align === 'right' ? text.padStart(width) : text.padEnd(width);
}

function detailLines(text: string, width: number | null): string {
  const indent = '  ';
  if (width === null) return `${indent}${text}\n`;
  return wrap(text, Math.max(20, width - indent.length))
    .map((line) => `${indent}${line}\n`)
    .join('');
}
