import type { Remark } from '../yaml/problem.ts';
import { isNetwork } from './addresses.ts';
import {
  type AeContent,
  type IdentityContent,
  type IdentityKind,
  identityKinds,
  type MemberContent,
  type RolesContent,
  type Service,
  services,
} from './content.ts';
import { sopClassUid } from './sop-classes.ts';
import { normaliseTitle } from './titles.ts';

/**
 * The block `ae_table`: AE titles one line each, for lists of thousands, which as YAML would take seconds to load.
 * The first line names the columns; commas part cells, semicolons the parts of a cell, double quotes hold either;
 * `@name` among peers is a group; lines that are blank or begin with `#` do not count.
 *
 *     title, addresses, ports, scu, peers
 *     CT01, 10.20.1.11, , store; worklist, ARCHIVE; @worklist-servers
 *
 * Remarks have paths such as `ae_table[2].addresses`, where 2 is the line of the block, from 0.
 */
export function parseAeTable(text: string): { rows: TableRow[]; remarks: Remark[] } {
  const rows: TableRow[] = [];
  const remarks: Remark[] = [];
  let cells: TableCells | null = null;
  const lines = text.split('\n');
  for (let line = 0; line < lines.length && remarks.length < REMARKS_MAX; line++) {
    const trimmed = lines[line].trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    if (cells === null) cells = new TableCells(splitQuoted(trimmed, ','), line, remarks);
    else rows.push({ line, content: rowOf(cells.of(trimmed, line)) });
  }
  return { rows, remarks };
}

export interface TableRow {
  /** Line of the block, from 0. */
  readonly line: number;
  readonly content: AeContent;
}

const REMARKS_MAX = 100;
/** Different cells of one column that are remembered. */
const SHARED_MAX = 1000;
/** Different pairs of roles that are remembered; a site has a handful. */
const ROLES_MAX = 16;

const columns = [
  'title',
  'about',
  'calls_as',
  'addresses',
  'ports',
  'scu',
  'scp',
  'peers',
  'sop_classes',
  'move_destinations',
  'identity',
] as const;
type Column = (typeof columns)[number];

function rowOf(cells: TableCells): AeContent {
  return {
    title: cells.parts('title') ?? '',
    about: cells.parts('about')?.join('; '),
    calls_as: cells.parts('calls_as'),
    addresses: cells.parts('addresses'),
    ports: cells.shared('ports', (parts) => parts.map(Number)),
    roles: cells.roles(),
    peers: cells.shared('peers', (parts) => parts.map(memberOf)),
    sop_classes: cells.shared('sop_classes', (parts) => parts),
    move_destinations: cells.shared('move_destinations', (parts) => parts.map(memberOf)),
    identity: cells.shared('identity', identityOf),
  };
}

/** The cells of one line after the other, by the names of their columns. */
class TableCells {
  readonly #at = new Map<string, number>();
  readonly #remarks: Remark[];
  readonly #known = new Map<Column, Map<string, unknown>>();
  readonly #roles: RolesContent[] = [];
  #cells: readonly string[] = [];
  #line = 0;

  constructor(names: readonly string[], line: number, remarks: Remark[]) {
    this.#remarks = remarks;
    for (const [i, cell] of names.entries()) {
      const name = cell.trim();
      if (!(columns as readonly string[]).includes(name))
        remarks.push(remark(line, `'${name}' is no column: ${columns.join(', ')}`));
      if (this.#at.has(name)) remarks.push(remark(line, `column '${name}' is named twice`));
      this.#at.set(name, i);
    }
    if (!this.#at.has('title')) remarks.push(remark(line, "the first line must name the columns, 'title' among them"));
  }

  of(text: string, line: number): this {
    this.#cells = splitQuoted(text, ',');
    this.#line = line;
    const { length } = this.#cells;
    if (length > this.#at.size) this.#remarks.push(remark(line, `has ${length} cells for ${this.#at.size} columns`));
    if (this.#cell('title') === '') this.#remarks.push(remark(line, 'has no AE title'));
    return this;
  }

  /** The parts of a cell, checked; undefined when it is empty. */
  parts(column: Column): readonly string[] | undefined {
    const cell = this.#cell(column);
    if (cell === '') return undefined;
    const parts = splitQuoted(cell, ';')
      .map(unquoted)
      .filter((part) => part !== '');
    for (const part of parts) {
      const wrong = WRONG[column]?.(part) ?? null;
      if (wrong !== null) this.#remarks.push({ path: ['ae_table', this.#line, column], sentence: wrong });
    }
    return parts;
  }

  /** What `make` makes of the parts; lines with the same text share it. */
  shared<T>(column: Column, make: (parts: readonly string[]) => T): T | undefined {
    const cell = this.#cell(column);
    if (cell === '') return undefined;
    let known = this.#known.get(column);
    if (known === undefined) {
      known = new Map();
      this.#known.set(column, known);
    }
    const before = known.get(cell);
    if (before !== undefined) return before as T;
    const remarks = this.#remarks.length;
    const made = make(this.parts(column) ?? []);
    if (this.#remarks.length === remarks && known.size < SHARED_MAX) known.set(cell, made);
    return made;
  }

  /** Lines with the same services share them. */
  roles(): RolesContent | undefined {
    const scu = this.shared('scu', (parts) => parts as readonly Service[]);
    const scp = this.shared('scp', (parts) => parts as readonly Service[]);
    if (scu === undefined && scp === undefined) return undefined;
    const before = this.#roles.find((roles) => roles.scu === scu && roles.scp === scp);
    if (before !== undefined) return before;
    const roles = { scu, scp };
    if (this.#roles.length < ROLES_MAX) this.#roles.push(roles);
    return roles;
  }

  #cell(column: Column): string {
    const at = this.#at.get(column);
    return at === undefined ? '' : (this.#cells[at]?.trim() ?? '');
  }
}

const WRONG: Partial<Record<Column, (part: string) => string | null>> = {
  title: (part) => (normaliseTitle(part) === '' ? 'an AE title cannot be empty' : null),
  addresses: (part) => (isNetwork(part) ? null : `'${part}' is not an address or network`),
  ports: (part) => (/^\d{1,5}$/.test(part) && +part > 0 && +part < 65_536 ? null : `'${part}' is not a port`),
  scu: wrongService,
  scp: wrongService,
  sop_classes: (part) => (sopClassUid(part) === null ? `'${part}' is no SOP class: give its UID, or its name` : null),
  identity: wrongIdentity,
};

function wrongService(part: string): string | null {
  return (services as readonly string[]).includes(part) ? null : `'${part}' is not one of ${services.join(', ')}`;
}

function wrongIdentity(part: string): string | null {
  const known = part === 'any' || (identityKinds as readonly string[]).includes(part);
  return known ? null : `'${part}' is not one of any, ${identityKinds.join(', ')}`;
}

function identityOf(parts: readonly string[]): IdentityContent {
  return parts.includes('any') ? 'any' : (parts as readonly IdentityKind[]);
}

function memberOf(part: string): MemberContent {
  return part.startsWith('@') ? { group: part.slice(1) } : part;
}

function remark(line: number, sentence: string): Remark {
  return { path: ['ae_table', line], sentence };
}

/** Parts between separators outside double quotes; the quotes are kept. */
function splitQuoted(text: string, separator: string): string[] {
  if (!text.includes(separator)) return [text];
  if (!text.includes('"')) return text.split(separator);
  const parts: string[] = [];
  let quoted = false;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '"') quoted = !quoted;
    else if (text[i] === separator && !quoted) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}

function unquoted(part: string): string {
  const text = part.trim();
  return text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text;
}
