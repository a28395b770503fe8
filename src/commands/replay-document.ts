import { rfc3339 } from '../bytes/rfc3339.ts';
import { lossCauses } from '../model/records.ts';
import type { RunAlert, ShownFinding } from '../store/run-tally.ts';
import { countOf } from './comparison-lines.ts';
import type { Compared, InputResult, ReplayResult } from './replay-result.ts';

/**
 * `replay --json`: one document. Null is written, never left out; no wall clock, so that the same input gives the same
 * bytes.
 */
export function replayDocument(result: ReplayResult): Record<string, unknown> {
  const { losses } = result;
  return {
    schema: 1,
    version: result.version,
    policy: result.policy,
    inputs: result.inputs.map(inputEntry),
    totals: result.totals,
    protocols: result.protocols,
    losses: Object.fromEntries(lossCauses.flatMap((cause) => (losses[cause] ? [[cause, losses[cause]]] : []))),
    severities: result.tally.severities,
    findings: result.tally.alerts.map(findingEntry),
    heldBack: result.tally.heldBack,
    comparison: result.compared === null ? null : comparisonEntry(result.compared),
    streams: result.streams,
    ignored: result.ignored,
  };
}

/** As `replay --json` and `policy diff --json` show it. */
export function comparisonEntry({ path, digest, differences, uncounted }: Compared): Record<string, unknown> {
  return {
    policy: { path, digest },
    appear: countOf(differences, 'appears'),
    vanish: countOf(differences, 'vanishes'),
    change: countOf(differences, 'changes'),
    uncounted,
    differences: differences.map(({ change, detection, before, now, count, finding, by }) => ({
      change,
      detection,
      before,
      now,
      count,
      ...said(finding),
      heldBackBy: by,
    })),
  };
}

function inputEntry(input: InputResult): Record<string, unknown> {
  const { path, packets, bytes, firstTime, lastTime, complete, error } = input;
  return {
    path,
    packets,
    bytes,
    firstTime: firstTime === null ? null : rfc3339(firstTime),
    lastTime: lastTime === null ? null : rfc3339(lastTime),
    complete,
    error,
  };
}

function findingEntry({ alert, finding }: RunAlert): Record<string, unknown> {
  return {
    id: alert.id,
    detection: alert.detection,
    severity: alert.severity,
    ...said(finding),
    count: alert.count,
  };
}

/** What a finding says, of an alert or of a comparison. */
function said(finding: Omit<ShownFinding, 'id'>): Record<string, unknown> {
  return {
    time: rfc3339(finding.time),
    summary: finding.summary,
    client: { address: finding.clientAddress, port: finding.clientPort },
    server: { address: finding.serverAddress, port: finding.serverPort },
    callingAe: finding.callingAe,
    calledAe: finding.calledAe,
    associationId: finding.associationId,
  };
}
