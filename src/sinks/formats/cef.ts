import { rfc3339 } from '../../bytes/rfc3339.ts';
import { type Fields, fieldText } from './fields.ts';
import { cefAddresses, cefLabels, type FieldName, type FieldRow, mapping } from './tables/mapping.ts';
import { severityTable } from './tables/severities.ts';

/**
 * ArcSight Common Event Format, version 0:
 * `CEF:0|vendor|product|version|class|name|severity|key=value key=value`. The event class is the detection's slug, or
 * the kind. `rt` has milliseconds; the exact time is in `DicomtapTime`. Keys that the dictionary does not have are
 * named vendor and field, as it asks for.
 */
export function cef(fields: Fields): string {
  const { kind, detection, title, version, severity, clientAddress, time } = fields;
  const name = String(title ?? kind);
  const header = ['dicomtap', 'dicomtap', String(version ?? ''), String(detection ?? kind), name].map(cefHeader);
  const pairs = rows.flatMap(({ field, type, cef }) => {
    const value = fields[field];
    if (value === undefined) return [];
    if (type === 'time') return [[cef, String(Math.floor((value as number) / 1000))]];
    if (type === 'address') return address(cef, String(value));
    return labelled(cef, fieldText(value));
  });
  pairs.push(['DicomtapTime', rfc3339(time)]);
  if (clientAddress !== undefined) pairs.push(['proto', 'TCP'], ['app', 'DICOM']);
  const extension = pairs.map(([key, value]) => `${key}=${cefValue(value)}`).join(' ');
  return `CEF:0|${header.join('|')}|${severityTable[severity].cef}|${extension}`;
}

/** In the header pipe and backslash are escaped, and there is no line break. */
export function cefHeader(text: string): string {
  return text.replace(/[\r\n]+/g, ' ').replace(/[\\|]/g, '\\$&');
}

/** In a value equals sign and backslash are escaped, and line breaks are `\n` and `\r`. */
export function cefValue(text: string): string {
  return text.replace(/[\\=]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
}

/** What is in the header is not said again, but for the severity's own word. */
const inHeader: readonly FieldName[] = ['title', 'version', 'detection'];
const rows: readonly (FieldRow & { readonly field: FieldName })[] = mapping.filter(
  ({ field }) => !inHeader.includes(field),
);

function labelled(key: string, value: string): string[][] {
  const label = cefLabels[key];
  return label === undefined
    ? [[key, value]]
    : [
        [key, value],
        [`${key}Label`, label],
      ];
}

/** Version 0 has IPv4 in `src` and `dst`, and custom addresses for IPv6. */
function address(key: string, value: string): string[][] {
  const six = cefAddresses[key];
  if (!value.includes(':') || six === undefined) return [[key, value]];
  return [
    [six.key, value],
    [`${six.key}Label`, six.label],
  ];
}
