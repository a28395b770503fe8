import { readConfig } from '../config.ts';
import { limitsInWords } from '../model/lowered.ts';
import type { Problem } from '../yaml/problem.ts';
import { type Command, limitOption } from './command.ts';

/** `dicomtap check site.yaml`: is it valid, what does it mean, what is probably not meant. Status 1 when it has an error. */
export const check: Command = {
  name: 'check',
  describe: 'Validate a policy file, and say in words what it allows',
  options: { limit: limitOption },
  positional: { name: 'policy', describe: 'Policy file (YAML)', many: false, required: true },
  run: async ({ policy: file, limit }, io) => {
    const lowered = limitsInWords(readConfig({ limit }).limits);
    if (lowered.length > 0) io.stdout(`Limits lowered: ${lowered.join(', ')}.\n`);
    // Late, for these load the YAML and form libraries.
    const { readPolicy } = await import('../policy/load.ts');
    const { policyInWords } = await import('../policy/words.ts');
    const path = String(file);
    const { policy, content, table, problems, warnings } = await readPolicy(path, Date.now() * 1000);
    for (const problem of problems) io.stdout(`${said(path, problem, 'error')}\n`);
    for (const warning of warnings) io.stdout(`${said(path, warning, 'warning')}\n`);
    if (policy === null || content === null) {
      io.stdout(`${path}: ${counted(problems.length, 'error')}; nothing can be judged by this policy.\n`);
      return 1;
    }
    io.stdout(`${path}: valid, ${warnings.length === 0 ? 'no warnings' : counted(warnings.length, 'warning')}.\n`);
    io.stdout(`Digest: ${policy.digest}\n\n`);
    for (const line of policyInWords(content, table)) io.stdout(`${safe(line)}\n`);
    return 0;
  },
};

/** As compilers print it, so that editors jump to the line. */
function said(path: string, { line, column, path: at, sentence }: Problem, kind: 'error' | 'warning'): string {
  return safe(`${path}:${line}:${column}: ${kind}: ${at === '' ? '' : `${at}: `}${sentence}`);
}

function counted(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`;
}

/** Control characters of the file never reach a terminal. */
function safe(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, (character) => {
    return `\\x${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(2, '0')}`;
  });
}
