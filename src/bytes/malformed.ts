/**
 * Bad bytes on the wire: what field, where, and why. Thrown by readers, caught once per analyzer, where it
 * becomes a fact. Not an Error: no stack is taken, for hostile traffic can make many.
 */
export class Malformed {
  readonly field: string;
  readonly offset: number;
  readonly reason: string;

  constructor(field: string, offset: number, reason: string) {
    this.field = field;
    this.offset = offset;
    this.reason = reason;
  }
}
