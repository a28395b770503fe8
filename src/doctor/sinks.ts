import { dirname, resolve } from 'node:path';
import { isLoopback } from '../settings/listen.ts';
import { hostPort } from '../sinks/address.ts';
import type { SinkSettings } from '../sinks/settings.ts';
import type { Target } from '../sinks/transports/socket.ts';
import { type Check, error, type Line, ok, warning } from './check.ts';
import type { Machine } from './machine.ts';

/** Whether collectors can be reached: a connection with its TLS handshake, and not a byte more. */
export const sinks: Check = {
  slug: 'sinks',
  look: ({ settings, machine }) => Promise.all(settings.sinks.map((sink) => ofSink(sink, machine))),
};

async function ofSink(sink: SinkSettings, machine: Machine): Promise<Line> {
  const { name } = sink;
  if (sink.kind === 'stdout') return ok(name, 'standard output');
  if (sink.kind === 'file') return ofFile(name, sink.path, machine);
  if (sink.kind === 'syslog' && sink.transport === 'unix') {
    const found = machine.stat(sink.address);
    return found?.kind === 'socket'
      ? ok(name, `${sink.address} is there`)
      : error(name, `${sink.address} is no socket`, 'Start the log of this machine');
  }
  const target = targetOf(sink);
  if (target === null) {
    return warning(
      name,
      'over UDP nobody can tell whether it arrives',
      'Use tcp, tls or relp; dicomtap sink test sends one event to look for',
    );
  }
  try {
    await machine.connect(target);
    if (!isLoopback({ address: target.host, port: target.port }) && unitIsShutIn(machine)) {
      const remedy = 'systemctl edit dicomtap: [Service] IPAddressAllow= and the address of each collector';
      return warning(
        name,
        `${target.text} can be reached from here, but the unit dicomtap may reach nothing but this machine`,
        remedy,
      );
    }
    return ok(name, `${target.text} can be reached${target.tls === null ? '' : ', its certificate is in order'}`);
  } catch (failure) {
    const why = failure instanceof Error ? failure.message : String(failure);
    return error(
      name,
      `${target.text} cannot be reached: ${why}`,
      'Look at address, firewall and certificate; dicomtap sink test tries all of it',
    );
  }
}

/** The unit as it is delivered lets the sensor speak to nobody. */
function unitIsShutIn(machine: Machine): boolean {
  const shown = machine.run('systemctl', ['show', 'dicomtap', '--property=LoadState,IPAddressAllow,IPAddressDeny']);
  if (shown?.status !== 0 || !/^LoadState=loaded$/m.test(shown.output)) return false;
  const [allowed, denied] = ['Allow', 'Deny'].map((list) => {
    const text = new RegExp(`^IPAddress${list}=(.*)$`, 'm').exec(shown.output)?.[1] ?? '';
    return text.split(' ').filter((network) => network !== '');
  });
  return denied.length > 0 && allowed.every((network) => network === '127.0.0.0/8' || network === '::1/128');
}

function ofFile(name: string, path: string, machine: Machine): Line {
  const there = machine.stat(path) ?? machine.stat(dirname(resolve(path)));
  if (there === null) return error(name, `the folder of ${path} is not there`, `mkdir -p ${dirname(resolve(path))}`);
  return there.writable
    ? ok(name, `${path} can be written`)
    : error(name, `this user may not write ${path}`, 'Give it to the user of the sensor');
}

/** Null where there is nothing to connect to. */
function targetOf(sink: Exclude<SinkSettings, { kind: 'file' | 'stdout' }>): Target | null {
  if (sink.kind === 'http') {
    const { hostname, port, protocol, host } = new URL(sink.url);
    const usual = protocol === 'https:' ? 443 : 80;
    return {
      text: `${protocol}//${host}`,
      host: hostname.replaceAll(/[[\]]/g, ''),
      port: Number(port) || usual,
      tls: sink.tls,
    };
  }
  const place = sink.transport === 'udp' ? null : hostPort(sink.address);
  return place === null ? null : { text: sink.address, ...place, tls: sink.tls };
}
