import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

export type RsyslogInput = 'imudp' | 'imtcp' | 'imptcp' | 'imrelp' | 'gtls' | 'ossl' | 'imuxsock';

export interface RsyslogOptions {
  readonly folder: string;
  readonly input: RsyslogInput;
  readonly port: number;
  /** Files of a certificate, for TLS. */
  readonly tls?: { readonly ca: string; readonly cert: string; readonly key: string };
  /** Whether clients must show a certificate of that authority. */
  readonly clients?: boolean;
  /** What the driver's library is told of TLS versions (`gnutlsPriorityString`). */
  readonly priority?: string;
  /** Lines before the file is written to: what the queue holds. */
  readonly ruleset?: string;
}

/**
 * A collector of ours: rsyslog in the foreground, on a port of loopback, writing each message as it came into a file
 * before it takes the next. It runs as long as the test lets it.
 */
export class Rsyslog {
  readonly file: string;
  readonly #options: RsyslogOptions;
  readonly #config: string;
  readonly #pid: string;
  #process: ChildProcess | null = null;

  constructor(options: RsyslogOptions) {
    this.#options = options;
    mkdirSync(options.folder, { recursive: true });
    this.file = join(options.folder, 'received');
    this.#config = join(options.folder, 'rsyslog.conf');
    this.#pid = join(options.folder, 'pid');
    writeFileSync(this.#config, configuration(options, this.file));
  }

  /** Path of the socket of `imuxsock`. */
  get socket(): string {
    return join(this.#options.folder, 'log');
  }

  async start(): Promise<void> {
    const { port, input } = this.#options;
    const { RSYSLOG_DEBUG: _, ...env } = process.env;
    // One that was killed left its number there, which by now may be another process's.
    rmSync(this.#pid, { force: true });
    const running = spawn('rsyslogd', ['-n', '-C', '-f', this.#config, '-i', this.#pid], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env,
    });
    this.#process = running;
    let said = '';
    running.stderr!.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    const ready = () => (input === 'imuxsock' ? existsSync(this.socket) : listens(port, input === 'imudp'));
    for (let tries = 0; !ready(); tries++) {
      if (running.exitCode !== null || tries > 12_000) throw new Error(`rsyslogd does not listen: ${said}`);
      await pause(10);
    }
  }

  /** Ends at once, whatever it has in memory. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Ends in its own time. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  /** Stopped in place: it holds its sockets and does nothing. */
  freeze(): void {
    this.#process?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#process?.kill('SIGCONT');
  }

  received(): string[] {
    if (!existsSync(this.file)) return [];
    const text = readFileSync(this.file, 'utf8');
    // A line that was cut by a kill is none.
    return text
      .slice(0, text.lastIndexOf('\n') + 1)
      .split('\n')
      .slice(0, -1);
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const running = this.#process;
    this.#process = null;
    if (running === null || running.exitCode !== null) return;
    const exited = once(running, 'exit');
    running.kill(signal);
    await exited;
  }
}

/**
 * A port of loopback that nobody uses, nor will before a collector does: below those that the kernel gives to
 * connections and to who asks for port 0, and another one each time, begun elsewhere than in the processes of other
 * tests.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    nextPort = nextPort < PORTS.last ? nextPort + 1 : PORTS.first;
    const port = nextPort;
    const server = createServer().listen(port, '127.0.0.1');
    try {
      await once(server, 'listening');
    } catch {
      continue;
    }
    server.close();
    await once(server, 'close');
    return port;
  }
}

const PORTS = { first: 12_000, last: 31_999 } as const;
let nextPort = PORTS.first + ((process.pid * 97) % (PORTS.last - PORTS.first));

/** Asked of the kernel: a connection would be one more for the collector. */
function listens(port: number, datagram: boolean): boolean {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0');
  const state = datagram ? '07' : '0A';
  return readFileSync(datagram ? '/proc/net/udp' : '/proc/net/tcp', 'utf8')
    .split('\n')
    .some((line) => new RegExp(`:${wanted} [0-9A-F:]+ ${state} `).test(line));
}

function configuration(options: RsyslogOptions, file: string): string {
  const { folder, input, port, tls, clients, priority, ruleset } = options;
  const secure = input === 'gtls' || input === 'ossl';
  const drivers = secure
    ? `DefaultNetstreamDriver="${input}" DefaultNetstreamDriverCAFile="${tls!.ca}"
       DefaultNetstreamDriverCertFile="${tls!.cert}" DefaultNetstreamDriverKeyFile="${tls!.key}"`
    : '';
  const module = secure ? 'imtcp' : input;
  const auth = clients === true ? 'x509/certvalid' : 'anon';
  const versions = priority === undefined ? '' : ` gnutlsPriorityString="${priority}"`;
  const parameters = secure
    ? `StreamDriver.Name="${input}" StreamDriver.Mode="1" StreamDriver.AuthMode="${auth}"${versions}`
    : input === 'imuxsock'
      ? 'SysSock.Use="off"'
      : '';
  const relp =
    input === 'imrelp' && tls !== undefined
      ? ` tls="on" tls.caCert="${tls.ca}" tls.myCert="${tls.cert}" tls.myPrivKey="${tls.key}"${clients === true ? ' tls.authMode="certvalid"' : ''}`
      : '';
  const at =
    input === 'imuxsock'
      ? `Socket="${join(folder, 'log')}" RateLimit.Interval="0"`
      : `port="${port}" address="127.0.0.1"`;
  return `
global(workDirectory="${folder}" maxMessageSize="64k" ${drivers})
main_queue(queue.type="Direct")
template(name="raw" type="string" string="%rawmsg%\\n")
ruleset(name="keep" queue.type="Direct") {
  ${ruleset ?? ''}
  action(type="omfile" file="${file}" template="raw" asyncWriting="off" flushOnTXEnd="on")
}
module(load="${module}" ${parameters})
input(type="${module}" ${at} ruleset="keep"${relp})
`;
}
