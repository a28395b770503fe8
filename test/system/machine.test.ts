// Proves that the Debian package works where systemd runs: installed, configured as docs/install.md says, started,
// watched, killed, reloaded, purged; with the rights that its units leave it, and without a packet sent.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../support/live.ts';
import { Machine, machinesFound } from '../support/machine.ts';
import { root } from '../support/source-tree.ts';

const sensor = 'dicomtap.service';
const capture = 'dicomtap-capture@eth1.service';
/** Of other connections each: the same one again is no news. */
const captures = ['store.pcap', 'find-study.pcap', 'worklist.pcap', 'echo.pcap'];

if (machinesFound) describe('a machine', inMachine);
else it('is needed: root, namespaces and overlayfs', () => expect(process.getuid?.()).not.toBe(0));

function inMachine(): void {
  const folder = mkdtempSync(join(tmpdir(), 'dicomtap-package-'));
  const machine = new Machine();

  beforeAll(async () => {
    execFileSync(process.execPath, [join(root, 'packaging/deb.mjs'), folder]);
    await machine.started();
    const [name] = readdirSync(folder);
    machine.put(join(folder, name), '/root/dicomtap.deb');
    for (const capture of captures) machine.put(join(root, 'pcaps', capture), `/root/${capture}`);
    machine.run('ip', 'netns', 'add', 'hub');
    machine.run('ip', 'link', 'add', 'eth1', 'type', 'veth', 'peer', 'name', 'out', 'netns', 'hub');
    machine.run('ip', '-n', 'hub', 'link', 'set', 'out', 'up');
  });

  afterAll(() => {
    machine.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  it('has users and folders when the package is installed, and nothing runs or will', () => {
    // Node may be here without being a package.
    machine.run('dpkg', '--no-triggers', '--force-depends', '-i', '/root/dicomtap.deb');
    expect(machine.run('id', '-nG', 'dicomtap')).toBe('dicomtap dicomtap-capture\n');
    expect(machine.run('id', '-nG', 'dicomtap-capture')).toBe('dicomtap-capture\n');
    expect(machine.run('stat', '-c', '%U:%G %a', '/run/dicomtap')).toBe('dicomtap-capture:dicomtap-capture 750\n');
    expect(machine.ask('systemctl', 'is-enabled', sensor)).toBe('disabled\n');
    expect(machine.ask('systemctl', 'is-enabled', capture)).toBe('disabled\n');
    expect(machine.ask('systemctl', 'is-active', sensor)).toBe('inactive\n');
    expect(machine.run('dicomtap', '--version')).toMatch(/^\d/);
  });

  it('has a silent interface by the files for networkd and sysctl', async () => {
    machine.run('cp', '/usr/share/doc/dicomtap/examples/10-mirror.network', '/etc/systemd/network/');
    machine.run('cp', '/usr/share/doc/dicomtap/examples/mirror.sysctl.conf', '/etc/sysctl.d/');
    // udev does it, which containers have not.
    machine.run('/lib/systemd/systemd-sysctl', '--prefix=/net/ipv6/conf/eth1');
    machine.run('systemctl', 'start', 'systemd-networkd.service');
    const flags = () => machine.run('ip', '-d', 'link', 'show', 'dev', 'eth1');
    await until(() => /NOARP.*\bUP\b/.test(flags()) && /promiscuity [1-9]/.test(flags()), 'the interface is up');
    expect(machine.run('journalctl', '-u', 'systemd-networkd', '-o', 'cat')).not.toMatch(/unknown|ignoring|failed/i);
    expect(machine.run('cat', '/proc/sys/net/ipv6/conf/eth1/disable_ipv6')).toBe('1\n');
    expect(machine.run('ip', '-o', 'address', 'show', 'dev', 'eth1')).toBe('');
  });

  it('runs both units, and systemd is told that they are ready', async () => {
    machine.write('/etc/dicomtap/dicomtap.yaml', 'interfaces: [eth1]\ncapture: { socket: /run/dicomtap/%i.sock }\n');
    machine.run('systemctl', 'enable', '--now', capture, sensor);
    expect(machine.show(sensor, 'ActiveState')).toBe('active');
    expect(machine.show(capture, 'ActiveState')).toBe('active');
    await until(() => machine.show(capture, 'StatusText') === 'Capturing eth1 by tcpdump', 'what captures says so');
    await until(() => machine.show(sensor, 'StatusText') === 'Listening on eth1', 'what listens says so');
  });

  it.each([
    [sensor, 'dicomtap', '0000000000000000'],
    // CAP_NET_RAW is bit 13.
    [capture, 'dicomtap-capture', '0000000000002000'],
  ])('%s has no right but those it needs', async (unit, user, capabilities) => {
    // What tells systemd how it goes is for an instant one process more.
    const count = unit === capture ? 2 : 1;
    let pids: string[] = [];
    await until(() => {
      pids = pidsOf(unit);
      return pids.length === count;
    }, `${unit} is of ${count} processes`);
    for (const pid of pids) {
      const status = machine.run('cat', `/proc/${pid}/status`);
      expect(status).toMatch(new RegExp(`^Uid:\\t${machine.run('id', '-u', user).trim()}\\b`, 'm'));
      for (const set of ['CapPrm', 'CapEff', 'CapBnd', 'CapAmb'])
        expect(status).toMatch(new RegExp(`^${set}:\\t${capabilities}$`, 'm'));
      expect(status).toMatch(/^NoNewPrivs:\t1$/m);
      expect(status).toMatch(/^Seccomp:\t2$/m);
      expect(machine.run('cat', `/proc/${pid}/limits`)).toMatch(/^Max core file size +0 +0 /m);
      expect(machine.run('grep', ' / / ', `/proc/${pid}/mountinfo`)).toMatch(/ \/ \/ ro\b/);
    }
  });

  it('reaches nobody but itself until it is allowed to', () => {
    machine.run('ip', 'link', 'add', 'lan', 'type', 'veth', 'peer', 'name', 'far', 'netns', 'hub');
    machine.run('ip', 'address', 'add', '192.0.2.1/24', 'dev', 'lan');
    machine.run('ip', 'link', 'set', 'lan', 'up');
    const send = (unit: string, address: string) => {
      const join = `echo $$ > /sys/fs/cgroup$(systemctl show --value -p ControlGroup ${unit})/cgroup.procs`;
      return machine.ask('bash', '-c', `${join}; echo x > /dev/udp/${address}/514 && echo sent`);
    };
    expect(send(sensor, '192.0.2.9')).toMatch(/not permitted/);
    expect(send(sensor, '127.0.0.1')).toBe('sent\n');
    expect(send(capture, '127.0.0.1')).toMatch(/not permitted/);
  });

  it('finds what crosses the mirror port, and sends nothing there', async () => {
    replay(captures[0]);
    await until(() => found() > 0, 'an association is in the store');
    expect(machine.run('stat', '-c', '%U %a', '/var/lib/dicomtap/dicomtap.db')).toBe('dicomtap 600\n');
    expect(machine.run('stat', '-c', '%U %a', '/var/lib/dicomtap')).toBe('dicomtap 700\n');
    expect(machine.run('cat', '/sys/class/net/eth1/statistics/tx_packets')).toBe('0\n');
  });

  it('reads the policy anew when it is reloaded, and keeps the old one if that is wrong', async () => {
    machine.write('/etc/dicomtap/policy.yaml', 'version: 1\nsite: A\n');
    const configuration = machine.run('cat', '/etc/dicomtap/dicomtap.yaml');
    machine.write('/etc/dicomtap/dicomtap.yaml', `${configuration}policy: /etc/dicomtap/policy.yaml\n`);
    machine.run('systemctl', 'reload', sensor);
    await until(() => machine.show(sensor, 'StatusText') === 'Reloaded', 'the policy is reloaded');
    machine.write('/etc/dicomtap/policy.yaml', 'version: 1\nsights: A\n');
    machine.run('systemctl', 'reload', sensor);
    await until(() => machine.show(sensor, 'StatusText').startsWith('Not reloaded: '), 'the policy is refused');
    machine.write('/etc/dicomtap/policy.yaml', 'version: 1\nsite: A\n');
  });

  it.each([
    [sensor, captures[1]],
    [capture, captures[2]],
  ])('has %s again within 5 s of its being killed, and hears', async (unit, traffic) => {
    const before = machine.show(unit, 'MainPID');
    const associations = found();
    machine.run('systemctl', 'kill', '--kill-who=main', '--signal=KILL', unit);
    await until(() => runsAnew(unit, before), unit);
    await until(() => {
      replay(traffic);
      return found() > associations;
    }, 'it hears again');
    // What systemd waits, and what the unit itself takes until it hears: who else uses the processor does not count.
    expect(machine.show(unit, 'RestartUSec')).toBe('1s');
    const seconds = Number(machine.show(unit, 'CPUUsageNSec')) / 1e9;
    expect(seconds).toBeGreaterThan(0);
    expect(1 + seconds).toBeLessThan(5);
  });

  it.each([sensor, capture])('ends %s when it is stuck: the watchdog was fed before', async (unit) => {
    // Quick only here, and not too quick: where others use the processor too, a sign of life may be late.
    machine.write(`/run/systemd/system/${unit}.d/quick.conf`, '[Service]\nWatchdogSec=10\n');
    machine.run('systemctl', 'daemon-reload');
    machine.run('systemctl', 'restart', unit);
    const stamp = () => Number(machine.show(unit, 'WatchdogTimestampMonotonic'));
    const first = stamp();
    await until(() => stamp() > first, 'it is fed');
    const before = machine.show(unit, 'MainPID');
    machine.run('systemctl', 'kill', '--kill-who=main', '--signal=STOP', unit);
    await until(() => runsAnew(unit, before), unit);
    await until(() => /Watchdog timeout/.test(journal(unit)), 'the journal has it');
    machine.run('rm', '-r', `/run/systemd/system/${unit}.d`);
    machine.run('systemctl', 'daemon-reload');
  });

  it('goes on after an upgrade, as it is configured: with dumpcap, which its units allow too', async () => {
    machine.write('/etc/dicomtap/capture-eth1.env', 'CAPTURE_OPTIONS=--engine dumpcap --buffer 64\n');
    const before = [sensor, capture].map((unit) => [unit, machine.show(unit, 'MainPID')] as const);
    machine.run('dpkg', '--no-triggers', '--force-depends', '-i', '/root/dicomtap.deb');
    await until(() => before.every(([unit, pid]) => runsAnew(unit, pid)), 'both run anew');
    await until(() => machine.show(capture, 'StatusText') === 'Capturing eth1 by dumpcap', 'what captures says so');
    const associations = found();
    await until(() => {
      replay(captures[3]);
      return found() > associations;
    }, 'it hears again');
  });

  it('stops as it should, and leaves one file that may be copied', async () => {
    machine.run('systemctl', 'stop', sensor, capture);
    expect(machine.show(sensor, 'Result')).toBe('success');
    expect(machine.show(capture, 'Result')).toBe('success');
    await until(() => /"msg":"stopped"/.test(journal(sensor)), 'the journal has its last word');
    expect(machine.run('ls', '/var/lib/dicomtap').trim().split('\n')).toEqual(['dicomtap.db', 'hash.key']);
    expect(machine.run('cat', '/sys/class/net/eth1/statistics/tx_packets')).toBe('0\n');
  });

  it('is rid of everything but the evidence and its key when the package is purged', () => {
    machine.run('systemctl', 'start', capture, sensor);
    machine.run('rm', '/etc/dicomtap/policy.yaml', '/etc/dicomtap/capture-eth1.env');
    const places = [
      '/etc/dicomtap',
      '/usr/share/doc/dicomtap',
      '/usr/share/dicomtap',
      '/usr/lib/dicomtap',
      '/var/lib/dicomtap',
      '/run/dicomtap',
      '/usr/bin/dicomtap',
    ];
    const folders = [
      '/lib/systemd',
      '/usr/lib/sysusers.d',
      '/usr/lib/tmpfiles.d',
      '/etc/systemd',
      '/usr/share/man/man1',
    ];
    expect(machine.run('dpkg', '--no-triggers', '--purge', 'dicomtap')).toMatch(/stay in \/var\/lib\/dicomtap/);
    const left = machine.ask('sh', '-c', `find ${[...places, ...folders].join(' ')} -path '*dicomtap*' 2> /dev/null`);
    expect(left.trim().split('\n').sort()).toEqual([
      '/var/lib/dicomtap',
      '/var/lib/dicomtap/dicomtap.db',
      '/var/lib/dicomtap/hash.key',
    ]);
    expect(machine.ask('pgrep', '-u', 'dicomtap,dicomtap-capture')).toBe('');
  });

  /** One question, for between two the unit may change. */
  function runsAnew(unit: string, before: string): boolean {
    const said = machine.run('systemctl', 'show', '--property', 'ActiveState,MainPID', unit);
    return said.includes('ActiveState=active\n') && !new RegExp(`^MainPID=(0|${before})$`, 'm').test(said);
  }

  /** Of the unit's processes, but for those that end at once: what speaks to systemd. */
  function pidsOf(unit: string): string[] {
    const group = machine.show(unit, 'ControlGroup');
    const pids = machine.run('cat', `/sys/fs/cgroup${group}/cgroup.procs`).trim().split('\n');
    return pids.filter((pid) => !/systemd-notify|No such/.test(machine.ask('cat', `/proc/${pid}/comm`)));
  }

  function journal(unit: string): string {
    return machine.run('journalctl', '-u', unit, '-o', 'cat');
  }

  function replay(name: string): void {
    machine.run('ip', 'netns', 'exec', 'hub', 'tcpreplay', '-q', '-t', '-i', 'out', `/root/${name}`);
  }

  /** Associations in the store, asked for by another user than root, as the sensor's own. */
  function found(): number {
    const asked = [
      '--reuid',
      'dicomtap',
      '--regid',
      'dicomtap',
      '--clear-groups',
      'dicomtap',
      'associations',
      '--json',
    ];
    const lines = machine.ask('setpriv', ...asked, '--db', '/var/lib/dicomtap/dicomtap.db');
    return lines.split('\n').filter((line) => line.startsWith('{')).length;
  }
}
