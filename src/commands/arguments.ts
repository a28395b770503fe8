import yargs from 'yargs';
import { logLevels } from '../config.ts';
import { OperatorError } from '../model/errors.ts';
import type { Command, Option, Positional } from './command.ts';

/** What a command is asked to do: its arguments, or, when `--help` was said, that text. */
export type Asked = { readonly argv: Record<string, unknown> } | { readonly help: string };

/**
 * Reads the words after a command's name. Arguments stand under the names of the options, in camelCase too, and of the
 * positional argument. Help is at most 80 columns wide. Throws OperatorError `usage`. Loading this loads yargs: import
 * it late.
 */
export async function readArguments(command: Command, words: readonly string[], columns: number): Promise<Asked> {
  const { positional } = command;
  const parser = yargs()
    .scriptName(`dicomtap ${command.name}`)
    .locale('en')
    .wrap(Math.min(columns, 80))
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
    .strictOptions()
    // At the first mistake: what yargs would go on to look at may not be there.
    .fail((message) => {
      throw usage(command, sentence(command, message));
    });
  for (const example of command.examples ?? []) parser.example(example, '');
  let help = '';
  const argv = await parser.parseAsync(shielded(words), {}, (_error, _argv, output) => {
    help = output;
  });
  return help === '' ? { argv: checked(command, unshielded(argv)) } : { help };
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

/**
 * What yargs lets pass: of an option given twice, which one counts would be a guess; a word too many may be a lost
 * value.
 */
function checked(command: Command, argv: Record<string, unknown>): Record<string, unknown> {
  const { positional, options } = command;
  for (const [name, option] of Object.entries({ ...options, 'log-level': logLevelOption })) {
    if (option.many === true && argv[name] !== undefined) argv[name] = [argv[name]].flat();
    else if (Array.isArray(argv[name]) && option.array !== true)
      throw usage(command, `--${name} is given more than once`);
  }
  const [extra] = argv['_'] as readonly string[];
  if (extra !== undefined) throw usage(command, `"${extra}" is a word too many`);
  // `--paths FILE` is understood too, and is no list then.
  if (positional?.many !== true || argv[positional.name] === undefined) return argv;
  return { ...argv, [positional.name]: [argv[positional.name]].flat() };
}

/** yargs' sentence, or ours where its own does not say what was typed. */
function sentence({ name, options, positional }: Command, message: string): string {
  if (message.startsWith('Not enough non-option arguments')) return lacking(name, positional);
  const valueless = /^Not enough arguments following: (\S+)/.exec(message);
  if (valueless !== null) return `--${valueless[1]} needs a value`;
  // Of several, and of the same in camelCase, the first is enough.
  const unknown = /^Unknown arguments?: ([^,]+)/.exec(message);
  if (unknown !== null) return `${unknown[1].length === 1 ? '-' : '--'}${unknown[1]} is not an option of ${name}`;
  // Each bad value stands on a line of its own.
  const bad = /^Invalid values:\s+Argument: (\S+), Given: "(.*)", Choices: /.exec(message);
  if (bad === null) return message.charAt(0).toLowerCase() + message.slice(1);
  const [, option, given] = bad;
  const { choices = [] } = { ...options, 'log-level': logLevelOption }[option] ?? {};
  return `--${option} ${given} is not one of ${choices.join(', ')}`;
}

/** What is missing, in the words of --help: `check lacks <file>: the policy file`. */
function lacking(name: string, positional: Positional | undefined): string {
  if (positional === undefined) return `${name} needs something to work on`;
  const { describe } = positional;
  return `${name} lacks <${positional.name}>: ${describe.charAt(0).toLowerCase()}${describe.slice(1)}`;
}

function usage({ name }: Command, text: string): OperatorError {
  return new OperatorError('usage', text, `See dicomtap ${name} --help.`);
}

/**
 * yargs loses a lone dash, and what follows `--`, among positional words: they go through as words that begin with
 * this.
 */
const shield = '\u0001';

function shielded(words: readonly string[]): string[] {
  const end = words.indexOf('--');
  const before = end < 0 ? words : words.slice(0, end);
  const after = end < 0 ? [] : words.slice(end + 1);
  const safe = before.map((word) => (word === '-' || word.startsWith(shield) ? shield + word : word));
  return [...safe, ...after.map((word) => shield + word)];
}

function unshielded(argv: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const back = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(back);
    return typeof value === 'string' && value.startsWith(shield) ? value.slice(1) : value;
  };
  return Object.fromEntries(Object.entries(argv).map(([name, value]) => [name, back(value)]));
}
