/** A capture cut in two at a packet border: the first `packets` packets, and the rest. Each half is a whole file. */
export function splitCapture(capture: Uint8Array, packets: number): readonly [Uint8Array, Uint8Array] {
  return [
    withPackets(capture, (records) => records.slice(0, packets)),
    withPackets(capture, (records) => records.slice(packets)),
  ];
}

/** The same file with other packets: `change` is given them as they are stored, each with its header. */
export function withPackets(
  capture: Uint8Array,
  change: (records: readonly Uint8Array[]) => readonly Uint8Array[],
): Uint8Array {
  const { head, records } = partsOf(capture);
  return Buffer.concat([head, ...change(records)]);
}

export function packetCount(capture: Uint8Array): number {
  return partsOf(capture).records.length;
}

/** Captures as tcpdump and dumpcap write them here: little endian, what is not a packet before all that are. */
function partsOf(capture: Uint8Array): { head: Uint8Array; records: Uint8Array[] } {
  const view = new DataView(capture.buffer, capture.byteOffset, capture.byteLength);
  const pcapng = view.getUint32(0, true) === SECTION_HEADER;
  let at = pcapng ? 0 : PCAP_HEADER_BYTES;
  const blocks: [packet: boolean, bytes: Uint8Array][] = pcapng ? [] : [[false, capture.subarray(0, at)]];
  while (at < capture.length) {
    const type = pcapng ? view.getUint32(at, true) : ENHANCED_PACKET;
    const length = pcapng ? view.getUint32(at + 4, true) : PCAP_RECORD_BYTES + view.getUint32(at + 8, true);
    blocks.push([type === ENHANCED_PACKET, capture.subarray(at, at + length)]);
    at += length;
  }
  return {
    head: Buffer.concat(blocks.filter(([packet]) => !packet).map(([, bytes]) => bytes)),
    records: blocks.filter(([packet]) => packet).map(([, bytes]) => bytes),
  };
}

const SECTION_HEADER = 0x0a0d0d0a;
const ENHANCED_PACKET = 6;
const PCAP_HEADER_BYTES = 24;
const PCAP_RECORD_BYTES = 16;
