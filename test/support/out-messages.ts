import { aeTitle } from '../../src/bytes/text.ts';
import type { AlertRecord, FindingRecord, HealthRecord } from '../../src/model/records.ts';
import type {
  AlertMessage,
  AssociationMessage,
  FindingMessage,
  GapMessage,
  HealthMessage,
  HeartbeatMessage,
  OutMessage,
  TestMessage,
} from '../../src/sinks/message.ts';
import { association, connection, SECOND, T0 } from './records.ts';

/** AE titles as they may cross the wire (fault B34), by what is in them: sixteen bytes at most. */
const hostileTitles: Readonly<Record<string, Uint8Array>> = {
  plain: bytes('MODALITY'),
  spaces: bytes('  A  B  '),
  empty: bytes('                '),
  NUL: bytes('A\0B\0'),
  'line feed': bytes('A\n<13>1 - forged'),
  'carriage return': bytes('A\rB\r\nC'),
  escape: bytes('\x1b[31mRED\x1b[0m'),
  tab: bytes('A\tB\tsrc=1.2.3.4'),
  pipe: bytes('A|B|C||CEF:0|'),
  quote: bytes('A"B\'C" id="x'),
  bracket: bytes('A]B[C][x@1 a="b"'),
  backslash: bytes('A\\B\\\\C\\'),
  'escape-like': bytes('A\\nB\\x0AC'),
  equals: bytes('A=B src=6.6.6.6'),
  caret: bytes('A^src=6.6.6.6'),
  markup: bytes('<A>&amp;]]></A>'),
  braces: bytes('{"id":"x"},$x{y}'),
  percent: bytes('%s%n%0A$msg#011'),
  'UTF-8': new Uint8Array(Buffer.from('Grüße→', 'utf8')),
  'Latin-1': bytes('Gr\xfc\xdfe\xff'),
  'line separator': new Uint8Array(Buffer.from('A\u2028B\u0085C', 'utf8')),
  'sixteen controls': bytes('\x01\x02\x03\x04\x05\x06\x07\x08\x0b\x0c\x0e\x0f\x10\x7f\x80\x9f'),
};

/** The same as records have them. */
export const hostile: readonly (readonly [name: string, title: string])[] = Object.entries(hostileTitles).map(
  ([name, title]) => [name, aeTitle(title)],
);

/** Texts that no record should hold, but an operator's file may: they pass formats all the same. */
export const hostileTexts: readonly string[] = [
  'a\nb\r\nc\u2028d\u0085e',
  'tab\tNUL\0ESC\x1b[2J DEL\x7f',
  '<13>1 2026-01-01T00:00:00Z h a - - - forged',
  'CEF:0|a|b|c|d|e|9|msg=x\\=y \\| \\',
  'LEEF:2.0|a|b|1|c|^|x=1^y=2\\x5E',
  '[x@1 a="b\\]c"] ]]> <!-- --> &lt; \'',
  'Grüße an 山田, Ελένη and 𝒳; half a pair: \ud83d.',
  '\u202eevil\u2066 \ufeffmark \uffff',
];

const sensor = { name: 'tap-1', version: '0.1.0', host: 'tap.hospital.example', pid: 4711 };
const moment = { time: T0, begin: T0, end: T0, sensor, runId: null };

function findingRecord(parts: Partial<FindingRecord> = {}): FindingRecord {
  return {
    id: 'faaaaaaaaaaaaaaaaaaaaaaaaaa',
    detection: 'phi-cleartext',
    severity: 'high',
    time: T0 + 1,
    summary: 'Patient data observed without encryption between MODALITY (10.0.0.2) and PACS (10.0.0.1:104): 1 patient.',
    clientAddress: '10.0.0.2',
    clientPort: 50000,
    serverAddress: '10.0.0.1',
    serverPort: 104,
    callingAe: 'MODALITY',
    calledAe: 'PACS',
    associationId: 'aaaaaaaaaaaaaaaaaaaaaaaaaaa',
    connectionId: 'cfwv3rgqmxh5jn6q5x2a7bzdkeu',
    key: '["10.0.0.2","10.0.0.1:104","MODALITY"]',
    evidence: {
      objects: 1,
      patients: 1,
      attributes: { direct: { PatientID: 1, PatientName: 1 } },
      outside: [],
      next: 'Turn on DICOM TLS between these two (PS3.15 B.12).',
    },
    references: ['45 CFR 164.312(e)(1)', 'DICOM PS3.15 Annex B'],
    capture: 'p1',
    frame: 9,
    partial: true,
    withdrawn: false,
    ...parts,
  };
}

export function alertMessage(parts: Partial<FindingRecord> = {}, alertParts: Partial<AlertRecord> = {}): AlertMessage {
  const finding = findingRecord(parts);
  const alert: AlertRecord = {
    id: 'laaaaaaaaaaaaaaaaaaaaaaaaaa',
    detection: finding.detection,
    key: finding.key,
    kind: 'condition',
    windowStart: T0,
    severity: finding.severity,
    count: 3,
    firstTime: T0 + 1,
    lastTime: T0 + 60 * SECOND,
    findingId: finding.id,
    related: { 'ae-not-allowed': 2 },
    ...alertParts,
  };
  return {
    kind: 'alert',
    ...moment,
    id: alert.id,
    revision: 2,
    severity: alert.severity,
    time: finding.time,
    begin: alert.firstTime,
    end: alert.lastTime,
    alert,
    finding,
    connection: connection(finding.connectionId),
    association: null,
    tlsSession: null,
  };
}

export function findingMessage(parts: Partial<FindingRecord> = {}): FindingMessage {
  const { severity, time, connection, association, tlsSession, finding } = alertMessage(parts);
  const common = { ...moment, id: finding.id, revision: 1, severity, time };
  return { kind: 'finding', ...common, finding, connection, association, tlsSession };
}

/** Of a finding about the sensor itself: without ends, association and connection. */
export function sensorMessage(): FindingMessage {
  const ends = { clientAddress: '', clientPort: 0, serverAddress: '', serverPort: 0, callingAe: null, calledAe: null };
  const none = { ...ends, associationId: null, connectionId: '', capture: '', frame: 0 };
  const summary = 'The sensor is blind: no frame came for 15 minutes on eth1, where there was traffic before.';
  const message = findingMessage({ ...none, detection: 'sensor-blind', summary, evidence: { interface: 'eth1' } });
  return { ...message, connection: null, association: null, tlsSession: null };
}

export function associationMessage(parts: Partial<AssociationMessage['association']> = {}): AssociationMessage {
  const record = association('aaaaaaaaaaaaaaaaaaaaaaaaaaa', 'cfwv3rgqmxh5jn6q5x2a7bzdkeu', {
    outcome: 'rejected',
    outcomeDetail: 'by the service user: calling AE title not recognised',
    incomplete: ['cut'],
    complete: false,
    ...parts,
  });
  const common = { ...moment, id: record.id, revision: 4, severity: 'info' as const };
  return { kind: 'association', ...common, association: record, connection: connection(record.connectionId) };
}

export const healthRecord: HealthRecord = {
  id: 1,
  runId: 1,
  begin: T0 - 60 * SECOND,
  end: T0,
  interface: 'eth1',
  state: 'degraded',
  why: '7 packets dropped by kernel',
  packets: 1000,
  bytes: 900_000,
  received: 1007,
  losses: { truncated: { packets: 1, bytes: 2 } },
  streamBytes: 800_000,
  drops: { kernel: 7, interface: 0 },
  lagMicros: 12_000,
  memoryBytes: 200_000_000,
  queues: { store: 3 },
  notUnderstoodBytes: 10,
};

export const healthMessage: HealthMessage = {
  kind: 'health',
  ...moment,
  id: 'health-1',
  revision: 1,
  severity: 'info',
  health: healthRecord,
};

export const heartbeatMessage: HeartbeatMessage = {
  kind: 'heartbeat',
  ...moment,
  id: 'heartbeat-soc-1',
  revision: 1,
  severity: 'info',
  waiting: 3,
};

export const gapMessage: GapMessage = {
  kind: 'gap',
  ...moment,
  id: 'gap-soc-1',
  revision: 1,
  severity: 'high',
  why: 'quota',
  firstSeq: 10,
  lastSeq: 40,
  dropped: { low: 20, high: 3 },
  count: 23,
};

export const testMessage: TestMessage = {
  kind: 'test',
  ...moment,
  id: 'test-soc-1',
  revision: 1,
  severity: 'info',
  sink: 'soc',
};

/** One of each kind. */
export const everyKind: readonly OutMessage[] = [
  alertMessage(),
  findingMessage(),
  associationMessage(),
  healthMessage,
  heartbeatMessage,
  gapMessage,
  testMessage,
];

function bytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1')).slice(0, 16);
}
