import { rfc3339 } from '../../bytes/rfc3339.ts';
import { type Fields, fieldText } from './fields.ts';
import { headerWord, priority, type SyslogHeader } from './syslog-header.ts';
import { type FieldName, type FieldRow, mapping } from './tables/mapping.ts';

/** One SD-ELEMENT: its id, and parameters with values as they are. */
export interface DataElement {
  readonly id: string;
  readonly parameters: readonly (readonly [name: string, value: string])[];
}

/**
 * RFC 5424 section 6: `<PRI>1 TIMESTAMP HOSTNAME APP-NAME PROCID MSGID SD MSG`. A byte order mark stands before the
 * message only where `mark` says so: it declares UTF-8, and bodies in JSON, CEF and LEEF do without, for their readers
 * look for their own first character there.
 */
export function rfc5424(
  header: SyslogHeader & { readonly messageId: string },
  data: readonly DataElement[],
  message: string,
  mark = false,
): string {
  const { time, host, app, process, messageId } = header;
  const words = [
    `<${priority(header)}>1`,
    rfc3339(time),
    headerWord(host, 255),
    headerWord(app, 48),
    headerWord(String(process), 128),
    headerWord(messageId, 32),
    data.length === 0 ? '-' : data.map(element).join(''),
  ];
  return `${words.join(' ')} ${mark ? '\ufeff' : ''}${message}`;
}

/** The fields that have a parameter, in `dicomtap@PEN`, and who wrote it, in `origin` (section 7.2). */
export function structuredData(fields: Fields, pen: number): DataElement[] {
  const parameters: [string, string][] = [];
  for (const { field, sd, type } of rows) {
    const value = fields[field];
    if (value === undefined || sd === null) continue;
    parameters.push([sd, type === 'time' ? rfc3339(value as number) : fieldText(value)]);
  }
  const version: [string, string][] = fields.version === undefined ? [] : [['swVersion', String(fields.version)]];
  return [
    { id: `dicomtap@${pen}`, parameters },
    { id: 'origin', parameters: [['software', 'dicomtap'], ...version] },
  ];
}

/** In a value quote, backslash and closing bracket are escaped by a backslash (section 6.3.3). */
export function parameterValue(text: string): string {
  return text.replace(/["\\\]]/g, '\\$&');
}

const rows: readonly (FieldRow & { readonly field: FieldName })[] = mapping;

/** SD-NAME: at most 32 printable characters but `=`, `]` and `"`. */
function element({ id, parameters }: DataElement): string {
  const name = (text: string) => headerWord(text.replace(/[=\]"]/g, '_'), 32);
  return `[${[name(id), ...parameters.map(([key, value]) => `${name(key)}="${parameterValue(value)}"`)].join(' ')}]`;
}
