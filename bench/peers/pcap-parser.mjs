// npm pcap-parser over one capture: splits packets, nothing else.
import { createRequire } from 'node:module';

const { parse } = createRequire(import.meta.url)('pcap-parser');
let packets = 0;
let bytes = 0;
const parser = parse(process.argv[2]);
parser.on('packet', ({ data }) => {
  packets++;
  bytes += data.length;
});
parser.on('error', (error) => {
  throw error;
});
parser.on('end', () => console.log(`${packets} packets, ${bytes} bytes`));
