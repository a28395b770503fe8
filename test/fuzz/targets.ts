import type { Target } from './target.ts';

export interface TargetEntry {
  /** Parts of the source whose coverage guides. */
  readonly covers: readonly string[];
  /** Imports the target and what it fuzzes: only code compiled after coverage began is counted. */
  readonly load: () => Promise<Target>;
}

/** Every target by its name. */
export const targets: Readonly<Record<string, TargetEntry>> = {
  pcap: {
    covers: ['src/capture/'],
    load: async () => (await import('./targets/pcap.ts')).pcapTarget,
  },
  pcapng: {
    covers: ['src/capture/'],
    load: async () => (await import('./targets/pcapng.ts')).pcapngTarget,
  },
  decode: {
    covers: ['src/decode/'],
    load: async () => (await import('./targets/decode.ts')).decodeTarget,
  },
  tcp: {
    covers: ['src/tcp/'],
    load: async () => (await import('./targets/tcp.ts')).tcpTarget,
  },
  lanes: {
    covers: ['src/tcp/', 'src/decode/heads.ts', 'src/decode/checksum.ts'],
    load: async () => (await import('./targets/lanes.ts')).lanesTarget,
  },
  pdu: {
    covers: ['deframer', 'associate', 'user-information', 'items', 'resync', 'plausible', 'loss', 'pdu'].map(
      (name) => `src/protocols/dicom/${name}.ts`,
    ),
    load: async () => (await import('./targets/pdu.ts')).pduTarget,
  },
  'command-set': {
    covers: ['src/protocols/dicom/dimse.ts', 'src/bytes/text.ts'],
    load: async () => (await import('./targets/command-set.ts')).commandSetTarget,
  },
  'data-set': {
    covers: [
      'dataset',
      'elements',
      'element-header',
      'levels',
      'syntax-guess',
      'inflate',
      'scanned-values',
      'identifiers',
      'values',
      'charset',
      'phi',
    ].map((name) => `src/protocols/dicom/${name}.ts`),
    load: async () => (await import('./targets/data-set.ts')).dataSetTarget,
  },
  association: {
    covers: ['src/protocols/dicom/'],
    load: async () => (await import('./targets/association.ts')).associationTarget,
  },
  tls: {
    covers: ['src/protocols/tls/', 'src/bytes/reader.ts'],
    load: async () => (await import('./targets/tls.ts')).tlsTarget,
  },
  recognise: {
    covers: ['src/protocols/dicom/', 'src/protocols/tls/recognise.ts'],
    load: async () => (await import('./targets/recognise.ts')).recogniseTarget,
  },
  sensor: {
    covers: [
      'src/sensor.ts',
      'src/engine/',
      'src/decode/',
      'src/tcp/',
      'src/protocols/',
      'src/ledger/',
      'src/detections/',
    ],
    load: async () => (await import('./targets/sensor.ts')).sensorTarget,
  },
  filter: {
    covers: ['src/decode/filter.ts'],
    load: async () => (await import('./targets/filter.ts')).filterTarget,
  },
};
