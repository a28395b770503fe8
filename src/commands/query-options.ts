import ipaddr from 'ipaddr.js';
import { catalogue } from '../detections/catalogue.ts';
import { OperatorError } from '../model/errors.ts';
import { type Micros, type Severity, severities } from '../model/records.ts';
import type { Filter, Party } from '../store/queries.ts';
import { databaseOption, type Option } from './command.ts';
import { emptyRange, parseMoment } from './times.ts';

/** The options of every command that asks the store. */
export const queryOptions: Readonly<Record<string, Option>> = {
  db: databaseOption,
  json: { type: 'boolean', describe: 'JSON lines instead of a table' },
  severity: {
    type: 'string',
    requiresArg: true,
    choices: severities,
    describe: 'With a finding at least this grave',
  },
  detection: { type: 'string', requiresArg: true, describe: 'With a finding of this detection' },
  client: { type: 'string', requiresArg: true, describe: 'Client: ADDRESS, ADDRESS:PORT or [ADDRESS]:PORT' },
  server: { type: 'string', requiresArg: true, describe: 'Server, the same' },
  ae: { type: 'string', requiresArg: true, describe: 'Calling or called AE title' },
  since: { type: 'string', requiresArg: true, describe: 'From this time on (RFC 3339, or a date), UTC' },
  until: { type: 'string', requiresArg: true, describe: 'Before this time, or to the end of this day' },
  limit: { type: 'string', requiresArg: true, describe: 'Show at most so many' },
};

/** Throws a usage error that names the option. */
export function parseFilter(argv: Readonly<Record<string, unknown>>): Filter {
  const text = (name: string): string | null => (typeof argv[name] === 'string' ? (argv[name] as string) : null);
  const since = moment(text('since'), '--since', 'begin');
  const until = moment(text('until'), '--until', 'end');
  if (since !== null && until !== null && since >= until) throw emptyRange('--since', '--until', argv);
  return {
    severity: text('severity') as Severity | null,
    detection: detection(text('detection')),
    client: party(text('client'), '--client'),
    server: party(text('server'), '--server'),
    ae: text('ae'),
    since,
    until,
    limit: limit(text('limit')),
  };
}

function detection(text: string | null): string | null {
  const slugs = catalogue.map(({ slug }) => slug as string);
  if (text === null || slugs.includes(text)) return text;
  throw new OperatorError('usage', `--detection ${text} is not a detection`, `Detections are ${slugs.join(', ')}.`);
}

function moment(text: string | null, option: string, as: 'begin' | 'end'): Micros | null {
  if (text === null) return null;
  const { seconds, nanos } = parseMoment(text, option, as);
  return seconds * 1e6 + Math.floor(nanos / 1000);
}

function limit(text: string | null): number | null {
  if (text === null) return null;
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new OperatorError('usage', `--limit ${text} is not a number above 0`, 'Give a number such as --limit 20.');
}

/** `10.0.0.1`, `10.0.0.1:104`, `2001:db8::1` or `[2001:db8::1]:104`. */
function party(text: string | null, option: string): Party | null {
  if (text === null) return null;
  const parts = /^(?:\[(.*)\]|([^:]*))(?::(\d{1,5}))?$/.exec(text);
  const address = parts === null ? text : (parts[1] ?? parts[2]);
  const port = parts?.[3] === undefined ? null : Number(parts[3]);
  const strict = ipaddr.IPv4.isValidFourPartDecimal(address) || ipaddr.IPv6.isValid(address);
  if (strict && (port === null || port < 65_536)) return { address: ipaddr.process(address).toString(), port };
  throw new OperatorError(
    'usage',
    `${option} ${text} is not an address`,
    'Give an address such as 10.0.0.1 or 10.0.0.1:104, [2001:db8::1]:104.',
  );
}
