import { parseArgs } from 'node:util';
import { logLevels } from '../config.ts';
import { OperatorError } from '../model/errors.ts';
import type { Command, Option } from './command.ts';

/** Options that every command has. */
export const sharedOptions: Readonly<Record<string, Option>> = {
  help: { type: 'boolean', alias: 'h', describe: 'Show this' },
  'log-level': {
    type: 'string',
    choices: logLevels,
    describe: 'Log on standard error; or DICOMTAP_LOG',
  },
};

/**
 * The words after a command's name, under the names of its options (in camelCase) and its positional argument. Null
 * when help is asked for, whatever else is said. Throws OperatorError `usage`.
 */
export function readWords(command: Command, words: readonly string[]): Record<string, unknown> | null {
  const options = { ...command.options, ...sharedOptions };
  // Node's parser cuts the words up; what is wrong with them is said here, in words that name the option as typed.
  const { tokens } = parseArgs({ args: [...words], options: forms(options), strict: false, tokens: true });
  const argv: Record<string, unknown> = {};
  const loose: string[] = [];
  if (tokens.some((token) => token.kind === 'option' && token.name === 'help')) return null;
  for (const token of tokens) {
    if (token.kind === 'positional') loose.push(token.value);
    if (token.kind !== 'option') continue;
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
    if (option === undefined) throw usage(command, `${token.rawName} is not an option of ${command.name}`);
    if (Object.hasOwn(argv, camelCase(token.name))) throw usage(command, `${token.rawName} is given more than once`);
    argv[camelCase(token.name)] = valueFor(command, option, token);
  }
  return { ...argv, ...positionals(command, loose) };
}

interface OptionToken {
  readonly rawName: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
}

function valueFor(command: Command, option: Option, { rawName, value, inlineValue }: OptionToken): string | true {
  if (option.type === 'boolean') {
    if (value === undefined) return true;
    throw usage(command, `${rawName} takes no value`);
  }
  // Another option in its place: this one's value was forgotten. A lone dash is standard output.
  const forgotten = value === undefined || (inlineValue !== true && /^-./.test(value));
  if (forgotten) throw usage(command, `${rawName} needs a value`);
  if (option.choices?.includes(value) === false)
    throw usage(command, `${rawName} ${value} is not one of ${option.choices.join(', ')}`);
  return value;
}

function positionals(command: Command, words: readonly string[]): Record<string, unknown> {
  const { positional, name } = command;
  const most = positional === undefined ? 0 : positional.many ? Infinity : 1;
  if (words.length > most) throw usage(command, `"${words[most]}" is a word too many`);
  if (words.length === 0 && positional?.required === true) throw usage(command, `${name} needs something to work on`);
  if (positional === undefined || words.length === 0) return {};
  return { [positional.name]: positional.many ? words : words[0] };
}

function forms(options: Readonly<Record<string, Option>>) {
  return Object.fromEntries(
    Object.entries(options).map(([name, { type, alias }]) => [
      name,
      alias === undefined ? { type } : { type, short: alias },
    ]),
  );
}

function usage(command: Command, sentence: string): OperatorError {
  return new OperatorError('usage', sentence, `See dicomtap ${command.name} --help.`);
}

function camelCase(name: string): string {
  return name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}
