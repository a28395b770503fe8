import { createHash } from 'node:crypto';
import type { Micros } from '../model/records.ts';
import { readYaml, wholeFile, type YamlDocument } from '../yaml/document.ts';
import type { Problem, Remark } from '../yaml/problem.ts';
import { parseAeTable, type TableRow } from './ae-table.ts';
import { compilePolicy } from './compile.ts';
import type { AeContent, PolicyContent } from './content.ts';
import type { Policy } from './policy.ts';
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
  const source = await readYaml(text);
  if ('problems' in source) return refused(source.problems);
  if (source.data === null) return refused(wholeFile('the file says nothing; the least is: version: 1').problems);
  const place = (remark: Remark) => inTable(remark, source.located(remark));
  const { policySchema } = await import('./schema.ts');
  const form = policySchema.safeParse(source.data, { reportInput: true });
  if (!form.success) {
    const { remarksOf } = await import('../yaml/issues.ts');
    return refused(form.error.issues.slice(0, REMARKS_MAX).flatMap(remarksOf).map(place));
  }
  const content = form.data as PolicyContent;
  const { rows, remarks } = parseAeTable(content.ae_table ?? '');
  const wrong = [...tableForm(source), ...remarks, ...unknownGroups(content, rows)];
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

function refused(problems: readonly Problem[]): PolicyReading {
  const inOrder = [...problems].sort((a, b) => a.line - b.line || a.column - b.column);
  return { policy: null, content: null, table: [], problems: inOrder.slice(0, REMARKS_MAX), warnings: [], expired: [] };
}

/** Lines of the table are counted from the block's own, so it must be one. */
function tableForm(source: YamlDocument): Remark[] {
  return source.isBlock('ae_table') ? [] : [{ path: ['ae_table'], sentence: 'must be a block that begins with |' }];
}

/** A remark about a line of the table is located at its block. */
function inTable({ path }: Remark, problem: Problem): Problem {
  if (path[0] !== 'ae_table' || typeof path[1] !== 'number') return problem;
  return { ...problem, line: problem.line + path[1] + 1, column: 1 };
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
