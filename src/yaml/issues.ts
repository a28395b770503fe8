import type { z } from 'zod';
import type { Remark } from './problem.ts';

type Issue = z.core.$ZodIssue;

/** What zod found, as sentences of ours; several unknown keys are several remarks. */
export function remarksOf(issue: Issue): Remark[] {
  const path = issue.path as (string | number)[];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({ path: [...path, key], key: true, sentence: 'is not a key known here' }));
    case 'invalid_union':
      return unionRemarks(issue, path);
    case 'invalid_key':
      return [{ path, key: true, sentence: 'is no name: letters, digits, dot, dash and underscore, at most 64' }];
    default:
      return [{ path, sentence: sentenceOf(issue) }];
  }
}

/** The branch that came furthest: one that did not already fail on the whole, or at least not on its type. */
function unionRemarks(issue: Extract<Issue, { code: 'invalid_union' }>, path: (string | number)[]): Remark[] {
  const branches = issue.errors as Issue[][];
  const ofWhole = (issue: Issue) => issue.path.length === 0;
  const fitting =
    branches.find((issues) => !issues.some(ofWhole)) ??
    branches.find((issues) => !issues.some((each) => ofWhole(each) && each.code === 'invalid_type'));
  if (fitting === undefined) return [{ path, sentence: wrongType(issue.input, 'text or a list') }];
  return fitting.flatMap(remarksOf).map((remark) => ({ ...remark, path: [...path, ...remark.path] }));
}

function sentenceOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return wrongType(issue.input, TYPES[issue.expected] ?? issue.expected);
    case 'invalid_value':
      return issue.input === undefined
        ? 'is missing'
        : `${shown(issue.input)} is not one of ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return issue.origin === 'array' ? 'is an empty list: leave the key out' : tooSmall(issue.origin, issue.minimum);
    case 'too_big':
      return issue.origin === 'string' ? `is longer than ${issue.maximum} characters` : `is more than ${issue.maximum}`;
    case 'invalid_format':
      return `${shown(issue.input)} is no name: letters, digits, dot, dash and underscore, at most 64`;
    default:
      return issue.message;
  }
}

function tooSmall(origin: string, minimum: number | bigint): string {
  return origin === 'string' ? 'is empty' : `is less than ${minimum}`;
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
  number: 'a number',
  int: 'a whole number',
};

function wrongType(input: unknown, expected: string): string {
  if (input === undefined) return 'is missing';
  const scalar = input === null || typeof input === 'number' || typeof input === 'boolean';
  if (scalar && expected.startsWith('text')) return `must be text: put ${shown(input)} in quotes`;
  return `must be ${expected}`;
}

/** A value of the file, short enough for a line. */
function shown(input: unknown): string {
  const text = typeof input === 'string' ? input : (JSON.stringify(input) ?? String(input));
  return `'${text.length > 60 ? `${text.slice(0, 60)}…` : text}'`;
}
