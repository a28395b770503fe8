import { pduHeaderBytes } from './pdu.ts';

/** A header of six bytes, a PDU's or a value's, that comes in pieces. Its memory is made when one does. */
export class StraddlingHeader {
  bytes: Uint8Array = none;
  length = 0;

  /** Takes as much of it as there is; answers where that ended. */
  take(bytes: Uint8Array, at: number, end: number): number {
    if (this.bytes === none) this.bytes = new Uint8Array(pduHeaderBytes);
    const taken = Math.min(pduHeaderBytes - this.length, end - at);
    for (let i = 0; i < taken; i++) this.bytes[this.length + i] = bytes[at + i];
    this.length += taken;
    return at + taken;
  }
}

const none = new Uint8Array(0);
