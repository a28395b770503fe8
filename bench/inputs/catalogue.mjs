import { makeBackground } from './background.mjs';
import { makeBulk } from './bulk.mjs';
import { makeConnections } from './connections.mjs';
import { DisorderedWriter } from './disorder.mjs';
import { makeEmpty } from './empty.mjs';
import { makeHeaders } from './headers.mjs';
import { PcapWriter } from './pcap-writer.mjs';
import { makeSmall } from './small.mjs';

/** Every kind of input: how it is made, what its size counts, what must come of it, and what it is, for the table. */
export const kinds = {
  bulk: {
    make: (file, megabytes) => makeBulk(new PcapWriter(file), megabytes * 1e6),
    unit: 'MB',
    expected: (size) => ({ bytesMin: size * 1e6 }),
    about: 'C-STORE of 512 KiB objects, eight associations interleaved',
  },
  small: {
    make: makeSmall,
    unit: 'associations',
    expected: (size) => ({ packets: 18 * size }),
    about: 'short associations (echo, find with three answers, store of 2 KB), four at a time',
  },
  headers: {
    make: makeHeaders,
    unit: 'objects',
    expected: (size) => ({ packets: 7 * size + 10 * Math.ceil(size / 500) }),
    about: 'C-STORE of objects with 200 attributes, sequences among them, and 1 KiB of pixels',
  },
  background: {
    make: makeBackground,
    unit: 'connections',
    expected: (size) => ({ packets: 10 * size + 4 * Math.ceil(size / 100) }),
    about: 'HTTP, TLS, DNS and SMB-like, ten packets a connection, one in a hundred DICOM',
  },
  ooo: {
    make: (file, megabytes) => makeBulk(new DisorderedWriter(file), megabytes * 1e6),
    unit: 'MB',
    expected: (size) => ({ bytesMin: size * 1e6 }),
    about: 'bulk with 2 % of segments up to 64 places late, 1 % sent twice, 0.5 % missing',
  },
  connections: {
    make: (file, total) => makeConnections(file, total, { atOnce: Math.ceil(total / 100), stepMicros: 100 }),
    unit: 'connections',
    expected: (size) => ({ packets: 8 * size }),
    about: 'connections of eight packets, not DICOM, of which one in a hundred is open at once',
  },
  crowd: {
    make: (file, total) => makeConnections(file, total, { atOnce: total, stepMicros: 6 }),
    unit: 'connections',
    expected: (size) => ({ packets: 8 * size }),
    about: 'connections of eight packets, not DICOM, all open at once',
  },
  empty: {
    make: makeEmpty,
    unit: 'packets',
    expected: () => ({ packets: 0 }),
    about: 'a capture header',
  },
};

/** The files of a full run. `scale` makes them smaller; what is compared with each other shrinks alike. */
export const inputs = {
  bulk: { kind: 'bulk', size: 2000 },
  small: { kind: 'small', size: 100_000 },
  headers: { kind: 'headers', size: 50_000 },
  background: { kind: 'background', size: 200_000 },
  ooo: { kind: 'ooo', size: 2000 },
  'bulk-1gb': { kind: 'bulk', size: 1000 },
  'bulk-4gb': { kind: 'bulk', size: 4000 },
  connections: { kind: 'connections', size: 1_000_000 },
  few: { kind: 'crowd', size: 10_000 },
  crowd: { kind: 'crowd', size: 1_000_000 },
  empty: { kind: 'empty', size: 0 },
};
