import { withoutPolicy } from '../../policy/compile.ts';
import type { Policy } from '../../policy/policy.ts';
import { problemInWords } from '../../yaml/problem.ts';
import type { Log } from '../log.ts';

/** The policy of a file, or what holds without one. What of it expired is logged. Throws as `loadPolicy`. */
export async function loadedPolicy(path: string | null, log: Log): Promise<Policy> {
  if (path === null) return withoutPolicy;
  const { loadPolicy } = await import('../../policy/load.ts');
  const { policy, expired } = await loadPolicy(path, Date.now() * 1000);
  for (const each of expired) log.warn({ path }, problemInWords(each));
  return policy;
}
