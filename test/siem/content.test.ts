// Proves that every field that the content for Splunk, Elastic, Sentinel and QRadar names is one that the program
// writes.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { catalogue } from '../../src/detections/catalogue.ts';
import { formats, rendered } from '../../src/sinks/format.ts';
import { fieldsOf } from '../../src/sinks/formats/fields.ts';
import { cefAddresses, cefLabels, type FieldRow, mapping } from '../../src/sinks/formats/tables/mapping.ts';
import { sinkOf } from '../../src/sinks/settings.ts';
import { asText, at, told } from '../sinks/formats/mapped.ts';
import { parseCef } from '../support/cef-parser.ts';
import { parseLeef } from '../support/leef-parser.ts';
import { alertMessage, everyKind, hostile } from '../support/out-messages.ts';
import { filesBelow, root } from '../support/source-tree.ts';

const rows = mapping as readonly FieldRow[];
const whole = 65_536;
const documents = everyKind.map((message) => JSON.parse(formats.ecs(message, whole)) as unknown);
const written = (path: string): boolean => documents.some((document) => at(document, path) !== undefined);
/** Or would be, of a message that is withdrawn or shortened. */
const isField = (path: string): boolean => written(path) || rows.some(({ ecs }) => ecs === path);

function read(path: string): string {
  return readFileSync(join(root, 'siem', path), 'utf8');
}

describe('siem/README.md', () => {
  const page = read('README.md');

  it('names files that are there, and every one of them by file or folder', () => {
    const links = Array.from(page.matchAll(/\]\(([^)#]+)\)/g), ([, link]) => link);
    for (const link of links) expect(existsSync(join(root, 'siem', link)), link).toBe(true);
    for (const path of filesBelow('siem').map((one) => one.slice('siem/'.length))) {
      expect(
        path === 'README.md' ||
          links.some((link) => path === link || path.startsWith(`${link}/`) || path.startsWith(link)),
        path,
      ).toBe(true);
    }
  });

  it('is part of the package', () => {
    const { files } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { files: string[] };
    expect(files).toContain('siem');
  });
});

describe('splunk', () => {
  const stanzas = conf(read('splunk/default/props.conf'));
  const json = stanzas['dicomtap:json'];
  const syslog = stanzas['dicomtap:syslog'];

  it('aliases and evaluations take fields that are written', () => {
    for (const [key, value] of Object.entries(json)) {
      const aliased = key.startsWith('FIELDALIAS-')
        ? Array.from(value.matchAll(/([\w.]+)"? AS/g), ([, name]) => name)
        : [];
      const evaluated = key.startsWith('EVAL-') ? Array.from(value.matchAll(/'([^']+)'/g), ([, name]) => name) : [];
      if (key.startsWith('FIELDALIAS-')) expect(aliased.length).toBeGreaterThan(0);
      for (const name of [...aliased, ...evaluated]) expect(written(name), name).toBe(true);
    }
    const parameters = new Set(rows.map(({ sd }) => sd));
    for (const [key, value] of Object.entries(syslog)) {
      if (!key.startsWith('FIELDALIAS-')) continue;
      for (const [, name] of value.matchAll(/(\w+) AS/g)) expect(parameters).toContain(name);
    }
  });

  it('gives the fields of CIM Intrusion Detection and Alerts, whose tags are set', () => {
    const given = Object.entries(json).flatMap(([key, value]) =>
      key.startsWith('EVAL-') ? [key.slice(5)] : Array.from(value.matchAll(/ AS (\w+)/g), ([, name]) => name),
    );
    const detection = [
      'action',
      'category',
      'dest',
      'dest_port',
      'dvc',
      'ids_type',
      'severity',
      'signature',
      'signature_id',
      'src',
      'src_port',
      'transport',
      'vendor_product',
    ];
    const alerts = ['app', 'description', 'dest', 'id', 'severity', 'signature', 'src', 'type', 'vendor_product'];
    expect(given).toEqual(expect.arrayContaining([...detection, ...alerts]));
    const types = Object.keys(conf(read('splunk/default/eventtypes.conf')));
    const tags = conf(read('splunk/default/tags.conf'));
    for (const name of Object.keys(tags)) expect(types).toContain(name.replace('eventtype=', ''));
    expect(tags['eventtype=dicomtap_alert']).toEqual({ alert: 'enabled', ids: 'enabled', attack: 'enabled' });
  });

  it('event types name kinds that there are', () => {
    for (const { search } of Object.values(conf(read('splunk/default/eventtypes.conf')))) {
      const [, field, kind] = /"([\w.]+)"=(\w+)$/.exec(search) ?? [];
      expect(written(field)).toBe(true);
      expect(everyKind.map((message) => message.kind as string)).toContain(kind);
    }
  });

  it('finds the time, and every parameter of structured data whatever is in it', () => {
    expect(formats.ecs(alertMessage(), whole)).toMatch(new RegExp(`${json['TIME_PREFIX']}\\d{4}-\\d\\d-\\d\\dT`));
    const { REGEX, FORMAT } = conf(read('splunk/default/transforms.conf'))['dicomtap_structured_data'];
    expect(FORMAT).toBe('$1::$2');
    const sink = sinkOf('s', { kind: 'syslog', transport: 'tcp', address: 'h:1', format: 'sentence' });
    for (const [, title] of hostile) {
      const message = alertMessage({ callingAe: title, summary: 'So.', evidence: {} });
      const text = rendered(message, sink);
      expect(text).toMatch(new RegExp(syslog['TIME_PREFIX']));
      const found = Array.from(text.matchAll(new RegExp(REGEX, 'g')), ([, name, value]) => [
        name,
        value.replace(/\\(["\\\]])/g, '$1'),
      ]);
      for (const { row, value } of told(fieldsOf(message))) {
        if (row.sd !== null) expect(found).toContainEqual([row.sd, asText(value)]);
      }
    }
  });
});

describe('elastic', () => {
  const types = {
    text: 'keyword',
    number: 'long',
    truth: 'boolean',
    time: 'date',
    address: 'ip',
    list: 'keyword',
    object: 'flattened',
  };

  it('the index template has every field of dicomtap, of its type, and no other', () => {
    const template = JSON.parse(read('elastic/index-template.json')) as {
      template: { mappings: { properties: Properties } };
    };
    const { properties } = template.template.mappings;
    const own = rows.filter(({ ecs }) => ecs.startsWith('dicomtap.'));
    expect(
      Object.fromEntries(
        Object.entries(properties['dicomtap'].properties ?? {}).map(([name, { type }]) => [name, type]),
      ),
    ).toEqual(Object.fromEntries(own.map(({ ecs, type }) => [ecs.slice('dicomtap.'.length), types[type]])));
    const { dicomtap: _, ...others } = properties;
    for (const path of paths(others)) expect(path === 'event.ingested' || written(path), path).toBe(true);
  });

  it('the pipeline takes fields that are written', () => {
    const text = read('elastic/ingest-pipeline.json');
    const { processors } = JSON.parse(text) as { processors: Record<string, { field?: string }>[] };
    expect(processors.length).toBeGreaterThan(3);
    for (const [, path] of text.matchAll(/\{\{\{([\w.]+)\}\}\}/g))
      expect(path.startsWith('_ingest.') || written(path), path).toBe(true);
    for (const [, path] of text.matchAll(/ctx\.([\w?.]+?)(?= |\.starts)/g))
      expect(written(path.replaceAll('?', '')), path).toBe(true);
    for (const processor of processors) {
      const { field } = Object.values(processor)[0];
      if (field !== undefined && !['_id', 'event.ingested'].includes(field)) expect(written(field), field).toBe(true);
    }
  });
});

describe('sentinel', () => {
  const query = read('sentinel/Dicomtap.kql').replace(/^\/\/.*$/gm, '');
  /** Columns of CommonSecurityLog by the key of CEF they come from. */
  const columns: Readonly<Record<string, readonly string[]>> = {
    cat: ['DeviceEventCategory'],
    externalId: ['ExtID', 'ExternalID'],
    cn1: ['FieldDeviceCustomNumber1', 'DeviceCustomNumber1'],
    class: ['DeviceEventClassID'],
    name: ['Activity'],
    msg: ['Message'],
    dvchost: ['DeviceName'],
    src: ['SourceIP'],
    spt: ['SourcePort'],
    dst: ['DestinationIP'],
    dpt: ['DestinationPort'],
    c6a2: ['DeviceCustomIPv6Address2'],
    c6a3: ['DeviceCustomIPv6Address3'],
    cs1: ['DeviceCustomString1'],
    cs2: ['DeviceCustomString2'],
    cs3: ['DeviceCustomString3'],
    cs4: ['DeviceCustomString4'],
    cs5: ['DeviceCustomString5'],
    cs6: ['DeviceCustomString6'],
    cnt: ['EventCount'],
    start: ['StartTime'],
    end: ['EndTime'],
    outcome: ['EventOutcome'],
    reason: ['Reason'],
  };
  const always = [
    'CommonSecurityLog',
    'DeviceVendor',
    'DeviceProduct',
    'AdditionalExtensions',
    'LogSeverity',
    'TimeGenerated',
  ];
  const extended = Array.from(query.matchAll(/^ {4}(\w+) = (.*?),?$/gm), ([, name, made]) => ({ name, made }));

  it('reads columns of keys that are written, and keys of our own that are', () => {
    const keys = new Set([...rows.map(({ cef }) => cef), ...Object.values(cefAddresses).map(({ key }) => key)]);
    for (const key of Object.keys(columns)) expect(keys).toContain(key);
    const allowed = new Set([...Object.values(columns).flat(), ...always]);
    for (const { made } of extended) {
      for (const [word] of made.replace(/"[^"]*"/g, '').matchAll(/\b[A-Z]\w+/g)) expect(allowed).toContain(word);
      for (const [, key] of made.matchAll(/"(Dicomtap\w+)"/g))
        expect(key === 'DicomtapTime' || keys.has(key), key).toBe(true);
    }
    const { extension } = parseCef(formats.cef(alertMessage(), whole));
    expect(Object.keys(extension)).toContain('DicomtapTime');
  });

  it('names columns as fields, and what it reads is that field', () => {
    const byName = new Map(rows.map((row) => [row.field.toLowerCase(), row]));
    for (const { name, made } of extended) {
      const row = byName.get(name.toLowerCase());
      expect(row, name).toBeDefined();
      const own = /"(Dicomtap\w+)"/.exec(made)?.[1];
      if (own !== undefined) expect([row?.cef, row?.field === 'time' ? 'DicomtapTime' : '']).toContain(own);
      else expect(made).toContain(columns[row?.cef ?? '']?.[0]);
    }
    for (const [key, label] of Object.entries(cefLabels)) {
      if (key in columns) expect(rows.find(({ cef }) => cef === key)?.field).toBe(label);
    }
  });

  it('projects what it has', () => {
    const [, list] = /\| project ([\s\S]*)$/.exec(query) ?? [];
    const names = new Set([...extended.map(({ name }) => name), ...always]);
    for (const name of list.split(',')) expect(names).toContain(name.trim());
    for (const [open, close] of ['()', '{}']) expect(query.split(open).length).toBe(query.split(close).length);
  });
});

describe('qradar', () => {
  const leefs = everyKind.map((message) => parseLeef(formats.leef(message, whole)));

  it('properties are keys that are written', () => {
    const keys = new Set([
      'event',
      ...rows.map(({ leef }) => leef),
      ...leefs.flatMap(({ attributes }) => Object.keys(attributes)),
    ]);
    for (const { 'leef key': key } of csv(read('qradar/properties.csv'))) expect(keys).toContain(key);
  });

  it('the QID map has every detection with its title, and every other kind, and no other', () => {
    const map = csv(read('qradar/qid-map.csv'));
    const kinds = everyKind.map(({ kind }) => kind as string).filter((kind) => kind !== 'alert' && kind !== 'finding');
    expect(map.map((row) => row['event id']).sort()).toEqual([...catalogue.map(({ slug }) => slug), ...kinds].sort());
    for (const { slug, title } of catalogue) expect(map.find((row) => row['event id'] === slug)?.['name']).toBe(title);
    for (const row of map) expect(Number(row['severity'])).toBeGreaterThanOrEqual(1);
  });
});

it('no file names a field that was', () => {
  for (const path of filesBelow('siem')) {
    const text = readFileSync(join(root, path), 'utf8');
    for (const [, name] of text.matchAll(/\bdicomtap\.([a-z_]+)\b/g)) {
      const file = ['conf', 'rulebase', 'events', 'csv', 'json', 'yml'].includes(name);
      expect(file || isField(`dicomtap.${name}`), `${path}: dicomtap.${name}`).toBe(true);
    }
  }
});

type Properties = Record<string, { type?: string; properties?: Properties }>;

function paths(properties: Properties, before = ''): string[] {
  return Object.entries(properties).flatMap(([name, { properties: inner }]) =>
    inner === undefined ? [before + name] : paths(inner, `${before}${name}.`),
  );
}

/** Stanzas of Splunk's configuration: key and value on a line. */
function conf(text: string): Record<string, Record<string, string>> {
  const stanzas: Record<string, Record<string, string>> = {};
  let current: Record<string, string> = {};
  for (const line of text.split('\n').filter((one) => one !== '' && !one.startsWith('#'))) {
    const name = /^\[(.+)\]$/.exec(line)?.[1];
    if (name !== undefined) {
      current = {};
      stanzas[name] = current;
    } else {
      const cut = line.indexOf(' = ');
      expect(cut, line).toBeGreaterThan(0);
      current[line.slice(0, cut)] = line.slice(cut + 3);
    }
  }
  return stanzas;
}

/** Rows by the names of the first; a cell with a comma is in quotes. */
function csv(text: string): Record<string, string>[] {
  const cells = (line: string) =>
    Array.from(line.matchAll(/(?:^|,)(?:"([^"]*)"|([^,]*))/g), ([, quoted, plain]) => quoted ?? plain);
  const [heads, ...lines] = text.trimEnd().split('\n').map(cells);
  return lines.map((line) => Object.fromEntries(line.map((cell, i) => [heads[i], cell])));
}
