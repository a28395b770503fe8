// Proves what Prometheus is told: every number of a live sensor under its name, what has not happened as 0, and what is
// gone not at all.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { catalogue } from '../../src/detections/catalogue.ts';
import { makeExposition } from '../../src/metrics/exposition.ts';
import { families } from '../../src/metrics/tables/families.ts';
import type { LiveStatus } from '../../src/model/live-status.ts';
import { lossCauses } from '../../src/model/records.ts';
import { eth1, liveStatus, ring, soc } from '../support/live-status.ts';
import { Sensing } from '../support/sensing.ts';
import { root } from '../support/source-tree.ts';

async function told(...statuses: readonly LiveStatus[]): Promise<Map<string, number>> {
  const exposition = await makeExposition();
  let text = '';
  for (const status of statuses) text = await exposition.text(status);
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}

it.each<[string, number]>([
  [`dicomtap_build_info{sensor="span-1",version="0.1.0",node="${process.version}"}`, 1],
  ['dicomtap_start_time_seconds', 1_700_000_000],
  ['dicomtap_healthy', 1],
  ['dicomtap_memory_bytes', 80_000_000],
  ['dicomtap_packets_total', 100],
  ['dicomtap_bytes_total', 5000],
  ['dicomtap_connections_total', 4],
  ['dicomtap_associations_total', 3],
  ['dicomtap_operations_total', 8],
  ['dicomtap_findings_total{detection="phi-cleartext",severity="high"}', 2],
  ['dicomtap_findings_total{detection="public-address",severity="high"}', 0],
  ['dicomtap_lag_seconds', 0.25],
  ['dicomtap_interface_capturing{interface="eth1"}', 1],
  ['dicomtap_interface_packets_total{interface="eth1"}', 100],
  ['dicomtap_interface_bytes_total{interface="eth1"}', 5000],
  ['dicomtap_interface_received_packets_total{interface="eth1"}', 107],
  ['dicomtap_interface_starts_total{interface="eth1"}', 2],
  ['dicomtap_interface_last_packet_time_seconds{interface="eth1"}', 1_700_000_000.5],
  ['dicomtap_dropped_packets_total{interface="eth1",place="kernel"}', 7],
  ['dicomtap_dropped_packets_total{interface="eth1",place="interface"}', 0],
  ['dicomtap_dropped_packets_total{interface="eth1",place="helper"}', 0],
  ['dicomtap_lost_packets_total{cause="before-sensor"}', 2],
  ['dicomtap_lost_bytes_total{cause="before-sensor"}', 2800],
  ['dicomtap_stream_bytes_total', 0],
  ['dicomtap_identified_bytes_total{place="lost-step"}', 0],
  ['dicomtap_held_bytes{kind="reorder"}', 512],
  ['dicomtap_held_entries{kind="fragment-datagrams"}', 1],
  ['dicomtap_store_bytes', 4096],
  ['dicomtap_store_trouble', 0],
  ['dicomtap_store_waiting_records', 5],
  ['dicomtap_store_waiting_bytes', 900],
  ['dicomtap_store_refused_records_total', 1],
  ['dicomtap_evidence_bytes', 3000],
  ['dicomtap_evidence_limit_bytes', 1_073_741_824],
  ['dicomtap_evidence_oldest_time_seconds', 1_699_990_000],
  ['dicomtap_evidence_kept_packets_total', 90],
  ['dicomtap_evidence_missed_packets_total', 10],
  ['dicomtap_evidence_trouble', 1],
  ['dicomtap_sink_connected{sink="soc",kind="syslog-tls"}', 1],
  ['dicomtap_sink_failing{sink="soc",kind="syslog-tls"}', 0],
  ['dicomtap_sink_waiting_messages{sink="soc",kind="syslog-tls"}', 3],
  ['dicomtap_sink_lag_seconds{sink="soc",kind="syslog-tls"}', 1.5],
  ['dicomtap_sink_delivered_messages_total{sink="soc",kind="syslog-tls"}', 9],
  ['dicomtap_sink_repeated_messages_total{sink="soc",kind="syslog-tls"}', 1],
  ['dicomtap_sink_dropped_messages_total{sink="soc",kind="syslog-tls"}', 2],
])('%s is %d', async (name, value) => {
  expect((await told(liveStatus({ evidence: ring }))).get(name)).toBe(value);
});

it('has every cause of loss and every finding that may come from the beginning, as 0', async () => {
  const numbers = await told(liveStatus({ findings: {}, losses: {} }));
  for (const cause of lossCauses) {
    expect(numbers.get(`dicomtap_lost_packets_total{cause="${cause}"}`)).toBe(0);
    expect(numbers.get(`dicomtap_lost_bytes_total{cause="${cause}"}`)).toBe(0);
  }
  for (const { slug, severities } of catalogue) {
    for (const severity of severities) {
      expect(numbers.get(`dicomtap_findings_total{detection="${slug}",severity="${severity}"}`)).toBe(0);
    }
  }
});

it('every place of an identified byte is there but the sum and the holes', async () => {
  const { identified } = new Sensing().sensor.streamBytes;
  const numbers = await told(liveStatus());
  const places = [...numbers.keys()].filter((name) => name.startsWith('dicomtap_identified_bytes_total'));
  expect(places.length).toBe(Object.keys(identified).length - 2);
});

it('tells the numbers of the last status, and nothing of what is gone', async () => {
  const sick = liveStatus({
    healthy: false,
    why: 'x',
    packets: 101,
    interfaces: [{ ...eth1, name: 'eth2', state: 'waiting', received: null, lastPacket: null }],
    sinks: [{ ...soc, connected: false, lastError: 'refused' }],
    store: { bytes: 1, trouble: 'the disk is full', waiting: 0, waitingBytes: 0, refused: 0 },
  });
  const numbers = await told(liveStatus({ evidence: ring }), sick);
  const names = [...numbers.keys()];
  expect(numbers.get('dicomtap_packets_total')).toBe(101);
  expect(numbers.get('dicomtap_healthy')).toBe(0);
  expect(numbers.get('dicomtap_store_trouble')).toBe(1);
  expect(numbers.get('dicomtap_sink_connected{sink="soc",kind="syslog-tls"}')).toBe(0);
  expect(numbers.get('dicomtap_sink_failing{sink="soc",kind="syslog-tls"}')).toBe(1);
  expect(numbers.get('dicomtap_interface_capturing{interface="eth2"}')).toBe(0);
  expect(names.filter((name) => name.includes('eth1'))).toEqual([]);
  expect(names.filter((name) => /received|last_packet|evidence/.test(name))).toEqual([]);
});

describe('names', () => {
  it('are in the style of Prometheus', () => {
    for (const { name, kind, labels, help } of families) {
      expect(name).toMatch(/^dicomtap_[a-z]+(_[a-z]+)*$/);
      expect(name.endsWith('_total'), name).toBe(kind === 'counter');
      for (const label of labels) expect(label).toMatch(/^[a-z]+$/);
      expect(help).not.toMatch(/\.$/);
    }
    expect(new Set(families.map(({ name }) => name)).size).toBe(families.length);
  });

  it('docs/metrics.md has every one', () => {
    const path = join(root, 'docs', 'metrics.md');
    const page = readFileSync(path, 'utf8');
    const rows = families.map(({ name, kind, labels, help }) => {
      const names = labels.map((label) => `\`${label}\``).join(', ');
      return `| \`${name}\` | ${kind} | ${names}${names === '' ? '' : ' '}| ${help} |\n`;
    });
    const whole = page.replace(/(<!-- metrics.*-->\n)[\s\S]*(<!-- end)/, (_, begin: string, end: string) => {
      return `${begin}| name | kind | labels | what it is |\n| --- | --- | --- | --- |\n${rows.join('')}${end}`;
    });
    if (process.env['DICOMTAP_GOLDEN'] === 'write') writeFileSync(path, whole);
    expect(page).toBe(whole);
  });
});
