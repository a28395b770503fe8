/**
 * Every bound of the sensor: its unit in its name, the reason beside it. Passed down as one object, so that a
 * test (or an operator of a small machine) can lower each.
 */
export const limits = {
  /** One read of a capture file: past 1 MiB the system call's share no longer falls. */
  readBytes: 1 << 20,
  /** Largest captured length accepted: Wireshark's and tcpdump's own bound. */
  packetBytesMax: 262_144,
  /** VLAN tags and tunnel headers around one packet; real stacks have three or four. */
  encapsulationsMax: 8,

  /** IP datagrams being put together, and bytes held for them. */
  fragmentDatagramsMax: 4096,
  fragmentBytesMax: 16 << 20,
  /** RFC 791 asks for 15 s to 2 min; Linux keeps 30 s. */
  fragmentMsMax: 30_000,

  /** Connections tracked at once; the idlest goes first beyond. */
  connectionsMax: 1_500_000,
  /** A SYN without an answer. */
  halfOpenMsMax: 60_000,
  /** No packet on a connection of no known protocol. */
  unknownIdleMsMax: 300_000,
  /** No packet on a DICOM or TLS connection: archives keep associations open for an hour between studies. */
  identifiedIdleMsMax: 2 * 3_600_000,
  /** After both sides closed: late copies and acknowledgements still belong to it. */
  closedMsMax: 30_000,

  /** Sequence distance from the expected one within which a packet belongs to a connection. */
  windowBytesMax: 64 << 20,
  /** How far beyond the last byte seen a reset is believed: receive windows are rarely larger. */
  resetBytesMax: 1 << 20,
  /**
   * Connections of equal ends at once, as on several VLANs: more come of numbers made up, and finding one is linear in
   * them.
   */
  sameKeyConnectionsMax: 16,
  /** Out-of-order bytes of one direction, held or not, and memory that holds those of all. */
  reorderBytesMax: 16 << 20,
  reorderTotalBytesMax: 64 << 20,
  /** Pieces held for one direction: bounds the work of a flood of one-byte segments. */
  reorderPiecesMax: 16_384,
  /** A hole that the receiver has acknowledged is given up after this many further packets, or this much time. */
  holePacketsMax: 128,
  holeMsMax: 1_000,
  /** A hole nobody acknowledged (one direction captured): a sender's retransmission comes within three seconds. */
  holeSilentMsMax: 3_000,

  /** First bytes of each direction whose checksums are verified: two packets tell a host that fills them in. */
  checksumBytesMax: 1024,
  /** First bytes of each direction of whose payloads a mark is kept, to tell those that come again with other bytes. */
  markedBytesMax: 65_536,

  /** First bytes of a direction kept until its protocol is known. */
  identifyBytesMax: 16_384,
  /** The same for a connection joined in the middle: two P-DATA headers must fit. */
  identifyMidStreamBytesMax: 262_144,
  /** The same for all connections together; beyond it, those joined in the middle are no longer looked at. */
  identifyTotalBytesMax: 64 << 20,

  /** A-ASSOCIATE PDU: 128 contexts of 30 transfer syntaxes and 64 KiB of user information are below. */
  associatePduBytesMax: 1 << 20,
  /** Presentation contexts read from one request; ids are odd bytes, so 128 exist. */
  contextsMax: 256,
  transferSyntaxesPerContextMax: 256,
  /** Sub-items of user information read from one PDU. */
  userItemsMax: 1024,
  /** A command set: the largest is below 1 KiB but for long error comments. */
  commandSetBytesMax: 65_536,
  /** Requests without a final response kept per association (asynchronous operations window). */
  outstandingOperationsMax: 1024,
  /** Malformed facts after which a connection is no longer parsed. */
  malformedMax: 32,
  /**
   * Bytes kept while looking for the next plausible PDU after a hole; one that needs more than seven eighths of them is
   * passed over.
   */
  resyncBytesMax: 262_144,
  /**
   * PDUs and handshakes being put together and bytes kept after holes, of all connections. Beyond, those at hand are
   * given up.
   */
  pduTotalBytesMax: 64 << 20,

  /** Value bytes the scanner holds; longer values are looked at by their head. */
  valueBytesMax: 4096,
  /** Sequence nesting followed; deeper ones are skipped. */
  sequenceDepthMax: 64,
  /** Elements read from one data set, against floods of empty ones. */
  elementsMax: 1_000_000,
  /** Output of a deflated data set, against bombs: the scan ends there. */
  inflatedBytesMax: 64 << 20,

  /** Distinct patients, studies or attributes counted exactly. */
  distinctMax: 10_000,
  /** Distinct values kept per attribute with `--reveal`. */
  revealedValuesMax: 100,
  revealedCharactersMax: 256,

  /**
   * Connections being read as a protocol of ours: each costs up to 16 KB. Beyond, the idlest are given up, TLS before
   * DICOM.
   */
  identifiedConnectionsMax: 8192,

  /** TLS handshake bytes held per direction. */
  handshakeBytesMax: 65_536,

  /** Changes after which the engine hands on what changed: soon, so that it is still young garbage then. */
  changesPerBatch: 1000,
  /** Records that make a transaction. */
  recordsPerCommit: 20_000,
  /** An open association's record is written again after this much packet time. */
  refreshMs: 60_000,
  /** A larger jump of time, forward or back, waits for this many packets to agree. */
  clockJumpMs: 600_000,
  clockJumpPackets: 16,
  /** An exact copy of a frame within this time is a duplicate. */
  duplicateMsMax: 50,
} as const;

export type Limits = { readonly [K in keyof typeof limits]: number };
