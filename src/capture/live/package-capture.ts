/** What we use of the package `cap`. */
export interface CapModule {
  readonly Cap: new () => CapCapture;
}

interface CapCapture {
  /** The name of the link type. It fills `buffer` for each packet, and tells of it. */
  open(device: string, filter: string, ringBytes: number, buffer: Buffer): string;
  on(event: 'packet', listener: (bytes: number, truncated: boolean) => void): void;
}

/** LINKTYPE_ numbers for the package's names. */
const linkTypes: Readonly<Record<string, number>> = {
  NULL: 0,
  ETHERNET: 1,
  RAW: 101,
  LINKTYPE_LINUX_SLL: 113,
};

/** The package asks libpcap for no more. */
const packetBytesMax = 65_535;
const recordHeaderBytes = 16;
const piecesBytes = 1 << 18;

/**
 * Captures by the package `cap` and writes it as pcap. The package has no time stamps: a packet has the time at which
 * it was read. How long a packet was that it cut is not known either.
 */
export class PackageCapture {
  private readonly write: (bytes: Buffer) => void;
  private readonly capture: CapCapture;
  /** Held here for as long as the process lives: the package writes into it, and does not hold it itself. */
  private readonly packet = Buffer.alloc(packetBytesMax);
  private snapLength = packetBytesMax;
  private pieces: Buffer = Buffer.alloc(piecesBytes);
  private piecesEnd = 0;

  constructor({ Cap }: CapModule, write: (bytes: Buffer) => void) {
    this.write = write;
    this.capture = new Cap();
  }

  /**
   * Begins; what comes is written from then on. Throws what the package throws, and for a link type it has no name for.
   */
  open(name: string, snapLength: number, bufferMiB: number, filter: string): void {
    this.snapLength = Math.min(snapLength, packetBytesMax);
    this.capture.on('packet', (bytes) => this.take(bytes));
    const linkType = linkTypes[this.capture.open(name, filter, bufferMiB * 1_048_576, this.packet)];
    if (linkType === undefined) throw new Error('the link type is not one that the package knows');
    this.write(this.header(linkType));
  }

  /** Writes what was gathered. */
  flush(): void {
    if (this.piecesEnd === 0) return;
    this.write(this.pieces.subarray(0, this.piecesEnd));
    this.pieces = Buffer.alloc(piecesBytes);
    this.piecesEnd = 0;
  }

  private take(bytes: number): void {
    const captured = Math.min(bytes, this.snapLength);
    if (this.piecesEnd === 0) setImmediate(() => this.flush());
    else if (piecesBytes - this.piecesEnd < recordHeaderBytes + captured) this.flush();
    const { pieces, piecesEnd: at } = this;
    const micros = Math.floor((performance.timeOrigin + performance.now()) * 1000);
    pieces.writeUInt32LE(Math.floor(micros / 1e6), at);
    pieces.writeUInt32LE(micros % 1e6, at + 4);
    pieces.writeUInt32LE(captured, at + 8);
    pieces.writeUInt32LE(bytes, at + 12);
    this.packet.copy(pieces, at + recordHeaderBytes, 0, captured);
    this.piecesEnd = at + recordHeaderBytes + captured;
  }

  /** File header: see PcapReader. */
  private header(linkType: number): Buffer {
    const header = Buffer.alloc(24);
    header.writeUInt32LE(0xa1b2c3d4, 0);
    header.writeUInt16LE(2, 4);
    header.writeUInt16LE(4, 6);
    header.writeUInt32LE(this.snapLength, 16);
    header.writeUInt32LE(linkType, 20);
    return header;
  }
}
