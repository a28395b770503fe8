import * as z from 'zod/mini';
import { type Severity, severities } from '../model/records.ts';
import { parseNetwork } from '../policy/addresses.ts';
import { some, told } from '../yaml/form.ts';
import { hostPort } from './address.ts';
import { documentationPen, type Facility, facilities } from './tables/syslog.ts';

/**
 * What `sinks:` of a configuration holds, one entry a sink. Only a configuration needs zod: of this file import the
 * types, and the rest late.
 */

/** What of the log a sink wants. */
export type Sent = (typeof sentKinds)[number];
const sentKinds = ['alerts', 'findings', 'associations', 'health'] as const;

export type FormatName = (typeof formatNames)[number];
const formatNames = ['ecs', 'cef', 'leef', 'eve', 'sentence'] as const;

export type SyslogTransport = (typeof syslogTransports)[number];
const syslogTransports = ['udp', 'tcp', 'tls', 'relp', 'unix'] as const;

export type SinkSettings = SyslogSink | FileSink | StdoutSink | HttpSink | AuditSink;

/** Of every sink. */
export interface SinkBase {
  readonly name: string;
  readonly format: FormatName;
  readonly send: readonly Sent[];
  readonly minimumSeverity: Severity;
  /** Slugs; null for all. */
  readonly detections: readonly string[] | null;
  /** Networks of which client or server must be in one; null for any. */
  readonly networks: readonly string[] | null;
  /** A sign of life after so long without another message; 0 for none. */
  readonly heartbeatSeconds: number;
  /** An alert that changes is sent again at most this often, unless it got graver. */
  readonly repeatMinutes: number;
  /** Messages that may wait; above it those of low severity are given up first, and a gap says so. */
  readonly waitingMax: number;
  /** Bytes of one message, framing not counted. */
  readonly messageBytesMax: number;
}

export interface SyslogSink extends SinkBase {
  readonly kind: 'syslog';
  readonly transport: SyslogTransport;
  /** `host:port`, `[v6]:port`; of `unix` the path of the socket. */
  readonly address: string;
  readonly framing: 'octet-counting' | 'newline';
  readonly rfc: 5424 | 3164;
  readonly facility: Facility;
  readonly appName: string;
  /** Private enterprise number of the structured data. */
  readonly pen: number;
  /** `close`: what lies before an orderly close of TCP and TLS counts as received. `written`: what the kernel took. */
  readonly confirm: 'close' | 'written';
  readonly tls: TlsSettings | null;
}

/** DICOM audit trail (PS3.15 A.5) to an audit record repository, syslog over TLS (RFC 5425), TCP or UDP. */
export interface AuditSink extends SinkBase {
  readonly kind: 'audit';
  readonly transport: 'tls' | 'tcp' | 'udp';
  readonly address: string;
  readonly framing: 'octet-counting' | 'newline';
  readonly rfc: 5424;
  readonly facility: Facility;
  readonly appName: string;
  readonly pen: number;
  readonly confirm: 'close' | 'written';
  readonly tls: TlsSettings | null;
  /** AuditSourceID and AuditEnterpriseSiteID of the messages; null: the sensor's name, and none. */
  readonly sourceId: string | null;
  readonly siteId: string | null;
}

export interface FileSink extends SinkBase {
  readonly kind: 'file';
  readonly path: string;
  /** A file that is larger, or older, is put aside; 0 for never. */
  readonly rotateBytes: number;
  readonly rotateHours: number;
  /** Files put aside that are kept. */
  readonly keep: number;
}

export interface StdoutSink extends SinkBase {
  readonly kind: 'stdout';
}

export interface HttpSink extends SinkBase {
  readonly kind: 'http';
  readonly flavour: 'hec' | 'elasticsearch' | 'webhook';
  readonly url: string;
  /** A file with the token alone, or its name within $CREDENTIALS_DIRECTORY; null for none. */
  readonly tokenFile: string | null;
  /** How the token is sent: `Splunk`, `ApiKey`, `Bearer` or `Basic`. */
  readonly tokenScheme: 'Splunk' | 'ApiKey' | 'Bearer' | 'Basic';
  /** Elasticsearch: index or data stream. Splunk: index, null for the token's own. */
  readonly index: string | null;
  /** Splunk. */
  readonly sourceType: string;
  readonly batchMax: number;
  readonly tls: TlsSettings | null;
}

/** Files are paths, or names within $CREDENTIALS_DIRECTORY. */
export interface TlsSettings {
  /** Certificates of authorities that are believed; null for the system's. */
  readonly ca: string | null;
  readonly cert: string | null;
  readonly key: string | null;
  /** Name that the server's certificate must have, and SNI; null for the host of the address. */
  readonly serverName: string | null;
  /** SHA-256 of the server's certificate, in hexadecimal; null: not pinned. */
  readonly fingerprint: string | null;
  readonly minimumVersion: 'TLSv1.2' | 'TLSv1.3';
}

// What is told of a form is told wherever it stands: so what is told here is of forms around these.
const text = z.string().check(z.minLength(1), z.maxLength(4096));
const pathOrCredential = 'A path; or the name of a systemd credential, which is in $CREDENTIALS_DIRECTORY';
const whole = (least: number, most: number) => z.int().check(z.minimum(least), z.maximum(most));
const word = z
  .string()
  .check(z.refine((one) => /^[\x21-\x7e]{1,48}$/.test(one), 'is not 1 to 48 ASCII characters without a space'));
const hostAndPort = z
  .string()
  .check(z.refine((one) => hostPort(one) !== null, 'is not HOST:PORT (of IPv6: [ADDRESS]:PORT)'));
const network = z.string().check(z.refine((one) => parseNetwork(one) !== null, 'is not an address or network'));
const fingerprint = z
  .string()
  .check(z.refine((one) => /^([0-9a-f]{2}:?){32}$/i.test(one), 'is not a SHA-256 of 64 hexadecimal digits'));

const heartbeatSeconds = (standard: number) =>
  told(z.optional(whole(0, 86_400)), {
    description: 'A sign of life after so long without a message; 0 for none',
    default: standard,
  });

const format = (standard: FormatName) =>
  told(z.optional(z.enum(formatNames)), {
    description: `How a message is written: ${formatNames.join(', ')} (docs/outputs.md)`,
    default: standard,
  });

const messageBytes = 'Bytes of a message; longer ones are shortened';

const base = {
  format: format('ecs'),
  send: told(z.optional(some(z.enum(sentKinds))), {
    description: `What goes out, of ${sentKinds.join(', ')}`,
    default: ['alerts'],
  }),
  minimum_severity: told(z.optional(z.enum(severities)), {
    description: 'Only what is at least this grave',
    default: 'info',
  }),
  detections: told(z.optional(some(text)), { description: 'Only these detections' }),
  networks: told(z.optional(some(network)), { description: 'Only where client or server is in one of these' }),
  heartbeat_seconds: heartbeatSeconds(300),
  repeat_minutes: told(z.optional(whole(0, 10_080)), {
    description: 'An alert that only counts on is sent again at most this often',
    default: 15,
  }),
  waiting_max: told(z.optional(whole(100, 100_000_000)), {
    description: 'Messages that may wait; above it those of low severity are given up first, and a gap says so',
    default: 1_000_000,
  }),
  message_bytes_max: told(z.optional(whole(1024, 65_536)), { description: messageBytes, default: 65_536 }),
};

const tls = told(
  z.strictObject({
    ca: told(z.optional(text), { description: `Certificates of authorities that are believed. ${pathOrCredential}` }),
    cert: told(z.optional(text), { description: `Certificate of this sensor. ${pathOrCredential}` }),
    key: told(z.optional(text), { description: `Its private key. ${pathOrCredential}` }),
    server_name: told(z.optional(text), {
      description: "Name that the server's certificate must have, and SNI: the host of the address if left out",
    }),
    fingerprint: told(z.optional(fingerprint), { description: "SHA-256 of the server's certificate" }),
    minimum_version: told(z.optional(z.enum(['1.2', '1.3'])), { description: 'Least version of TLS', default: '1.2' }),
  }),
  { description: 'The server is verified by ca, else by the authorities of the system; or by fingerprint' },
);

const appName = told(z.optional(word), { description: 'APP-NAME of syslog', default: 'dicomtap' });

const confirm = told(z.optional(z.enum(['close', 'written'])), {
  description: 'close: received is what lies before an orderly close; written: what the kernel took',
  default: 'close',
});

const syslog = z.strictObject({
  kind: z.literal('syslog'),
  ...base,
  format: format('sentence'),
  message_bytes_max: told(z.optional(whole(1024, 65_536)), {
    description: `${messageBytes}. If left out 8000, over udp and unix 2000`,
  }),
  transport: told(z.enum(syslogTransports), { description: `How it is carried: ${syslogTransports.join(', ')}` }),
  address: told(z.optional(text), { description: 'HOST:PORT; of unix the path of the socket (/dev/log)' }),
  framing: told(z.optional(z.enum(['octet-counting', 'newline'])), {
    description: 'How messages are kept apart in a stream: octet-counting, newline',
    default: 'octet-counting',
  }),
  rfc: told(z.optional(z.union([z.literal(5424), z.literal(3164)])), {
    description: 'Header of syslog: 5424, 3164',
    default: 5424,
  }),
  facility: told(z.optional(z.enum(facilities)), { description: 'Facility of syslog', default: 'local4' }),
  app_name: appName,
  pen: told(z.optional(whole(1, 4_294_967_295)), {
    description: 'Private enterprise number of the structured data',
    default: documentationPen,
  }),
  confirm,
  tls: z.optional(tls),
});

const audit = z.strictObject({
  kind: z.literal('audit'),
  ...base,
  format: told(z.optional(z.enum(formatNames)), { description: 'Changes nothing: an audit message has one form' }),
  // An audit message says less in more bytes.
  message_bytes_max: told(z.optional(whole(4096, 65_536)), { description: messageBytes, default: 65_536 }),
  heartbeat_seconds: heartbeatSeconds(0),
  transport: told(z.optional(z.enum(['tls', 'tcp', 'udp'])), {
    description: 'How it is carried: tls, tcp, udp',
    default: 'tls',
  }),
  address: told(hostAndPort, { description: 'HOST:PORT of the audit record repository' }),
  app_name: appName,
  confirm,
  source_id: told(z.optional(text), { description: "AuditSourceID: the sensor's name if left out" }),
  site_id: told(z.optional(text), { description: 'AuditEnterpriseSiteID' }),
  tls: z.optional(tls),
});

const file = z.strictObject({
  kind: z.literal('file'),
  ...base,
  path: told(z.string().check(z.minLength(1), z.maxLength(4096)), { description: 'The file' }),
  rotate_bytes: told(z.optional(whole(0, Number.MAX_SAFE_INTEGER)), {
    description: 'A file that is larger is put aside; 0 for never',
    default: 104_857_600,
  }),
  rotate_hours: told(z.optional(whole(0, 8760)), {
    description: 'A file that is older is put aside; 0 for never',
    default: 24,
  }),
  keep: told(z.optional(whole(0, 10_000)), { description: 'Files put aside that are kept', default: 14 }),
});

const stdout = z.strictObject({ kind: z.literal('stdout'), ...base });

const http = z.strictObject({
  kind: z.literal('http'),
  ...base,
  flavour: told(z.enum(['hec', 'elasticsearch', 'webhook']), {
    description: 'What the collector speaks: hec, elasticsearch, webhook',
  }),
  url: told(
    z
      .string()
      .check(
        z.refine((one) => /^https?:\/\/[^\s@/?#]+([/?#]\S*)?$/.test(one), 'is no http or https URL without a password'),
      ),
    { description: 'Where requests go, without a password' },
  ),
  token_file: told(z.optional(text), { description: `A file with the token alone. ${pathOrCredential}` }),
  token_scheme: told(z.optional(z.enum(['Splunk', 'ApiKey', 'Bearer', 'Basic'])), {
    description: 'How the token is sent. If left out Splunk of hec, ApiKey of elasticsearch, Bearer of webhook',
  }),
  index: told(z.optional(text), {
    description: "Of elasticsearch the index or data stream, of hec the index: the token's own if left out",
  }),
  source_type: told(z.optional(text), { description: 'Source type of hec', default: 'dicomtap:json' }),
  batch_max: told(z.optional(whole(1, 10_000)), { description: 'Messages in one request', default: 500 }),
  tls: z.optional(tls),
});

const oneSink = z.discriminatedUnion('kind', [syslog, file, stdout, http, audit]);

/** One entry of `sinks:`, as written; `sinkOf` fills in what is left out. */
export const sinkSettings = oneSink.check(
  z.refine((one) => one.kind !== 'syslog' || one.transport === 'unix' || hostPort(one.address ?? '') !== null, {
    error: 'is missing, or not HOST:PORT (of IPv6: [ADDRESS]:PORT)',
    path: ['address'],
  }),
);

export type GivenSink = z.infer<typeof oneSink>;

/** The sink with all defaults. */
export function sinkOf(name: string, given: GivenSink): SinkSettings {
  switch (given.kind) {
    case 'syslog':
      return {
        ...baseOf(name, given, 'sentence', given.transport === 'udp' || given.transport === 'unix' ? 2000 : 8000),
        kind: 'syslog',
        transport: given.transport,
        address: given.address ?? '/dev/log',
        framing: given.framing ?? 'octet-counting',
        rfc: given.rfc ?? 5424,
        facility: given.facility ?? 'local4',
        appName: given.app_name ?? 'dicomtap',
        pen: given.pen ?? documentationPen,
        confirm: given.confirm ?? 'close',
        tls: given.transport === 'tls' || given.tls !== undefined ? tlsOf(given.tls) : null,
      };
    case 'audit':
      return {
        // The trail holds what happened; a sign of life would be a false "Audit Recording Started".
        ...baseOf(name, { ...given, heartbeat_seconds: given.heartbeat_seconds ?? 0 }, 'sentence', 65_536),
        kind: 'audit',
        transport: given.transport ?? 'tls',
        address: given.address,
        framing: 'octet-counting',
        rfc: 5424,
        facility: 'authpriv',
        appName: given.app_name ?? 'dicomtap',
        pen: documentationPen,
        confirm: given.confirm ?? 'close',
        tls: (given.transport ?? 'tls') === 'tls' ? tlsOf(given.tls) : null,
        sourceId: given.source_id ?? null,
        siteId: given.site_id ?? null,
      };
    case 'file':
      return {
        ...baseOf(name, given, 'ecs', 65_536),
        kind: 'file',
        path: given.path,
        rotateBytes: given.rotate_bytes ?? 100 * 1024 * 1024,
        rotateHours: given.rotate_hours ?? 24,
        keep: given.keep ?? 14,
      };
    case 'stdout':
      return { ...baseOf(name, given, 'ecs', 65_536), kind: 'stdout' };
    case 'http':
      return {
        ...baseOf(name, given, 'ecs', 65_536),
        kind: 'http',
        flavour: given.flavour,
        url: given.url,
        tokenFile: given.token_file ?? null,
        tokenScheme: given.token_scheme ?? tokenSchemes[given.flavour],
        index: given.index ?? null,
        sourceType: given.source_type ?? 'dicomtap:json',
        batchMax: given.batch_max ?? 500,
        tls: given.url.startsWith('https:') ? tlsOf(given.tls) : null,
      };
  }
}

const tokenSchemes = { hec: 'Splunk', elasticsearch: 'ApiKey', webhook: 'Bearer' } as const;

function baseOf(name: string, given: GivenSink, format: FormatName, messageBytesMax: number): SinkBase {
  return {
    name,
    format: given.format ?? format,
    send: given.send ?? ['alerts'],
    minimumSeverity: given.minimum_severity ?? 'info',
    detections: given.detections ?? null,
    networks: given.networks ?? null,
    heartbeatSeconds: given.heartbeat_seconds ?? 300,
    repeatMinutes: given.repeat_minutes ?? 15,
    waitingMax: given.waiting_max ?? 1_000_000,
    messageBytesMax: given.message_bytes_max ?? messageBytesMax,
  };
}

function tlsOf(given: z.infer<typeof tls> | undefined): TlsSettings {
  return {
    ca: given?.ca ?? null,
    cert: given?.cert ?? null,
    key: given?.key ?? null,
    serverName: given?.server_name ?? null,
    fingerprint: given?.fingerprint?.replaceAll(':', '').toLowerCase() ?? null,
    minimumVersion: given?.minimum_version === '1.3' ? 'TLSv1.3' : 'TLSv1.2',
  };
}
