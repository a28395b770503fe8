import * as z from 'zod/mini';
import { type Limits, limits } from '../model/limits.ts';
import { rangeOf } from '../model/lowered.ts';
import { sinkSettings } from '../sinks/settings.ts';
import { jsonSchemaOf, some, textThat, told } from '../yaml/form.ts';
import { isLoopback, parseListen } from './listen.ts';

/**
 * The form of the configuration file. Only a sensor needs zod: import this late. Its JSON Schema is
 * docs/configuration.schema.json.
 */

const interfaceName = told(
  textThat(
    (text) => /^[^\s/\0-][^\s/\0]{0,14}$/.test(text),
    (text) => `'${text}' is no name of an interface`,
  ),
  { description: 'Name of an interface, such as eth1' },
);

const path = z.string().check(z.minLength(1));

const capture = {
  engine: told(z.optional(z.enum(['auto', 'dumpcap', 'tcpdump', 'cap'])), {
    description: 'Program that captures; auto takes the first that is there',
    default: 'auto',
  }),
  ring_mib: told(z.optional(z.int().check(z.minimum(1), z.maximum(16_384))), {
    description: "The kernel's ring, MiB",
    default: 256,
  }),
  filter: told(z.optional(z.string()), { description: 'Filter of packets, in the language of pcap-filter(7)' }),
  socket: told(z.optional(path), {
    description: 'Socket of a capture unit, which then captures in place of a program of our own; %i is the interface',
  }),
};

const oneInterface = told(z.union([interfaceName, z.strictObject({ name: interfaceName, ...capture })]), {
  description: 'An interface, with what differs from capture',
});

const listen = told(
  textThat(
    (text) => text === 'off' || parseListen(text) !== null,
    (text) => `'${text}' is no address and port such as 127.0.0.1:9741, and not off`,
  ),
  { description: 'Where metrics and /healthz are served, such as 127.0.0.1:9741; off for nowhere' },
);

const metrics = z
  .strictObject({
    listen: z.optional(listen),
    remote: told(z.optional(z.boolean()), {
      description: 'Whether others than this machine may ask: else listen is a loopback address',
      default: false,
    }),
  })
  .check(
    z.refine(({ listen: text = 'off', remote }) => remote === true || !isRemote(text), {
      path: ['listen'],
      error: 'others than this machine could ask there; if that is meant, say remote: true',
    }),
  );

function isRemote(text: string): boolean {
  const place = parseListen(text);
  return place !== null && !isLoopback(place);
}

const sinkName = z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/));

const lowered = Object.fromEntries(
  (Object.keys(limits) as (keyof Limits)[]).map((name) => {
    const [from, to] = rangeOf(name);
    return [name, z.optional(z.int().check(z.minimum(from), z.maximum(to)))];
  }),
);

export const settingsSchema = told(
  z.strictObject({
    sensor: told(z.optional(z.string().check(z.minLength(1), z.maxLength(200))), {
      description: 'Name of this sensor, in records and deliveries; the name of the host if left out',
    }),
    interfaces: told(z.optional(some(oneInterface)), { description: 'Interfaces to listen on' }),
    capture: told(z.optional(z.strictObject(capture)), { description: 'How, for all interfaces' }),
    user: told(z.optional(z.string().check(z.minLength(1))), {
      description: 'Who to become, once capturing, where the sensor was started by root',
    }),
    policy: told(z.optional(path), { description: 'The policy: what this site allows. Explained in docs/policy.md' }),
    db: told(z.optional(path), { description: 'The SQLite file', default: '/var/lib/dicomtap/dicomtap.db' }),
    hash_key: told(z.optional(path), {
      description: 'Key of the patient hashes; hash.key beside the SQLite file, made at first, if left out',
    }),
    log: told(z.optional(z.enum(['trace', 'debug', 'info', 'warn', 'error'])), {
      description: 'Least level that is logged, on standard error',
      default: 'info',
    }),
    store: z.optional(
      z.strictObject({
        retention_days: told(z.optional(z.int().check(z.minimum(1), z.maximum(36_500))), {
          description: 'Age at which records go, days',
          default: 90,
        }),
        quota_mib: told(z.optional(z.int().check(z.minimum(16))), {
          description: 'Size of database, log and shared memory at which the oldest records go, MiB',
          default: 20_480,
        }),
      }),
    ),
    metrics: z.optional(metrics),
    sinks: told(z.optional(z.record(sinkName, sinkSettings)), {
      description: 'Deliveries, by a name that stays the same: what was delivered is remembered by it',
    }),
    evidence: told(
      z.optional(
        z.strictObject({
          dir: told(path, { description: 'Folder, of mode 0700, in which packets are kept for extract' }),
          size_mib: told(z.optional(z.int().check(z.minimum(1))), { description: 'How much, MiB', default: 1024 }),
        }),
      ),
      { description: 'Packets are kept only where this is given' },
    ),
    watchdog_seconds: told(z.optional(z.int().check(z.minimum(0), z.maximum(86_400))), {
      description: 'A process that is stuck for so long ends; 0 for never',
      default: 60,
    }),
    workers: told(z.optional(z.int().check(z.minimum(1), z.maximum(16))), {
      description: 'Threads among which connections are shared (docs/live.md)',
      default: 1,
    }),
    limits: told(z.optional(z.strictObject(lowered)), { description: 'Limits that are lowered (docs/limits.md)' }),
  }),
  { title: 'dicomtap configuration', description: 'How the live sensor runs. Explained in docs/configuration.md' },
);

export type SettingsContent = z.infer<typeof settingsSchema>;

/** The schema for editors, as committed in docs/configuration.schema.json. */
export function settingsJsonSchema(): string {
  return jsonSchemaOf(settingsSchema);
}
