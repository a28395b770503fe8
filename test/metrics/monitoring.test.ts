// Proves by promtool that metrics, alert rules and their tests are sound, and that rules and dashboard name only
// metrics and labels that exist.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { makeExposition } from '../../src/metrics/exposition.ts';
import { families } from '../../src/metrics/tables/families.ts';
import { liveStatus } from '../support/live-status.ts';
import { root } from '../support/source-tree.ts';

const folder = join(root, 'monitoring');
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

function promtool(words: readonly string[], input = ''): { status: number | null; output: string } {
  const program = join(root, 'node_modules/.cache/prometheus/usr/bin/promtool');
  const { status, stdout, stderr, error } = spawnSync(program, [...words], { cwd: folder, encoding: 'utf8', input });
  if (error !== undefined) throw new Error(`promtool: ${error.message}; node .ci/promtool.mjs unpacks it`);
  return { status, output: stdout + stderr };
}

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly annotations: Readonly<Record<string, string>>;
}

const rules = (parse(read('alerts.yaml')) as { groups: { rules: Rule[] }[] }).groups.flatMap((group) => group.rules);
const tests = (
  parse(read('alerts.test.yaml')) as { tests: { alert_rule_test: { alertname: string; exp_alerts?: unknown[] }[] }[] }
).tests;

describe('promtool', () => {
  it('finds nothing wrong in the metrics', async () => {
    const text = await (await makeExposition()).text(liveStatus());
    expect(promtool(['check', 'metrics'], text)).toEqual({ status: 0, output: '' });
  });

  it('takes the rules, and each fires when it should and not on a sensor that is well', () => {
    expect(promtool(['check', 'rules', 'alerts.yaml']).output).toContain(`SUCCESS: ${rules.length} rules found`);
    const tried = promtool(['test', 'rules', 'alerts.test.yaml']);
    expect(tried.output).toContain('SUCCESS');
    expect(tried.status).toBe(0);
  });

  it('would tell if one did not', () => {
    const tried = promtool(
      ['test', 'rules', '/dev/stdin'],
      read('alerts.test.yaml')
        .replace('1x5 0x30', '1x60')
        .replace('[alerts.yaml]', `[${join(folder, 'alerts.yaml')}]`),
    );
    expect(tried.status).not.toBe(0);
  });
});

it('every alert is tested both ways', () => {
  const names = rules.map(({ alert }) => alert);
  const tried = tests.flatMap((each) => each.alert_rule_test);
  expect(tried.filter((each) => each.exp_alerts === undefined).map((each) => each.alertname)).toEqual(names);
  expect(tried.filter((each) => each.exp_alerts !== undefined).map((each) => each.alertname)).toEqual(names);
});

describe('names', () => {
  const labelsOf = new Map(families.map(({ name, labels }) => [name, labels]));
  const dashboard = read('dashboard.json');
  const expressions = (JSON.parse(dashboard) as { panels: { targets?: { expr: string }[] }[] }).panels.flatMap(
    ({ targets = [] }) => targets.map(({ expr }) => expr),
  );
  const everywhere = { rules: read('alerts.yaml'), tests: read('alerts.test.yaml'), dashboard };

  it.each(Object.entries(everywhere))('of %s exist', (_, text) => {
    const named = Array.from(text.matchAll(/\bdicomtap_[a-z_]+/g), ([name]) => name);
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((name) => !labelsOf.has(name))).toEqual([]);
  });

  it('of labels are those of their metric', () => {
    const all = [...rules.map(({ expr }) => expr), ...expressions];
    const used = all.flatMap((expr) => Array.from(expr.matchAll(/\b(dicomtap_[a-z_]+)\{([^}]*)\}/g)));
    expect(used.length).toBeGreaterThan(10);
    for (const [, name, selectors] of used) {
      for (const [, label] of selectors.matchAll(/([a-z]+)\s*(?:=~|!~|!=|=)/g)) {
        expect(['instance', 'job', ...(labelsOf.get(name) ?? [])], `${name}{${label}}`).toContain(label);
      }
    }
  });

  it('of the dashboard are nearly all there are', () => {
    const shown = new Set(Array.from(dashboard.matchAll(/\bdicomtap_[a-z_]+/g), ([name]) => name));
    const missing = families.map(({ name }) => name).filter((name) => !shown.has(name));
    expect(missing.sort()).toEqual([
      'dicomtap_bytes_total',
      'dicomtap_interface_last_packet_time_seconds',
      'dicomtap_interface_received_packets_total',
      'dicomtap_packets_total',
      'dicomtap_start_time_seconds',
    ]);
  });

  it('of panels are each its own', () => {
    const { panels } = JSON.parse(dashboard) as { panels: { id: number; gridPos: { x: number; w: number } }[] };
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    for (const { gridPos } of panels) expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
  });
});
