import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './live.ts';

/** Whether this machine lets us start systemd in namespaces of its own, over a copy of its files. */
export const machinesFound =
  process.getuid?.() === 0 &&
  spawnSync('sh', ['-c', 'command -v unshare nsenter setpriv ip tcpdump && test -x /lib/systemd/systemd']).status ===
    0 &&
  spawnSync('unshare', ['--mount', '--pid', '--net', '--uts', '--ipc', '--cgroup', '--fork', 'sh', '-c', mountable()])
    .status === 0;

/**
 * A machine started by systemd as its first process, as a container is: namespaces of its own, and the files of this
 * machine with what is changed kept in memory and lost at the end. Only what `sysinit.target` wants runs in it.
 */
export class Machine {
  private readonly folder = mkdtempSync(join(tmpdir(), 'dicomtap-machine-'));
  private readonly group = `dicomtap-${process.pid}`;
  private readonly process: ChildProcess;
  private output = '';
  /** Of its systemd, as this machine counts. */
  private pid = 0;

  constructor() {
    const words = ['--mount', '--propagation', 'private', 'bash', '-euc', outside, 'bash', this.folder, this.group];
    this.process = spawn('unshare', [...words, inside], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NODE: process.execPath },
    });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream?.on('data', (data: Buffer) => {
        this.output += data.toString();
      });
    }
  }

  async started(): Promise<void> {
    await until(() => this.findFirst(), 'systemd runs');
    await until(() => /running|degraded/.test(this.ask('systemctl', 'is-system-running')), 'the machine runs');
  }

  /** Runs a program in the machine. Throws with what it said. */
  run(program: string, ...words: readonly string[]): string {
    const { status, stdout, stderr } = this.enter(program, words);
    if (status !== 0) throw new Error(`${program} ${words.join(' ')}: ${status}\n${stdout}${stderr}`);
    return stdout;
  }

  /** The same, of which it does not matter how it ends. */
  ask(program: string, ...words: readonly string[]): string {
    const { stdout, stderr } = this.enter(program, words);
    return stdout + stderr;
  }

  /** A file of this machine, put into that one. */
  put(from: string, to: string): void {
    execFileSync('nsenter', ['-t', String(this.pid), '-m', 'sh', '-c', `cat > '${to}'`], { input: readFileSync(from) });
  }

  write(to: string, text: string): void {
    execFileSync(
      'nsenter',
      ['-t', String(this.pid), '-m', 'sh', '-c', `mkdir -p "$(dirname '${to}')"; cat > '${to}'`],
      {
        input: text,
      },
    );
  }

  /** One property of a unit. */
  show(unit: string, property: string): string {
    return this.run('systemctl', 'show', '--value', '--property', property, unit).trim();
  }

  get log(): string {
    return `${this.output}\n${this.ask('journalctl', '--no-pager', '-o', 'cat', '-n', '60')}`;
  }

  remove(): void {
    if (this.pid !== 0) spawnSync('kill', ['-9', String(this.pid)]);
    this.process.kill('SIGKILL');
    spawnSync('unshare', [
      '--mount',
      '--propagation',
      'private',
      'bash',
      '-c',
      removeGroup,
      'bash',
      this.folder,
      this.group,
    ]);
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** In a session of its own: what is done to its process group is not done to ours. */
  private enter(program: string, words: readonly string[]) {
    const all = ['--wait', 'nsenter', '-t', String(this.pid), '-a', program, ...words];
    return spawnSync('setsid', all, { encoding: 'utf8', timeout: 120_000 });
  }

  /** The first process of the machine is the only child of the process that made its namespaces. */
  private findFirst(): boolean {
    if (this.process.exitCode !== null) throw new Error(`the machine did not start:\n${this.output}`);
    const { pid } = this.process;
    const [child] = spawnSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' }).stdout.split('\n');
    // What is found first may be a program of the script, which ends at once.
    if (child === undefined || child === '' || !/^systemd$/m.test(nameOf(child))) return false;
    this.pid = Number(child);
    return true;
  }
}

/** In a mount namespace: a control group of the machine's own, then all other namespaces. */
const outside = `
folder=$1 group=$2
mkdir $folder/groups $folder/machine
mount -t cgroup2 cgroup2 $folder/groups
mkdir -p $folder/groups/$group
echo $$ > $folder/groups/$group/cgroup.procs
exec unshare --mount --pid --net --uts --ipc --cgroup --fork --kill-child bash -euc "$3" bash $folder/machine`;

/** The files of the machine; then systemd, without the rights to change what it shares with this machine. */
const inside = `
mount -t tmpfs tmpfs $1
cd $1
mkdir upper work root
mount -t overlay overlay -o lowerdir=/,upperdir=$1/upper,workdir=$1/work root
cd root
mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs -o mode=755 tmpfs run
mount -t tmpfs -o mode=1777 tmpfs tmp
mount -t tmpfs -o mode=755 tmpfs dev
for name in null zero full random urandom tty; do touch dev/$name; mount --bind /dev/$name dev/$name; done
mkdir -p dev/shm dev/pts
mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
ln -s pts/ptmx dev/ptmx
for unit in systemd-sysctl systemd-modules-load systemd-binfmt systemd-udevd systemd-udev-trigger systemd-remount-fs \\
  systemd-hwdb-update systemd-timesyncd systemd-random-seed systemd-pstore; do
  ln -sf /dev/null etc/systemd/system/$unit.service
done
rm -rf etc/dicomtap var/lib/dicomtap
printf '[Unit]\\nDescription=a machine under test\\nRequires=dbus.socket\\n' > etc/systemd/system/under-test.target
pivot_root . mnt
umount -l mnt
[ -e /usr/bin/node ] || ln -s "$NODE" /usr/bin/node
exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin container=dicomtap TERM=dumb setpriv \\
  --bounding-set -sys_time,-sys_module,-sys_boot,-sys_rawio,-syslog \\
  /lib/systemd/systemd --unit=under-test.target --log-target=journal-or-kmsg --show-status=0 < /dev/null`;

/** Of the machine's groups, the deepest first. What was in them has ended, or is about to. */
const removeGroup = `
mkdir -p $1/groups; mount -t cgroup2 cgroup2 $1/groups
for i in 1 2 3 4 5 6 7 8 9 10; do
  find $1/groups/$2 -depth -type d -exec rmdir {} + 2> /dev/null
  [ -d $1/groups/$2 ] || break
  sleep 0.2
done
umount $1/groups`;

/** Of a process; nothing when it is gone. */
function nameOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8');
  } catch {
    return '';
  }
}

function mountable(): string {
  return 'd=$(mktemp -d) && mount -t tmpfs tmpfs $d && mkdir $d/u $d/w $d/r && mount -t overlay overlay -o lowerdir=/,upperdir=$d/u,workdir=$d/w $d/r';
}
