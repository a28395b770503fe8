import { createHash } from 'node:crypto';
import type { Document, LineCounter, Node, Pair, Scalar } from 'yaml';
import type { Micros } from '../model/records.ts';
import { parseAeTable, type TableRow } from './ae-table.ts';
import { compilePolicy } from './compile.ts';
import type { AeContent, PolicyContent } from './content.ts';
import type { Policy } from './policy.ts';
import { type Path, type Problem, pathText, type Remark } from './problem.ts';
import { unknownGroups } from './references.ts';
import { expired, warningsOf } from './warnings.ts';

export interface PolicyReading {
  /** Null when there are problems. */
  readonly policy: Policy | null;
  readonly content: PolicyContent | null;
  /** Entries of `ae_table`. */
  readonly table: readonly AeContent[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  /** Those of the warnings that tell of what holds no longer. */
  readonly expired: readonly Problem[];
}

/**
 * Reads the text of a policy file. `now`, in microseconds UTC, is what expiries are warned about against. Never
 * throws for anything the text says; at most 100 problems. Without `warn` only what expired is looked for: warnings
 * walk every entry. The YAML and form libraries are loaded here, when needed.
 */
export async function parsePolicy(text: string, now: Micros, { warn = true } = {}): Promise<PolicyReading> {
  const yaml = await import('yaml');
  const lines = new yaml.LineCounter();
  const source = readDocument(yaml, text, lines);
  if ('problems' in source) return refused(source.problems);
  const { document, data } = source;
  const place = (remark: Remark) => located(remark, document, lines, yaml);
  const { policySchema } = await import('./schema.ts');
  const form = policySchema.safeParse(data, { reportInput: true });
  if (!form.success) {
    const { remarksOf } = await import('./issues.ts');
    return refused(form.error.issues.slice(0, REMARKS_MAX).flatMap(remarksOf).map(place));
  }
  const content = form.data as PolicyContent;
  const { rows, remarks } = parseAeTable(content.ae_table ?? '');
  const wrong = [...tableForm(document, yaml), ...remarks, ...unknownGroups(content, rows)];
  if (wrong.length > 0) return refused(wrong.map(place));
  const table = rows.map((row: TableRow) => row.content);
  return {
    policy: compilePolicy(content, digestOf(content), table),
    content,
    table,
    problems: [],
    warnings: warn ? warningsOf(content, rows, now).map(place) : [],
    expired: expired(content, now).map(place),
  };
}

const REMARKS_MAX = 100;
/** Aliases expanded in one file: a policy needs a few, a YAML bomb millions. */
const ALIASES_MAX = 1000;

/** One slip makes the library complain of all that follows. */
const YAML_ERRORS_MAX = 3;
const TOO_DEEP = 'lists or mappings are nested too deeply';

type Yaml = typeof import('yaml');

function refused(problems: readonly Problem[]): PolicyReading {
  const inOrder = [...problems].sort((a, b) => a.line - b.line || a.column - b.column);
  return { policy: null, content: null, table: [], problems: inOrder.slice(0, REMARKS_MAX), warnings: [], expired: [] };
}

/** The document with its plain data, or what is wrong with it as YAML. */
function readDocument(
  yaml: Yaml,
  text: string,
  lineCounter: LineCounter,
): { document: Document; data: unknown } | { problems: Problem[] } {
  try {
    const document = yaml.parseDocument(text, { lineCounter, prettyErrors: false, stringKeys: true });
    const errors = [
      ...document.errors.map(({ message, pos }) => ({ message, offset: pos[0] })),
      ...loose(document, yaml),
    ];
    if (errors.length > 0) {
      return {
        problems: errors.slice(0, YAML_ERRORS_MAX).map(({ message, offset }) => {
          const { line, col } = lineCounter.linePos(offset);
          const deep = message.startsWith('Maximum call stack');
          return { line, column: col, path: '', sentence: deep ? TOO_DEEP : `not YAML: ${message}` };
        }),
      };
    }
    const data: unknown = document.toJS({ maxAliasCount: ALIASES_MAX });
    if (data === null || data === undefined) return wholeFile('the file says nothing; the least is: version: 1');
    return { document, data };
  } catch (error) {
    // The library throws for too many aliases (ReferenceError) and for nesting deeper than the stack (RangeError).
    if (error instanceof ReferenceError) return wholeFile('the file has more aliases than a policy needs');
    if (error instanceof RangeError) return wholeFile(TOO_DEEP);
    throw error;
  }
}

/** Aliases without their anchor, which the library finds too late to say where. One walk: resolving each is quadratic. */
function loose(document: Document, yaml: Yaml): { message: string; offset: number }[] {
  const found: { message: string; offset: number }[] = [];
  const anchors = new Set<string>();
  yaml.visit(document, {
    Value: (_, { anchor }) => {
      if (anchor !== undefined) anchors.add(anchor);
    },
    Alias: (_, { source, range }) => {
      if (!anchors.has(source)) found.push({ message: `alias *${source} has no anchor`, offset: range?.[0] ?? 0 });
    },
  });
  return found;
}

function wholeFile(sentence: string): { problems: Problem[] } {
  return { problems: [{ line: 1, column: 1, path: '', sentence }] };
}

/** Lines of the table are counted from the block's own, so it must be one. */
function tableForm(document: Document, yaml: Yaml): Remark[] {
  const node = document.get('ae_table', true);
  if (!yaml.isScalar(node) || node.type === 'BLOCK_LITERAL') return [];
  return [{ path: ['ae_table'], sentence: 'must be a block that begins with |' }];
}

function located(remark: Remark, document: Document, lines: LineCounter, yaml: Yaml): Problem {
  const offset = offsetOf(remark, document, yaml);
  const { line, col } = lines.linePos(offset);
  const inTable = remark.path[0] === 'ae_table' && typeof remark.path[1] === 'number' ? remark.path[1] + 1 : 0;
  return {
    line: line + inTable,
    column: inTable > 0 ? 1 : col,
    path: pathText(remark.path),
    sentence: remark.sentence,
  };
}

/** Of the node at the path, or the nearest one above it that exists; of its key when that is meant. */
function offsetOf({ path, key }: Remark, document: Document, yaml: Yaml): number {
  let node: unknown = document.contents;
  let offset = (node as Node | null)?.range?.[0] ?? 0;
  for (const [i, step] of path.entries()) {
    if (yaml.isAlias(node)) node = node.resolve(document);
    const next = childOf(node, step, yaml);
    if (next === null) break;
    const last = i === path.length - 1;
    node = last && key === true ? next.key : next.value;
    offset = (node as Node | null)?.range?.[0] ?? (next.key as Node | null)?.range?.[0] ?? offset;
  }
  return offset;
}

function childOf(node: unknown, step: Path[number], yaml: Yaml): { key: unknown; value: unknown } | null {
  if (yaml.isSeq(node)) return typeof step === 'number' ? { key: node.items[step], value: node.items[step] } : null;
  if (!yaml.isMap(node)) return null;
  const pair = (node.items as Pair<Scalar, unknown>[]).find(({ key }) => String(key.value) === String(step));
  return pair === undefined ? null : { key: pair.key, value: pair.value };
}

/** SHA-256 of the content with keys in order: comments and layout do not change it. */
function digestOf(content: PolicyContent): string {
  return createHash('sha256')
    .update(JSON.stringify(canonical(content)))
    .digest('hex');
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, canonical((value as Record<string, unknown>)[key])]));
}
