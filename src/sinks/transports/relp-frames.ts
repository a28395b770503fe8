/** A frame of RELP: `rsp` has a status such as `200 OK` in its data. */
export interface RelpFrame {
  readonly transaction: number;
  readonly command: string;
  readonly data: Buffer;
}

/**
 * Frame of RELP, version 0:
 *   1 to 9 digits  transaction, 0 from a server that closes
 *   SP
 *   1 to 32 letters  command: open, close, syslog, rsp, serverclose
 *   SP
 *   1 to 9 digits  bytes of the data; where 0, LF follows at once
 *   SP, data
 *   LF
 */
export function relpFrame(transaction: number, command: string, data: string): Buffer {
  const bytes = Buffer.from(data, 'utf8');
  const head = Buffer.from(`${transaction} ${command} ${bytes.length}${bytes.length === 0 ? '' : ' '}`, 'latin1');
  return Buffer.concat([head, bytes, LF]);
}

/**
 * Takes the frames out of what a server sends, however it is cut. Throws when that is no RELP, or a frame is too large.
 */
export class RelpReader {
  readonly #found: (frame: RelpFrame) => void;
  #rest: Buffer = Buffer.alloc(0);

  constructor(found: (frame: RelpFrame) => void) {
    this.#found = found;
  }

  take(bytes: Buffer): void {
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    for (let length = this.#next(); length > 0; length = this.#next()) this.#rest = this.#rest.subarray(length);
    if (this.#rest.length > FRAME_BYTES_MAX) throw new Error('a frame of RELP is too large');
  }

  /** Bytes of the frame at the beginning; 0 when it is not whole yet. */
  #next(): number {
    const head = this.#rest.toString('latin1', 0, HEAD_BYTES_MAX);
    const match = HEAD.exec(head);
    if (match === null) {
      if (head.length === HEAD_BYTES_MAX || /^[^\d]/.test(head)) throw new Error('no frame of RELP');
      return 0;
    }
    const [all, transaction, command, size, end] = match;
    const length = Number(size);
    if (length > FRAME_BYTES_MAX) throw new Error('a frame of RELP is too large');
    const whole = end === '\n' ? all.length : all.length + length + 1;
    if (this.#rest.length < whole) return 0;
    if (this.#rest[whole - 1] !== 0x0a) throw new Error('a frame of RELP has no end');
    const from = all.length;
    this.#found({
      transaction: Number(transaction),
      command,
      data: this.#rest.subarray(from, end === '\n' ? from : from + length),
    });
    return whole;
  }
}

const HEAD = /^(\d{1,9}) ([A-Za-z]{1,32}) (\d{1,9})([ \n])/;
const HEAD_BYTES_MAX = 60;
const FRAME_BYTES_MAX = 128 * 1024;
const LF = Buffer.from('\n');
