// Proves that what captures is named with its version, and that a capture unit's socket has to be there and open to us.
import { expect, it } from 'vitest';
import { engine } from '../../src/doctor/engine.ts';
import { examination, machine, said } from './examination.ts';

const present = { '/sys/class/net/eth1/flags': '0x1003\n' };

it('calls nothing well of an interface that is not there', async () => {
  const socket = { kind: 'socket', writable: true, mode: 0o700, size: 0 } as const;
  const content = { interfaces: ['eth1'], capture: { socket: '/run/%i.sock' } };
  const look = (stat: typeof socket | null) =>
    engine.look(examination({ machine: machine({ stat: () => stat }), content }));
  expect(await look(socket)).toEqual([]);
  expect(await look(null)).toMatchObject([{ grade: 'error' }]);
});

it('names the program and its version', async () => {
  const run = () => ({ status: 0, output: 'tcpdump version 4.99.3\nlibpcap version 1.10.3\n' });
  const lines = said(
    await engine.look(
      examination({
        machine: machine({ run, files: present }),
        content: { interfaces: [{ name: 'eth1', engine: 'tcpdump' }] },
      }),
    ),
  );
  expect(lines[0]).toMatch(/^ok: eth1: tcpdump 4\.99\.3 \(\/.*tcpdump\), asked for$/);
});

it.each([
  [null, /^error: eth1: no capture unit listens at \/run\/eth1\.sock → systemctl status dicomtap-capture@eth1/],
  [{ kind: 'file', writable: true, mode: 0o700, size: 0 }, /^error: eth1: .* is no socket/],
  [{ kind: 'socket', writable: false, mode: 0o700, size: 0 }, /^error: eth1: this user may not open/],
  [{ kind: 'socket', writable: true, mode: 0o700, size: 0 }, /^ok: eth1: captured by the unit at \/run\/eth1\.sock$/],
] as const)('of a socket that is %j', async (found, line) => {
  const content = { interfaces: ['eth1'], capture: { socket: '/run/%i.sock' } };
  expect(
    said(await engine.look(examination({ machine: machine({ stat: () => found, files: present }), content })))[0],
  ).toMatch(line);
});
