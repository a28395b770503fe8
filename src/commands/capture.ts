import { rmdirSync } from 'node:fs';
import { setPriority } from 'node:os';
import { dirname } from 'node:path';
import { type Door, serveCapture } from '../capture/live/capture-door.ts';
import { CaptureKeeper, surroundings } from '../capture/live/capture-keeper.ts';
import {
  type CaptureOptions,
  captureDefaults,
  type EngineChoice,
  engineNames,
} from '../capture/live/capture-options.ts';
import { chooseEngine } from '../capture/live/engines.ts';
import { isInterfaceName } from '../capture/live/interface-state.ts';
import { OperatorError } from '../model/errors.ts';
import type { Command } from './command.ts';
import { Systemd } from './live/systemd.ts';

/**
 * `dicomtap capture --interface eth1 --socket /run/dicomtap/eth1.sock`: the one process that needs the right to
 * capture. It decodes nothing: it starts an engine, and hands over packets and counters.
 */
export const capture: Command = {
  name: 'capture',
  describe: 'Capture an interface for `dicomtap live` of another user',
  options: {
    interface: { type: 'string', requiresArg: true, alias: 'i', describe: 'The interface, or `any`' },
    socket: {
      type: 'string',
      requiresArg: true,
      describe: 'Listen at this path, or `systemd` for the socket it passes',
    },
    lifeline: {
      type: 'boolean',
      hidden: true,
      describe: 'End with standard input, and take the folder of the socket along',
    },
    engine: { type: 'string', choices: ['auto', ...engineNames], describe: 'What captures (default: auto)' },
    buffer: { type: 'number', requiresArg: true, describe: 'Kernel ring in MiB (default: 256)' },
    snaplen: { type: 'number', requiresArg: true, describe: 'Bytes kept of a packet (default: 262144)' },
    filter: { type: 'string', requiresArg: true, describe: 'A capture filter, as pcap-filter(7) has it' },
    promiscuous: { type: 'boolean', describe: 'Take what is for others, too (default: yes)' },
    linger: { type: 'number', requiresArg: true, describe: 'Seconds to capture on without a reader (default: 30)' },
  },
  examples: ['dicomtap capture --interface eth1 --socket /run/dicomtap/eth1.sock'],
  run: async (argv, io) => {
    const options = optionsOf(argv);
    const door = doorOf(argv);
    const lifeline = argv['lifeline'] === true;
    if (lifeline && (await lifelineEnded())) return 0;
    const engine = chooseEngine(options);
    if (typeof engine === 'string') {
      throw new OperatorError(
        'engine-missing',
        engine,
        'Install tcpdump, or the wireshark-common package for dumpcap.',
      );
    }
    goFirst();
    const lingerMs = number(argv['linger'], 'linger', 0, 3600, surroundings.lingerMs / 1000) * 1000;
    const keeper = new CaptureKeeper(options, { ...surroundings, lingerMs, only: lifeline });
    const systemd = new Systemd();
    const stop = (): void => {
      systemd.stopping('Handing over what was captured');
      void keeper.stop();
    };
    process.on('SIGTERM', stop).on('SIGINT', stop);
    // Node would open its debugger on it.
    process.on('SIGUSR1', () => {});
    // Of a live sensor's own: it says only what keeps it from capturing.
    if (lifeline) process.stdin.on('close', stop).on('error', stop).resume();
    else io.stderr(`dicomtap: ${options.interface} is captured by ${engine.name}: ${engine.why}\n`);
    const beating = setInterval(() => systemd.alive(), 1000);
    try {
      await serveCapture(keeper, door, () => systemd.ready(`Capturing ${options.interface} by ${engine.name}`));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === undefined) throw error;
      throw new OperatorError('socket-unusable', `the socket cannot be listened at: ${code}`, socketRemedy, error);
    } finally {
      clearInterval(beating);
      if (lifeline && door.kind === 'path') removeFolder(dirname(door.path));
    }
    return 0;
  },
};

/** Who started us has gone already. */
async function lifelineEnded(): Promise<boolean> {
  process.stdin.on('error', () => {}).resume();
  await new Promise((resolve) => setTimeout(resolve, 10));
  return process.stdin.readableEnded || process.stdin.destroyed;
}

/** It is there for our socket alone. */
function removeFolder(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Somebody was before us, or it is not empty.
  }
}

/**
 * What is captured too late is lost, what is judged late only waits: capture comes before everything else, where root
 * says so. Units have it from systemd (`Nice=`).
 */
function goFirst(): void {
  if (process.getuid?.() !== 0) return;
  try {
    setPriority(-10);
  } catch {
    // A container may keep root from it.
  }
}

const socketRemedy = 'Its folder must exist and be writable by this user, and no other capture may listen there.';

function optionsOf(argv: Readonly<Record<string, unknown>>): CaptureOptions {
  const name = argv['interface'];
  if (typeof name !== 'string' || !isInterfaceName(name)) {
    throw new OperatorError('usage', '--interface needs the name of an interface', '`ip link` lists them.');
  }
  return {
    interface: name,
    engine: (argv['engine'] ?? captureDefaults.engine) as EngineChoice,
    bufferMiB: number(argv['buffer'], 'buffer', 1, 2047, captureDefaults.bufferMiB),
    snapLength: number(argv['snaplen'], 'snaplen', 64, 262_144, captureDefaults.snapLength),
    filter: typeof argv['filter'] === 'string' && argv['filter'] !== '' ? argv['filter'] : null,
    promiscuous: argv['promiscuous'] !== false,
  };
}

function doorOf({ socket }: Readonly<Record<string, unknown>>): Door {
  if (socket === 'systemd') return { kind: 'systemd' };
  if (typeof socket === 'string') return { kind: 'path', path: socket };
  throw new OperatorError('usage', '--socket needs a path', 'Such as /run/dicomtap/eth1.sock.');
}

function number(given: unknown, name: string, min: number, max: number, otherwise: number): number {
  if (given === undefined) return otherwise;
  if (typeof given === 'number' && Number.isInteger(given) && given >= min && given <= max) return given;
  throw new OperatorError('usage', `--${name} must be a number from ${min} to ${max}`, 'Leave it out for the default.');
}
