import { readConfig, readLiveConfig, readLiveSettings } from '../config.ts';
import { limitsInWords } from '../model/lowered.ts';
import type { Problem } from '../yaml/problem.ts';
import { type Command, configOption, type Io, limitOption } from './command.ts';
import { counted } from './quantities.ts';

/**
 * `dicomtap check site.yaml`: is a policy valid, what does it mean, what is probably not meant. Without a policy named:
 * the same of the sensor's configuration, and of the policy that it names. Status 1 when there is an error.
 */
export const check: Command = {
  name: 'check',
  describe: 'Validate configuration and policy, and say in words what they mean',
  options: { config: configOption, limit: limitOption },
  positional: { name: 'policy', describe: 'Policy file (YAML); none: the configuration', many: false, required: false },
  run: async ({ policy, ...argv }, io) => {
    if (typeof policy !== 'string') return checkConfiguration(argv, io);
    const lowered = limitsInWords(readConfig({ limit: argv['limit'] }).limits);
    if (lowered.length > 0) io.stdout(`Limits lowered: ${lowered.join(', ')}.\n`);
    return checkPolicy(policy, io);
  },
};

async function checkConfiguration(argv: Readonly<Record<string, unknown>>, io: Io): Promise<number> {
  const { file, content, problems, mistakes } = await readLiveSettings(argv);
  const path = file ?? 'configuration';
  for (const problem of problems) io.stdout(`${said(path, problem, 'error')}\n`);
  for (const mistake of mistakes) io.stdout(`${safe(`error: ${mistake}`)}\n`);
  if (content === null) {
    io.stdout(
      `${path}: ${counted(problems.length + mistakes.length, 'error')}; the sensor does not start with this.\n`,
    );
    return 1;
  }
  const { reloadWords, settingsInWords } = await import('../settings/effective.ts');
  const { sinkConcerns } = await import('../sinks/concerns.ts');
  const config = await readLiveConfig(argv);
  io.stdout(file === null ? 'No configuration file: defaults and what is given hold.\n' : `${file}: valid.\n`);
  for (const line of settingsInWords(config)) io.stdout(`${safe(line)}\n`);
  if (file !== null) io.stdout(`${reloadWords()}\n`);
  for (const concern of sinkConcerns(config.sinks)) io.stdout(`${safe(`warning: sinks.${concern}`)}\n`);
  if (config.policy === null) return 0;
  io.stdout('\n');
  return checkPolicy(config.policy, io);
}

async function checkPolicy(path: string, io: Io): Promise<number> {
  // Late, for these load the YAML and form libraries.
  const { readPolicy } = await import('../policy/load.ts');
  const { policyInWords } = await import('../policy/words.ts');
  const { policy, content, table, problems, warnings } = await readPolicy(path, Date.now() * 1000);
  for (const problem of problems) io.stdout(`${said(path, problem, 'error')}\n`);
  for (const warning of warnings) io.stdout(`${said(path, warning, 'warning')}\n`);
  if (policy === null || content === null) {
    io.stdout(`${path}: ${counted(problems.length, 'error')}; nothing can be judged by this policy.\n`);
    const { settingsTable } = await import('../settings/settings-table.ts');
    const isSetting = problems.some(({ path: at }) => settingsTable.some((setting) => setting.path[0] === at));
    if (isSetting) io.stdout(`${safe(`If this is a configuration: dicomtap check --config ${path}`)}\n`);
    return 1;
  }
  io.stdout(`${path}: valid, ${warnings.length === 0 ? 'no warnings' : counted(warnings.length, 'warning')}.\n`);
  io.stdout(`Digest: ${policy.digest}\n\n`);
  for (const line of policyInWords(content, table)) io.stdout(`${safe(line)}\n`);
  return 0;
}

/** As compilers print it, so that editors jump to the line. */
function said(path: string, { line, column, path: at, sentence }: Problem, kind: 'error' | 'warning'): string {
  return safe(`${path}:${line}:${column}: ${kind}: ${at === '' ? '' : `${at}: `}${sentence}`);
}

/** Control characters of the file never reach a terminal. */
function safe(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, (character) => {
    return `\\x${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(2, '0')}`;
  });
}
