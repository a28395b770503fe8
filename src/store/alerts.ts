import { ascending } from '../bytes/ascending.ts';
import { catalogue } from '../detections/catalogue.ts';
import { alertId } from '../ledger/ids.ts';
import { type AlertRecord, type Micros, type Severity, severities } from '../model/records.ts';
import type { AlertFinding } from './lasting.ts';

/** A finding that is alerted itself, with the other detections of its kind on its association. */
export interface Raised extends AlertFinding {
  readonly related: Readonly<Record<string, number>>;
}

/**
 * What alerts depend on in a detection: kind, and its place in the catalogue (lower first among equally grave ones).
 */
export interface AlertRule {
  readonly kind: 'event' | 'condition';
  readonly rank: number;
}
export type AlertRules = ReadonlyMap<string, AlertRule>;
export const alertRules: AlertRules = new Map(catalogue.map(({ slug, kind }, rank) => [slug, { kind, rank }]));

/** Detections that are not in the catalogue (of another version) stand last, as events. */
export function ruleOf(rules: AlertRules, detection: string): AlertRule {
  return rules.get(detection) ?? { kind: 'event', rank: rules.size };
}

export const hourMicros = 3600e6;
export const repeatMicros = 7 * 24 * hourMicros;

/**
 * Of the findings on one association, those that are alerted: of its events the gravest, then the first in the
 * catalogue, then the first in time; and of its conditions likewise, for a condition is alerted once in 7 days, and no
 * event is to hide behind it. The others are named with the one of their kind, so that each finding is in one alert.
 */
export function raisedOf(findings: readonly AlertFinding[], rules: AlertRules): Raised[] {
  const raised: Raised[] = [];
  for (const kind of kinds) {
    const standing = findings.filter(
      ({ withdrawn, detection }) => !withdrawn && ruleOf(rules, detection).kind === kind,
    );
    if (standing.length > 0) raised.push(gravestOf(standing, rules));
  }
  return raised;
}

const kinds = ['event', 'condition'] as const;

function gravestOf(standing: readonly AlertFinding[], rules: AlertRules): Raised {
  const first = standing.reduce((a, b) => (compareRaising(b, a, rules) < 0 ? b : a));
  const { id, detection, key, time, severity, associationId, withdrawn } = first;
  return { id, detection, key, time, severity, associationId, withdrawn, related: othersOf(first, standing) };
}

/** How many of each detection stand beside the first. */
function othersOf(first: AlertFinding, standing: readonly AlertFinding[]): Readonly<Record<string, number>> {
  if (standing.length === 1) return none;
  const related: Record<string, number> = {};
  for (const { id, detection } of standing) {
    if (id !== first.id) related[detection] = (related[detection] ?? 0) + 1;
  }
  return sorted(related);
}

/** Of most findings, which stand alone. */
const none: Readonly<Record<string, number>> = {};

/**
 * Folds raised findings of one detection and key into alerts. They come in the order of `compareFolding`; `from` is
 * the alert that stood before the first of them, if it is to be continued.
 *
 * event: one alert for each hour of UTC. condition: one when first seen, one when it is graver than the last
 * alert, one when 7 days have passed since that began.
 */
export function foldAlerts(findings: readonly Raised[], rules: AlertRules, from: AlertRecord | null): AlertRecord[] {
  const alerts: AlertRecord[] = [];
  let last = from;
  for (const finding of findings) {
    const { kind } = ruleOf(rules, finding.detection);
    if (last !== null && belongs(finding, last, kind)) {
      last = joined(last, finding);
      if (alerts.length === 0) alerts.push(last);
      else alerts[alerts.length - 1] = last;
    } else {
      last = begun(finding, kind);
      alerts.push(last);
    }
  }
  return alerts;
}

/** Order of folding: time, then the gravest first, so that no two alerts of a key begin at the same time. */
export function compareFolding(a: Raised, b: Raised): number {
  return a.time - b.time || gravity(b.severity) - gravity(a.severity) || ascending(a.id, b.id);
}

export function gravity(severity: Severity): number {
  return severities.indexOf(severity);
}

export function hourOf(time: Micros): Micros {
  return Math.floor(time / hourMicros) * hourMicros;
}

/**
 * The alert with a finding that comes after the one it began with, in whatever order they come; null where that
 * depends on more than the alert tells. `shown` is the finding that shows an event's alert.
 */
export function joinedAnyTime(alert: AlertRecord, finding: Raised, shown: Raised | null): AlertRecord | null {
  if (!belongs(finding, alert, alert.kind)) return null;
  const last = joined(alert, finding);
  const lastTime = Math.max(alert.lastTime, finding.time);
  if (alert.kind === 'condition') return finding.time > alert.windowStart ? { ...last, lastTime } : null;
  if (shown === null) return null;
  const first = gravity(finding.severity) === gravity(alert.severity) && compareFolding(finding, shown) < 0;
  const findingId = first ? finding.id : last.findingId;
  return { ...last, findingId, firstTime: Math.min(alert.firstTime, finding.time), lastTime };
}

function belongs(finding: Raised, alert: AlertRecord, kind: AlertRule['kind']): boolean {
  if (kind === 'event') return hourOf(finding.time) === alert.windowStart;
  return finding.time < alert.windowStart + repeatMicros && gravity(finding.severity) <= gravity(alert.severity);
}

function begun(finding: Raised, kind: AlertRule['kind']): AlertRecord {
  const { detection, key, time, severity, id, related } = finding;
  const windowStart = kind === 'event' ? hourOf(time) : time;
  return {
    id: alertId(detection, key, windowStart),
    detection,
    key,
    kind,
    windowStart,
    severity,
    count: 1,
    firstTime: time,
    lastTime: time,
    findingId: id,
    related: sorted(related),
  };
}

function joined(alert: AlertRecord, finding: Raised): AlertRecord {
  const graver = gravity(finding.severity) > gravity(alert.severity);
  return {
    ...alert,
    severity: graver ? finding.severity : alert.severity,
    findingId: graver ? finding.id : alert.findingId,
    count: alert.count + 1,
    lastTime: finding.time,
    related: finding.related === none ? alert.related : summed(alert.related, finding.related),
  };
}

function summed(a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>): Record<string, number> {
  const sums: Record<string, number> = { ...a };
  for (const [detection, count] of Object.entries(b)) sums[detection] = (sums[detection] ?? 0) + count;
  return sorted(sums);
}

function compareRaising(a: AlertFinding, b: AlertFinding, rules: AlertRules): number {
  return (
    gravity(b.severity) - gravity(a.severity) ||
    ruleOf(rules, a.detection).rank - ruleOf(rules, b.detection).rank ||
    a.time - b.time ||
    ascending(a.id, b.id)
  );
}

function sorted(counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => ascending(a, b)));
}
