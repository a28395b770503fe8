import { PcapWriter } from './pcap-writer.mjs';

/** A capture of no packets: its header alone. */
export function makeEmpty(file) {
  new PcapWriter(file).close();
}
