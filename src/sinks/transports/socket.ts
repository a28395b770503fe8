import { connect as connectTcp, type Socket } from 'node:net';
import { type ConnectionOptions, checkServerIdentity, connect as connectTls, type PeerCertificate } from 'node:tls';
import { secretFile } from '../secret-file.ts';
import type { TlsSettings } from '../settings.ts';
import { SinkTrouble } from '../trouble.ts';

/** Where to connect to, with TLS or without. */
export interface Target {
  /** As configured. */
  readonly text: string;
  readonly host: string;
  readonly port: number;
  readonly tls: TlsSettings | null;
}

/**
 * A socket that is connected, its TLS handshake done and the server verified; and the TCP one below it, or the same.
 */
export interface OpenSocket {
  readonly socket: Socket;
  readonly tcp: Socket;
}

/** Rejects when there is no connection within `connectMs`. */
export async function openSocket(target: Target, connectMs: number): Promise<OpenSocket> {
  const { host, port, tls } = target;
  const options = tls === null ? null : await tlsOptions(target, tls);
  const tcp = connectTcp({ host, port, allowHalfOpen: options === null });
  let socket: Socket = tcp;
  try {
    await connected(tcp, 'connect', target, connectMs);
    if (options !== null) {
      socket = connectTls({ socket: tcp, ...options });
      await connected(socket, 'secureConnect', target, connectMs);
      verify(socket as ReturnType<typeof connectTls>, target.text, tls?.fingerprint ?? null);
    }
  } catch (error) {
    // The one of TLS first: it writes to the other in its end, and Node 20 dies of that where the other is gone.
    for (const each of [socket, tcp]) each.on('error', () => {});
    for (const each of [socket, tcp]) each.destroy();
    throw error;
  }
  // The one of TLS tells of it too.
  if (socket !== tcp) tcp.on('error', () => {});
  tcp.setNoDelay(true);
  tcp.setKeepAlive(true, KEEP_ALIVE_MS);
  return { socket, tcp };
}

async function connected(socket: Socket, event: string, { text }: Target, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let fail = (_: Error): void => {};
  const closed = (): void => fail(new SinkTrouble(`${text}: the connection was closed before it stood`));
  try {
    await new Promise<void>((resolve, reject) => {
      fail = reject;
      socket.once(event, resolve);
      socket.on('error', fail);
      socket.on('close', closed);
      timer = setTimeout(() => fail(new SinkTrouble(`${text}: no connection in time`)), ms);
    });
  } finally {
    clearTimeout(timer);
    socket.off('error', fail);
    socket.off('close', closed);
  }
}

/** RFC 5425: the server is verified by an authority, or by the fingerprint of its certificate, or both. */
async function tlsOptions(target: Target, settings: TlsSettings): Promise<ConnectionOptions> {
  const { ca, cert, key, serverName, fingerprint, minimumVersion } = settings;
  const name = serverName ?? target.host;
  const file = async (path: string | null) => (path === null ? undefined : await secretFile(path));
  const [authority, certificate, secret] = await Promise.all([file(ca), file(cert), file(key)]);
  return {
    minVersion: minimumVersion,
    rejectUnauthorized: fingerprint === null || ca !== null,
    // SNI has no addresses (RFC 6066 section 3).
    ...(isAddress(name) ? {} : { servername: name }),
    checkServerIdentity: (_, presented) => checkServerIdentity(name, presented),
    ...(authority === undefined ? {} : { ca: authority }),
    ...(certificate === undefined ? {} : { cert: certificate }),
    ...(secret === undefined ? {} : { key: secret }),
  };
}

/** A pinned certificate is compared here: without an authority nothing else verified it. */
function verify(socket: ReturnType<typeof connectTls>, text: string, wanted: string | null): void {
  if (wanted === null) return;
  const { fingerprint256 } = socket.getPeerCertificate() as Partial<PeerCertificate>;
  if (fingerprint256?.replaceAll(':', '').toLowerCase() === wanted) return;
  throw new SinkTrouble(`${text}: the certificate of the server is not the one whose fingerprint is given`);
}

function isAddress(name: string): boolean {
  return name.includes(':') || /^[\d.]+$/.test(name);
}

const KEEP_ALIVE_MS = 30_000;
