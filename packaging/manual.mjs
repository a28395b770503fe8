// The manual page and the completion of bash, both out of --help.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const overview = await help('--help');
/** Every command, as its --help tells it. */
const commands = [];
for (const [, name, describe] of overview.matchAll(/^ {2}([a-z]+(?: [a-z]+)?) {2,}(\S.*)$/gm)) {
  commands.push({ name, describe, ...partsOf(name, await help(...name.split(' '), '--help')) });
}

/** dicomtap.1, in the macros of man(7). */
export function manualPage() {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return `${[
    `.TH DICOMTAP 1 "" "dicomtap ${version}" "User Commands"`,
    '.SH NAME',
    'dicomtap \\- passive DICOM sensor',
    '.SH SYNOPSIS',
    '.B dicomtap',
    '.I COMMAND',
    '[\\fIoptions\\fR]',
    '.SH DESCRIPTION',
    roff(overview.split('\n\nUsage:')[0].replace(/\s+/g, ' ')),
    'It reads captures, or listens on a mirror port, and sends nothing to the network it watches.',
    ...commands.flatMap(section),
    '.SH FILES',
    ...files.flatMap(([path, what]) => ['.TP', `.I ${roff(path)}`, what]),
    '.SH EXIT STATUS',
    ...statuses.flatMap(([status, what]) => ['.TP', `.B ${status}`, what]),
    '.SH SEE ALSO',
    roff('/usr/share/doc/dicomtap/install.md, configuration.md, live.md, policy.md'),
  ].join('\n')}\n`;
}

const files = [
  ['/etc/dicomtap/dicomtap.yaml', 'Configuration of the live sensor.'],
  ['/etc/dicomtap/capture\\-INTERFACE.env', 'Options of a capture unit: CAPTURE_OPTIONS=...'],
  ['/var/lib/dicomtap/dicomtap.db', 'What the live sensor found: SQLite.'],
  ['/var/lib/dicomtap/hash.key', 'Key of the patient hashes.'],
  ['/run/dicomtap/INTERFACE.sock', 'Where a capture unit hands packets over.'],
];

const statuses = [
  ['0', 'Done.'],
  ['1', 'Something that was given cannot be used: the message says what, and a remedy.'],
  ['2', 'A finding at or above the severity of \\-\\-fail\\-on.'],
  ['3', 'Some input was cut or unreadable, the rest was done.'],
  ['130', 'Interrupted.'],
];

function section({ name, describe, usage, options, examples }) {
  return [
    `.SH ${roff(`dicomtap ${name}`.toUpperCase())}`,
    `.B ${roff(usage)}`,
    '.PP',
    `${roff(describe)}.`,
    ...options.flatMap(({ short, long, text }) => {
      const names = [short, long].filter((each) => each !== null).map((each) => `\\fB${roff(each)}\\fR`);
      return ['.TP', names.join(', '), roff(text)];
    }),
    ...examples.flatMap((line) => ['.PP', '.EX', roff(line), '.EE']),
  ];
}

function roff(text) {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('\\e-', '\\-')
    .replaceAll(/(?<!\\)-/g, '\\-')
    .replace(/^([.'])/, '\\&$1');
}

/** Completes commands, options, the values of those that have a list, else files. */
export function bashCompletion() {
  const lists = commands.map(
    ({ name, options }) => `    '${name}') options='${options.map(({ long }) => long).join(' ')}' ;;`,
  );
  const values = new Map(
    commands.flatMap(({ options }) =>
      options.filter(({ choices }) => choices.length > 0).map((each) => [each.long, each.choices]),
    ),
  );
  return `# bash completion of dicomtap
_dicomtap() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} command=\${COMP_WORDS[1]} options=''
  if [ "$COMP_CWORD" -eq 1 ]; then
    mapfile -t COMPREPLY < <(compgen -W '${[...new Set(commands.map(({ name }) => name.split(' ')[0]))].join(' ')}' -- "$word")
    return
  fi
  case $before in
${[...values].map(([long, choices]) => `    ${long}) mapfile -t COMPREPLY < <(compgen -W '${choices.join(' ')}' -- "$word"); return ;;`).join('\n')}
  esac
  [ "$command" = policy ] && command='policy diff'
  case $command in
${lists.join('\n')}
  esac
  case $word in
    -*) mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word") ;;
    *) mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
  esac
}
complete -o filenames -F _dicomtap dicomtap
`;
}

/**
 * What the program says, where a line is 80 columns. Asked within this process: a start for each command takes seconds.
 */
async function help(...words) {
  const { runCommandLine } = await import('../dist/main.cjs');
  let said = '';
  const add = (text) => {
    said += text;
  };
  await runCommandLine(words, {
    stdout: add,
    stderr: add,
    terminal: false,
    columns: 80,
    colour: false,
    progress: false,
  });
  return said;
}

function partsOf(name, text) {
  const [usage] = text.split('\n');
  const part = (title) => text.split(`\n${title}:\n`)[1]?.split(/\n\n/)[0] ?? '';
  const entries = part('Options').split(/\n(?=\s+(?:-\w, )?--[a-z])/);
  return {
    usage: usage.startsWith(`dicomtap ${name}`) ? usage : `dicomtap ${name}`,
    options: entries.filter((entry) => entry.trim() !== '').map(optionOf),
    examples: part('Examples')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== ''),
  };
}

/** `  -i, --interface  Interface; more than once for more   [string]`, perhaps over several lines. */
function optionOf(entry) {
  const line = entry.replace(/\s+/g, ' ').trim();
  const [, short = null, long, rest] = /^(?:(-\w), )?(--[a-z-]+) (.*)$/.exec(line);
  const choices = /\[choices: ([^\]]*)\]/.exec(rest)?.[1].match(/[\w-]+/g) ?? [];
  const text = rest
    .replace(/ ?\[(string|number|boolean|array|count|required)\]/g, '')
    .replace(/ ?\[choices: ([^\]]*)\]/, '');
  return { short, long, text: choices.length > 0 ? `${text}: ${choices.join(', ')}` : text, choices };
}
