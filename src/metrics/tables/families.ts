import { catalogue } from '../../detections/catalogue.ts';
import type { EvidenceStatus, LiveStatus } from '../../model/live-status.ts';
import { type IdentifiedBytes, lossCauses } from '../../model/records.ts';

/** Values of the labels of a family, in its order, and the number. */
export type Sample = readonly [labels: readonly string[], value: number];

/** What can be asked for over HTTP under one name. `docs/metrics.md` has a row for each. */
export interface Family {
  readonly name: string;
  /** A counter begins at 0 with the program and never falls. */
  readonly kind: 'counter' | 'gauge';
  readonly help: string;
  readonly labels: readonly string[];
  /** Each combination of labels once. What is known before it happens is there from the beginning, as 0. */
  readonly samples: (status: LiveStatus) => readonly Sample[];
}

/**
 * All metrics: numbers of the sensor, names of interfaces, sinks, causes and detections; nothing of what was in a
 * packet.
 */
export const families: readonly Family[] = [
  gauge('dicomtap_build_info', 'Always 1', ['sensor', 'version', 'node'], ({ sensor, version }) => [
    [[sensor, version, process.version], 1],
  ]),
  one('gauge', 'dicomtap_start_time_seconds', 'When the program began, Unix time', ({ begun }) => begun / 1e6),
  one('gauge', 'dicomtap_healthy', '1 while the sensor sees; 0 when it is blind, as /healthz', ({ healthy }) =>
    healthy ? 1 : 0,
  ),
  one('gauge', 'dicomtap_memory_bytes', 'Memory of the process (resident)', ({ memoryBytes }) => memoryBytes),
  one('counter', 'dicomtap_cpu_seconds_total', 'CPU time of the process, the capture engines not included', () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  }),

  one('counter', 'dicomtap_packets_total', 'Packets that came to the sensor', ({ packets }) => packets),
  one('counter', 'dicomtap_bytes_total', 'Their bytes on the wire', ({ bytes }) => bytes),
  one('counter', 'dicomtap_connections_total', 'TCP connections seen', ({ connections }) => connections),
  one('counter', 'dicomtap_associations_total', 'DICOM associations seen', ({ associations }) => associations),
  one('counter', 'dicomtap_operations_total', 'DIMSE operations seen', ({ operations }) => operations),
  counter('dicomtap_findings_total', 'Findings raised', ['detection', 'severity'], ({ findings }) =>
    withZeros(findings),
  ),
  one('gauge', 'dicomtap_lag_seconds', 'How far behind the wire the sensor is', ({ lagMicros }) => lagMicros / 1e6),

  ofInterfaces('gauge', 'capturing', '1 while the interface is captured', ({ state }) =>
    state === 'capturing' ? 1 : 0,
  ),
  ofInterfaces(
    'counter',
    'packets_total',
    'Packets of the interface that came to the sensor',
    ({ packets }) => packets,
  ),
  ofInterfaces('counter', 'bytes_total', 'Their bytes on the wire', ({ bytes }) => bytes),
  ofInterfaces(
    'counter',
    'received_packets_total',
    'Packets that came to the capture, lost ones included; absent where the engine does not say',
    ({ received }) => received,
  ),
  ofInterfaces(
    'counter',
    'starts_total',
    'Starts of the capture; each after the first was a recovery',
    ({ starts }) => starts,
  ),
  ofInterfaces(
    'gauge',
    'last_packet_time_seconds',
    'When the last packet came, Unix time; absent before the first',
    ({ lastPacket }) => (lastPacket === null ? null : lastPacket / 1e6),
  ),
  counter(
    'dicomtap_dropped_packets_total',
    'Packets lost before the sensor had them: at the interface (NIC), in the kernel (ring full), by the helper that captures',
    ['interface', 'place'],
    ({ interfaces }) =>
      interfaces.flatMap(({ name, drops }) => {
        const places = new Set(['interface', 'kernel', 'helper', ...Object.keys(drops)]);
        return [...places].map((place): Sample => [[name, place], drops[place] ?? 0]);
      }),
  ),

  counter('dicomtap_lost_packets_total', 'Packets not used, by cause (docs/losses.md)', ['cause'], ({ losses }) =>
    lossCauses.map((cause): Sample => [[cause], losses[cause]?.packets ?? 0]),
  ),
  counter('dicomtap_lost_bytes_total', 'Bytes not used, by cause (docs/losses.md)', ['cause'], ({ losses }) =>
    lossCauses.map((cause): Sample => [[cause], losses[cause]?.bytes ?? 0]),
  ),
  one(
    'counter',
    'dicomtap_stream_bytes_total',
    'Bytes of TCP streams that are over, of any protocol',
    ({ streams }) => streams.covered,
  ),
  one('counter', 'dicomtap_stream_missed_bytes_total', 'Bytes of holes in these', ({ streams }) => streams.missed),
  one(
    'counter',
    'dicomtap_stream_unseen_bytes_total',
    'Of the holes what the receiver acknowledged: lost before the sensor',
    ({ streams }) => streams.unseen,
  ),
  counter(
    'dicomtap_identified_bytes_total',
    'Bytes of DICOM and TLS streams that are over, by what became of them (docs/losses.md)',
    ['place'],
    ({ streams }) => identifiedPlaces.map(([field, place]): Sample => [[place], streams.identified[field]]),
  ),

  gauge('dicomtap_held_bytes', 'Bytes held in memory, each kind under a limit (docs/limits.md)', ['kind'], ({ held }) =>
    heldKinds(held).flatMap(([name, value]) => (name.endsWith('Bytes') ? [[[slug(name.slice(0, -5))], value]] : [])),
  ),
  gauge('dicomtap_held_entries', 'What else is held in memory, in numbers', ['kind'], ({ held }) =>
    heldKinds(held).flatMap(([name, value]) => (name.endsWith('Bytes') ? [] : [[[slug(name)], value]])),
  ),

  one(
    'gauge',
    'dicomtap_store_bytes',
    'Size of database, write-ahead log and shared memory',
    ({ store }) => store.bytes,
  ),
  one('gauge', 'dicomtap_store_trouble', '1 while the store takes no records', ({ store }) =>
    store.trouble === null ? 0 : 1,
  ),
  one(
    'gauge',
    'dicomtap_store_waiting_records',
    'Records that wait in memory to be written',
    ({ store }) => store.waiting,
  ),
  one('gauge', 'dicomtap_store_waiting_bytes', 'Their bytes, about', ({ store }) => store.waitingBytes),
  one(
    'counter',
    'dicomtap_store_refused_records_total',
    'Records given up because they could not be written in time',
    ({ store }) => store.refused,
  ),

  ofEvidence('gauge', 'bytes', 'Packets kept for extract, bytes of their files', ({ bytes }) => bytes),
  ofEvidence('gauge', 'limit_bytes', 'What these may have at most', ({ bytesMax }) => bytesMax),
  ofEvidence(
    'gauge',
    'oldest_time_seconds',
    'When the oldest packet that is kept came, Unix time; absent while none is',
    ({ oldest }) => (oldest === null ? null : oldest / 1e6),
  ),
  ofEvidence('counter', 'kept_packets_total', 'Packets that were kept', ({ kept }) => kept),
  ofEvidence(
    'counter',
    'missed_packets_total',
    'Packets that could not be kept: the disk was slow, full or broken',
    ({ missed }) => missed,
  ),
  ofEvidence('gauge', 'trouble', '1 while no packets can be kept', ({ trouble }) => (trouble === null ? 0 : 1)),

  ofSinks('gauge', 'connected', '1 while connected', ({ connected }) => (connected ? 1 : 0)),
  ofSinks('gauge', 'failing', '1 when the last attempt failed', ({ lastError }) => (lastError === null ? 0 : 1)),
  ofSinks('gauge', 'waiting_messages', 'Messages not delivered yet', ({ waiting }) => waiting),
  ofSinks('gauge', 'lag_seconds', 'Age of the oldest of these', ({ lagMicros }) => lagMicros / 1e6),
  ofSinks(
    'counter',
    'delivered_messages_total',
    'Messages confirmed, as far as the transport can',
    ({ delivered }) => delivered,
  ),
  ofSinks('counter', 'repeated_messages_total', 'Messages sent again', ({ repeated }) => repeated),
  ofSinks('counter', 'dropped_messages_total', 'Messages given up for the quota', ({ dropped }) => dropped),
];

type Samples = Family['samples'];
type InterfaceNumber = (one: LiveStatus['interfaces'][number]) => number | null;
type EvidenceNumber = (ring: EvidenceStatus) => number | null;
type SinkNumber = (one: LiveStatus['sinks'][number]) => number;

function counter(name: string, help: string, labels: readonly string[], samples: Samples): Family {
  return { name, kind: 'counter', help, labels, samples };
}

function gauge(name: string, help: string, labels: readonly string[], samples: Samples): Family {
  return { name, kind: 'gauge', help, labels, samples };
}

function one(kind: Family['kind'], name: string, help: string, value: (status: LiveStatus) => number): Family {
  return { name, kind, help, labels: [], samples: (status) => [[[], value(status)]] };
}

function ofInterfaces(kind: Family['kind'], name: string, help: string, value: InterfaceNumber): Family {
  const samples: Samples = ({ interfaces }) =>
    interfaces.flatMap((each): Sample[] => {
      const number = value(each);
      return number === null ? [] : [[[each.name], number]];
    });
  return { name: `dicomtap_interface_${name}`, kind, help, labels: ['interface'], samples };
}

/** Absent where no packets are to be kept. */
function ofEvidence(kind: Family['kind'], name: string, help: string, value: EvidenceNumber): Family {
  const samples: Samples = ({ evidence }) => {
    const number = evidence === null ? null : value(evidence);
    return number === null ? [] : [[[], number]];
  };
  return { name: `dicomtap_evidence_${name}`, kind, help, labels: [], samples };
}

function ofSinks(kind: Family['kind'], name: string, help: string, value: SinkNumber): Family {
  const samples: Samples = ({ sinks }) => sinks.map((each): Sample => [[each.name, each.kind], value(each)]);
  return { name: `dicomtap_sink_${name}`, kind, help, labels: ['sink', 'kind'], samples };
}

/** Those that a detection may raise are there before it does: else its first one would be no increase. */
function withZeros(findings: LiveStatus['findings']): Sample[] {
  const samples = new Map<string, Sample>();
  const put = (detection: string, severity: string, count: number): void => {
    samples.set(`${detection} ${severity}`, [[detection, severity], count]);
  };
  for (const { slug: detection, severities } of catalogue) for (const each of severities) put(detection, each, 0);
  for (const [detection, counts] of Object.entries(findings)) {
    for (const [severity, count] of Object.entries(counts)) put(detection, severity, count);
  }
  return [...samples.values()];
}

const identifiedPlaces: readonly (readonly [keyof IdentifiedBytes, string])[] = [
  ['truncated', 'truncated'],
  ['headers', 'headers'],
  ['kept', 'kept'],
  ['scanned', 'scanned'],
  ['skipped', 'skipped'],
  ['lostStep', 'lost-step'],
  ['malformed', 'malformed'],
  ['givenUp', 'given-up'],
  ['notBegun', 'not-begun'],
  ['notScanned', 'not-scanned'],
  ['bug', 'bug'],
];

function heldKinds(held: LiveStatus['held']): [string, number][] {
  return Object.entries(held);
}

/** `fragmentDatagrams` is `fragment-datagrams`. */
function slug(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
