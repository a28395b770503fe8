import yargs from 'yargs';
import { logLevels } from '../config.ts';
import { OperatorError } from '../model/errors.ts';
import type { Command, Io, Option, Positional } from './command.ts';
import { printable } from './typeset.ts';

/** The commands, each loaded only when it is asked for. */
const commands: readonly Entry[] = [
  {
    name: 'replay',
    describe: 'Read captures, judge them, fill the database',
    load: async () => (await import('./replay.ts')).replay,
  },
  {
    name: 'findings',
    describe: 'Findings in the database; --alerts: what to act on',
    load: async () => (await import('./findings.ts')).findings,
  },
  {
    name: 'associations',
    describe: 'Associations in the database',
    load: async () => (await import('./associations.ts')).associations,
  },
  {
    name: 'operations',
    describe: 'DIMSE operations in the database',
    load: async () => (await import('./operations.ts')).operations,
  },
  {
    name: 'endpoints',
    describe: 'AE titles and the addresses they were seen at',
    load: async () => (await import('./endpoints.ts')).endpoints,
  },
  {
    name: 'check',
    describe: 'Validate a policy file and say what it means',
    load: async () => (await import('./check.ts')).check,
  },
];

interface Entry {
  readonly name: string;
  readonly describe: string;
  readonly load: () => Promise<Command>;
}

/** Runs one command line and returns its exit status. Operator errors are shown; anything else is a bug and thrown. */
export async function runCommandLine(words: readonly string[], io: Io): Promise<number> {
  try {
    const [name, ...rest] = words[0] === 'help' && words.length === 2 ? [words[1], '--help'] : words;
    if (name === undefined || name === '--help' || name === '-h' || (name === 'help' && rest.length === 0)) {
      io[name === undefined ? 'stderr' : 'stdout'](overview(io));
      return name === undefined ? 1 : 0;
    }
    const entry = commands.find((one) => one.name === name);
    if (entry === undefined) throw unknownCommand(name);
    const command = await entry.load();
    const parsed = await parse(command, rest, io);
    if (parsed.output !== '') {
      io.stdout(`${parsed.output}\n`);
      return 0;
    }
    return await command.run(parsed.argv, io);
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    io.stderr(`dicomtap: ${printable(error.message)}\n  ${printable(error.remedy)}\n`);
    return error.exitStatus;
  }
}

function overview(io: Io): string {
  const list = commands.map((entry) => `  ${entry.name.padEnd(14)}${entry.describe}\n`).join('');
  return `${wrapped(
    'dicomtap finds patient data that crosses the network without TLS, in captures of DICOM traffic.',
    io.columns,
  )}\n\nUsage: dicomtap COMMAND [options]\n\n${list}
  dicomtap COMMAND --help   what it takes
  dicomtap --version        which version this is\n`;
}

function wrapped(text: string, columns: number): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines.length - 1;
    if (lines[last].length + 1 + word.length > Math.min(columns, 80)) lines.push(word);
    else lines[last] += lines[last] === '' ? word : ` ${word}`;
  }
  return lines.join('\n');
}

interface Parsed {
  readonly argv: Record<string, unknown>;
  /** Text of `--help`, when that was asked for. */
  readonly output: string;
}

async function parse(command: Command, words: readonly string[], io: Io): Promise<Parsed> {
  const { positional } = command;
  let parsed: Parsed | null = null;
  let failure: string | null = null;
  const parser = yargs()
    .scriptName(`dicomtap ${command.name}`)
    .locale('en')
    .wrap(Math.min(io.columns, 80))
    .parserConfiguration({
      'parse-numbers': false,
      'parse-positional-numbers': false,
      'boolean-negation': false,
      'dot-notation': false,
    })
    .command(`$0${positionalText(positional)}`, command.describe, (builder) => {
      if (positional !== undefined)
        builder.positional(positional.name, { type: 'string', describe: positional.describe, array: positional.many });
      return builder.options({ ...command.options, 'log-level': logLevelOption });
    })
    .version(false)
    .help()
    .alias('help', 'h')
    .exitProcess(false)
    .strict();
  for (const example of command.examples ?? []) parser.example(example, '');
  await parser.parseAsync(words.map(dashAway), {}, (error, argv, output) => {
    if (error) failure = error.message;
    else parsed = { argv: dashesBack(argv), output };
  });
  if (failure !== null || parsed === null) throw usage(command, failure ?? '');
  refuseRepeated(command, parsed);
  return parsed;
}

/** Of an option given twice, which one counts would be a guess. */
function refuseRepeated(command: Command, { argv }: Parsed): void {
  for (const [name, option] of Object.entries({ ...command.options, 'log-level': logLevelOption })) {
    if (Array.isArray(argv[name]) && option.array !== true) throw usage(command, `--${name} is given more than once`);
  }
}

const logLevelOption: Option = {
  type: 'string',
  requiresArg: true,
  choices: logLevels,
  describe: 'Log on standard error; or DICOMTAP_LOG',
};

function positionalText(positional: Positional | undefined): string {
  if (positional === undefined) return '';
  const name = `${positional.name}${positional.many ? '..' : ''}`;
  return positional.required ? ` <${name}>` : ` [${name}]`;
}

/** yargs' sentence, or ours where its own is unclear. */
function usage(command: Command, message: string): OperatorError {
  const { name } = command;
  return new OperatorError(
    'usage',
    ownSentence(command, message) ?? lowerFirst(message),
    `See dicomtap ${name} --help.`,
  );
}

function ownSentence({ name, options }: Command, message: string): string | null {
  if (message.startsWith('Not enough non-option arguments')) return `${name} needs something to work on`;
  const lacking = /^Not enough arguments following: (\S+)/.exec(message);
  if (lacking !== null) return `--${lacking[1]} needs a value`;
  // yargs puts each bad value on a line of its own: the first is enough.
  const bad = /^Invalid values:\s+Argument: (\S+), Given: "(.*)", Choices: /.exec(message);
  if (bad === null) return null;
  const [, option, given] = bad;
  const { choices = [] } = { ...options, 'log-level': logLevelOption }[option] ?? {};
  return `--${option} ${given} is not one of ${choices.join(', ')}`;
}

/** yargs loses a lone dash among positional words: it goes through as a word that nobody can type. */
const dash = '\u0001-';

function dashAway(word: string): string {
  return word === '-' ? dash : word;
}

function dashesBack(argv: Record<string, unknown>): Record<string, unknown> {
  const back = (value: unknown): unknown => (value === dash ? '-' : Array.isArray(value) ? value.map(back) : value);
  return Object.fromEntries(Object.entries(argv).map(([name, value]) => [name, back(value)]));
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function unknownCommand(name: string): OperatorError {
  const names = commands.map((entry) => entry.name).join(', ');
  return new OperatorError('usage', `"${name}" is not a command`, `Commands are ${names}.`);
}
