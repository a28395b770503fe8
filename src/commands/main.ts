import { OperatorError } from '../model/errors.ts';
import type { Command, Io } from './command.ts';
import { printable, wrap } from './typeset.ts';

/** The commands, each loaded only when it is asked for. */
const commands: readonly Entry[] = [
  {
    name: 'replay',
    describe: 'Read captures, judge them, fill the database',
    load: async () => (await import('./replay.ts')).replay,
  },
  {
    name: 'live',
    describe: 'Listen on interfaces, judge, fill the database',
    load: async () => (await import('./live/live.ts')).live,
  },
  {
    name: 'capture',
    describe: 'Capture an interface for `dicomtap live` of another user',
    load: async () => (await import('./capture.ts')).capture,
  },
  {
    name: 'status',
    describe: 'How the live sensor does: rate, losses, findings, sinks',
    load: async () => (await import('./status/status.ts')).status,
  },
  {
    name: 'doctor',
    describe: 'What keeps the sensor from seeing all, what to do',
    load: async () => (await import('./doctor/doctor.ts')).doctor,
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
    name: 'explain',
    describe: 'An association or finding as a story, in plain words',
    load: async () => (await import('./explain.ts')).explain,
  },
  {
    name: 'extract',
    describe: 'Evidence: the packets of a record, or its DICOM objects',
    load: async () => (await import('./extract/extract.ts')).extract,
  },
  {
    name: 'check',
    describe: 'Validate configuration and policy, say what they mean',
    load: async () => (await import('./check.ts')).check,
  },
  {
    name: 'learn',
    describe: 'Write the policy that allows what was seen',
    load: async () => (await import('./learn.ts')).learn,
  },
  {
    name: 'policy diff',
    describe: 'What one policy says otherwise than another, of the database too',
    load: async () => (await import('./policy-diff.ts')).policyDiff,
  },
  {
    name: 'sink status',
    describe: 'How far behind each sink is, and its last error',
    load: async () => (await import('./sink-status.ts')).sinkStatus,
  },
  {
    name: 'sink test',
    describe: 'Send one marked event to a sink, and say what was confirmed',
    load: async () => (await import('./sink-test.ts')).sinkTest,
  },
  {
    name: 'sink resend',
    describe: 'Send again what the database has',
    load: async () => (await import('./sink-resend.ts')).sinkResend,
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
    const [name, ...rest] = joined(words[0] === 'help' && words.length > 1 ? [...words.slice(1), '--help'] : words);
    if (name === undefined || name === '--help' || name === '-h' || (name === 'help' && rest.length === 0)) {
      io[name === undefined ? 'stderr' : 'stdout'](overview(io));
      return name === undefined ? 1 : 0;
    }
    const entry = commands.find((one) => one.name === name);
    if (entry === undefined) return family(name, rest, io);
    // Late, for this loads yargs: the list of commands does without.
    const [command, { readArguments }] = await Promise.all([entry.load(), import('./arguments.ts')]);
    const asked = await readArguments(command, rest, io.columns);
    if ('argv' in asked) return await command.run(asked.argv, io);
    io.stdout(`${asked.help}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    io.stderr(`dicomtap: ${printable(error.message)}\n  ${printable(error.remedy)}\n`);
    return error.exitStatus;
  }
}

/** Names of two words are one. */
function joined(words: readonly string[]): readonly string[] {
  const name = words.slice(0, 2).join(' ');
  return commands.some((one) => one.name === name) ? [name, ...words.slice(2)] : words;
}

/** The first word of commands of two: `dicomtap policy` shows them. */
function family(name: string, [word]: readonly string[], io: Io): number {
  const some = commands.filter((one) => one.name.startsWith(`${name} `));
  if (some.length === 0) throw unknownCommand(name);
  const asked = word === '--help' || word === '-h';
  if (word !== undefined && !asked) throw unknownCommand(`${name} ${word}`, some);
  io[asked ? 'stdout' : 'stderr'](`Usage: dicomtap ${name} COMMAND [options]\n\n${listed(some)}`);
  return asked ? 0 : 1;
}

function listed(entries: readonly Entry[]): string {
  return entries.map((entry) => `  ${entry.name.padEnd(14)}${entry.describe}\n`).join('');
}

function overview(io: Io): string {
  const list = listed(commands);
  return `${wrap(
    'dicomtap finds patient data that crosses the network without TLS, in captures of DICOM traffic.',
    Math.min(io.columns, 80),
  ).join('\n')}\n\nUsage: dicomtap COMMAND [options]\n\n${list}
  dicomtap COMMAND --help   what it takes
  dicomtap --version        which version this is\n`;
}

function unknownCommand(name: string, some: readonly Entry[] = commands): OperatorError {
  const names = some.map((entry) => entry.name).join(', ');
  return new OperatorError('usage', `"${name}" is not a command`, `Commands are ${names}.`);
}
