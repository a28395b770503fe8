/**
 * What became of the captured bytes of one direction of a stream: each is in exactly one of these. Added to per PDU,
 * per value and per piece, never per byte.
 */
export class Account {
  /** Headers of PDUs, of presentation data values, of TLS records with handshake messages. */
  headers = 0;
  /** Held until whole and read: bodies of PDUs, command sets, handshake messages. */
  kept = 0;
  /** Of data sets: element headers, and values that were looked at. */
  scanned = 0;
  /** Passed over without being looked at, their length known: values in data sets, what TLS encrypts. */
  skipped = 0;
  /** Nobody knew what they were: a PDU was looked for, or a hole was in what they belong to. */
  lostStep = 0;
  /** Of PDUs, values, command sets and records that break their format. */
  malformed = 0;
  /** After so much malformed that no more was parsed. */
  givenUp = 0;
  /** Of data sets whose beginning was not seen. */
  notBegun = 0;
  /** Of data sets after their scan ended early: by a hole, a malformed element, a bound, an unknown syntax. */
  notScanned = 0;

  /** Adds what another counted. */
  add(other: Account): void {
    this.headers += other.headers;
    this.kept += other.kept;
    this.scanned += other.scanned;
    this.skipped += other.skipped;
    this.lostStep += other.lostStep;
    this.malformed += other.malformed;
    this.givenUp += other.givenUp;
    this.notBegun += other.notBegun;
    this.notScanned += other.notScanned;
  }

  /** All of these together: the bytes that an analyzer was given. */
  get total(): number {
    return this.headers + this.kept + this.scanned + this.skipped + this.notParsed + this.notScanned;
  }

  /** Bytes that were there and were not understood. */
  get notParsed(): number {
    return this.lostStep + this.malformed + this.givenUp + this.notBegun;
  }
}
