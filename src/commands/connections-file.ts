import { closeSync, openSync, writeSync } from 'node:fs';
import { rfc3339 } from '../bytes/rfc3339.ts';
import { reasonOf } from '../capture/files.ts';
import { OperatorError } from '../model/errors.ts';
import type { ConnectionRecord } from '../model/records.ts';

const bufferCharacters = 1 << 16;

/**
 * `--connections FILE`, or `-` for standard output: one JSON line per TCP connection, in the order in which they ended.
 */
export class ConnectionsFile {
  private readonly path: string;
  private readonly stdout: (text: string) => void;
  /** Null: standard output. */
  private readonly file: number | null;
  private text = '';

  /** Throws `output-unwritable`. */
  constructor(path: string, stdout: (text: string) => void) {
    this.path = path;
    this.stdout = stdout;
    try {
      this.file = path === '-' ? null : openSync(path, 'w', 0o600);
    } catch (error) {
      throw unwritable(path, error);
    }
  }

  write(record: ConnectionRecord): void {
    this.text += `${connectionLine(record)}\n`;
    if (this.text.length >= bufferCharacters) this.flush();
  }

  close(): void {
    this.flush();
    if (this.file !== null) closeSync(this.file);
  }

  private flush(): void {
    const { file } = this;
    try {
      const bytes = Buffer.from(this.text);
      if (file === null) this.stdout(this.text);
      else for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    } catch (error) {
      throw unwritable(this.path, error);
    }
    this.text = '';
  }
}

/** Null is written, never left out. */
export function connectionLine(record: ConnectionRecord): string {
  return JSON.stringify({
    id: record.id,
    communityId: record.communityId,
    client: { address: record.clientAddress, port: record.clientPort },
    server: { address: record.serverAddress, port: record.serverPort },
    vlan: record.vlan,
    tunnel: record.tunnel,
    start: rfc3339(record.start),
    end: rfc3339(record.end),
    clientBytes: record.clientBytes,
    serverBytes: record.serverBytes,
    clientMissed: record.clientMissed,
    serverMissed: record.serverMissed,
    began: record.began,
    ended: record.ended,
    protocol: record.protocol,
    why: record.why,
  });
}

function unwritable(path: string, error: unknown): OperatorError {
  return new OperatorError(
    'output-unwritable',
    `cannot write ${path}: ${reasonOf(error)}`,
    'Name a file in a folder this user may write, with --connections.',
    error,
  );
}
