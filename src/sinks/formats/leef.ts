import { rfc3339 } from '../../bytes/rfc3339.ts';
import { type Fields, fieldText } from './fields.ts';
import { type FieldName, type FieldRow, mapping } from './tables/mapping.ts';
import { severityTable } from './tables/severities.ts';

/**
 * QRadar's Log Event Extended Format 2.0: `LEEF:2.0|vendor|product|version|event|delimiter|key=value^key=value`. The
 * event is the detection's slug, or the kind; `cat` is the kind. The delimiter is `^`, for relays turn tabs into
 * something else; the format has no escape, so what would end a value is written as `\xHH`, as records write bytes that
 * are not printable.
 */
export function leef(fields: Fields): string {
  const { kind, detection, version, severity, clientAddress, time } = fields;
  const header = ['dicomtap', 'dicomtap', String(version ?? ''), String(detection ?? kind)].map(leefHeader);
  const pairs = rows.flatMap(({ field, type, leef }) => {
    const value = fields[field];
    if (value === undefined) return [];
    if (type === 'time') return field === 'time' ? [] : [[leef, rfc3339(value as number)]];
    return [[leef, fieldText(value)]];
  });
  pairs.push(['sev', String(severityTable[severity].leef)], ['devTime', deviceTime(time)]);
  pairs.push(['devTimeFormat', DEVICE_TIME_FORMAT], ['time', rfc3339(time)]);
  if (clientAddress !== undefined) pairs.push(['proto', 'TCP']);
  const attributes = pairs.map(([key, value]) => `${key}=${leefValue(value)}`).join('^');
  return `LEEF:2.0|${header.join('|')}|^|${attributes}`;
}

/** No escape there: what would end a field becomes a slash. */
export function leefHeader(text: string): string {
  return text.replace(/[|^\r\n]/g, '/');
}

/**
 * The delimiter becomes `\x5E`. Readers that look for pairs by words would take ` id=` within an AE title for a field,
 * and what stands between quotes for one value: so an equals sign becomes `\x3D`, but where it pads base64, and a quote
 * at the beginning `\x22` or `\x27`.
 */
export function leefValue(text: string): string {
  const marked = BASE64.test(text) ? text : text.replaceAll('=', '\\x3D');
  return marked.replace(/^["']|[\^\t\r\n]/g, hexadecimal);
}

const BASE64 = /^[\w:+/.-]*={0,2}$/;

function hexadecimal(character: string): string {
  return `\\x${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}

const rows: readonly (FieldRow & { readonly field: FieldName })[] = mapping.filter(({ field }) => field !== 'version');

/** In the form of Java's SimpleDateFormat below it: it has no microseconds. */
function deviceTime(micros: number): string {
  return `${rfc3339(micros).slice(0, 23)}+0000`;
}
const DEVICE_TIME_FORMAT = "yyyy-MM-dd'T'HH:mm:ss.SSSZ";
