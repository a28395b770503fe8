import { readFile, stat } from 'node:fs/promises';
import { OperatorError } from '../model/errors.ts';
import type { Micros } from '../model/records.ts';
import { type Problem, problemInWords } from '../yaml/problem.ts';
import { readFailure } from '../yaml/read-failure.ts';
import type { AeContent, PolicyContent } from './content.ts';
import { type PolicyReading, parsePolicy } from './parse.ts';
import type { Policy } from './policy.ts';

/** A policy file of 100,000 AE titles has some 10 MB. */
const POLICY_BYTES_MAX = 64 << 20;

export interface LoadedPolicy {
  readonly policy: Policy;
  readonly content: PolicyContent;
  /** Entries of `ae_table`. */
  readonly table: readonly AeContent[];
  /** Tolerances, expected tools and exceptions that hold no longer. */
  readonly expired: readonly Problem[];
}

/** A policy ready to use; OperatorError `policy-unreadable` or `policy-invalid` if it is not one. */
export async function loadPolicy(path: string, now: Micros): Promise<LoadedPolicy> {
  const { policy, content, table, problems, expired } = await parsePolicy(await readText(path), now, { warn: false });
  if (policy !== null && content !== null) return { policy, content, table, expired };
  const first = problems.slice(0, 3).map(problemInWords).join('; ');
  const more = problems.length > 3 ? ` (and ${problems.length - 3} more)` : '';
  throw new OperatorError(
    'policy-invalid',
    `${path}: ${first}${more}`,
    `Correct the file; dicomtap check ${path} lists every problem.`,
  );
}

/** The same with its problems told, not thrown; OperatorError `policy-unreadable` when there is no text to read. */
export async function readPolicy(path: string, now: Micros): Promise<PolicyReading> {
  return parsePolicy(await readText(path), now);
}

async function readText(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > POLICY_BYTES_MAX) throw unreadable(path, `it has ${size} bytes, more than ${POLICY_BYTES_MAX}`);
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
  } catch (error) {
    if (error instanceof OperatorError) throw error;
    throw unreadable(path, readFailure(error), error);
  }
}

function unreadable(path: string, why: string, cause?: unknown): OperatorError {
  return new OperatorError(
    'policy-unreadable',
    `${path} cannot be read: ${why}.`,
    'Name a policy file: YAML in UTF-8 that you may read.',
    cause,
  );
}
