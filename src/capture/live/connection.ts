import type { InputSource } from '../input-source.ts';
import { SocketSource } from './socket-source.ts';

/** A capture process at the other end of a socket. */
export interface Connection {
  readonly source: InputSource;
  /** Asks for what was received until now, and for the end of the stream after that. */
  readonly end: () => void;
  /** Why it ended, in words, once the stream has. */
  readonly why: () => string;
  /** Whether that is known for good; absent where it is at once. */
  readonly known?: () => boolean;
  /** Drops it at once. */
  readonly close: () => void;
}

/** A capture process that can be connected to. */
export interface CaptureProcess {
  /** A new connection; never throws: what fails shows on its stream. */
  readonly dial: () => Connection;
  /** We are done with it. One of our own ends then. */
  readonly release: () => void;
}

/** The capture process of another unit, which listens at a path. */
export function captureAt(path: string): CaptureProcess {
  return { dial: () => dialSocket(path), release: () => {} };
}

export function dialSocket(path: string): Connection {
  const source = new SocketSource(path);
  const why = (): string => {
    const { code } = source;
    if (code === null) return 'the capture process closed its socket';
    return socketReasons[code] ?? `the socket failed: ${code}`;
  };
  return { source, end: () => source.end(), why, close: () => source.close() };
}

const socketReasons: Readonly<Record<string, string>> = {
  ENOENT: 'the capture process has not made its socket',
  ECONNREFUSED: 'no capture process listens at the socket',
  EACCES: 'this user may not open the socket of the capture process',
};
