import type { Command, Option } from './command.ts';
import { sharedOptions } from './command-line.ts';
import { wrap } from './typeset.ts';

/** What a command takes, in lines of at most `columns` characters. */
export function commandHelp(command: Command, columns: number): string {
  const { name, describe, positional, examples = [] } = command;
  const options = Object.entries({ ...command.options, ...sharedOptions });
  const rows: Row[] = options.map(([option, form]) => [optionText(option, form), aboutText(form)]);
  if (positional !== undefined) rows.unshift([positional.name.toUpperCase(), positional.describe]);
  const lead = 2 + Math.max(...rows.map(([label]) => label.length)) + 2;
  const width = Math.min(columns, 80);
  const parts = [
    [`Usage: dicomtap ${name}${positionalText(command)} [options]`],
    wrap(describe, width),
    rows.flatMap(([label, about]) => beside(`  ${label}`.padEnd(lead), wrap(about, width - lead))),
    examples.length === 0 ? [] : ['Examples:', ...examples.map((example) => `  ${example}`)],
  ];
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
}

type Row = readonly [label: string, about: string];

function positionalText({ positional }: Command): string {
  if (positional === undefined) return '';
  const word = `${positional.name.toUpperCase()}${positional.many ? '...' : ''}`;
  return positional.required ? ` ${word}` : ` [${word}]`;
}

/** `-h, --help`, or `--db VALUE`; those without a letter stand under the others' names. */
function optionText(name: string, { type, alias }: Option): string {
  const letter = alias === undefined ? '    ' : `-${alias}, `;
  return `${letter}--${name}${type === 'boolean' ? '' : ' VALUE'}`;
}

function aboutText({ describe, choices = [] }: Option): string {
  return choices.length === 0 ? describe : `${describe}: ${choices.join(', ')}`;
}

function beside(lead: string, lines: readonly string[]): string[] {
  return lines.map((line, i) => (i === 0 ? lead : ' '.repeat(lead.length)) + line);
}
