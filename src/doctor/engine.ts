import { captureDefaults } from '../capture/live/capture-options.ts';
import { chooseEngine } from '../capture/live/engines.ts';
import type { InterfaceSettings } from '../settings/live-settings.ts';
import { type Check, error, isAbsent, type Line, ok, warning } from './check.ts';
import type { Machine } from './machine.ts';

export const engine: Check = {
  slug: 'engine',
  look: (examined) => {
    const { settings, machine } = examined;
    const lines = settings.interfaces.map((one) => ({ name: one.name, line: ofInterface(one, machine) }));
    return lines.filter(({ name, line }) => line.grade !== 'ok' || !isAbsent(name, examined)).map(({ line }) => line);
  },
};

function ofInterface({ name, engine: asked, socket }: InterfaceSettings, machine: Machine): Line {
  if (socket !== null) return ofSocket(name, socket, machine);
  const choose = { ...captureDefaults, interface: name, engine: asked };
  const chosen = chooseEngine(choose);
  if (typeof chosen === 'string') {
    return error(name, chosen, 'apt-get install tcpdump (or wireshark-common for dumpcap)');
  }
  if (chosen.name === 'cap') {
    const says = 'captured by the npm package cap, which has no drop counters';
    return warning(name, says, 'apt-get install tcpdump');
  }
  return ok(name, `${chosen.name} ${version(chosen.command, machine)} (${chosen.command}), ${chosen.why}`);
}

/** Both say it in the first line that has it. */
function version(command: string, machine: Machine): string {
  const ran = machine.run(command, ['--version']);
  return /\d+\.\d+(\.\d+)?/.exec(ran?.output ?? '')?.[0] ?? 'of unknown version';
}

function ofSocket(name: string, path: string, machine: Machine): Line {
  const found = machine.stat(path);
  const remedy = `systemctl status dicomtap-capture@${name}: it makes that socket`;
  if (found === null) return error(name, `no capture unit listens at ${path}`, remedy);
  if (found.kind !== 'socket') return error(name, `${path} is no socket`, remedy);
  if (!found.writable)
    return error(name, `this user may not open ${path}`, 'Run doctor as the user of the sensor, or as root');
  return ok(name, `captured by the unit at ${path}`);
}
