import type { Difference } from '../detections/comparison.ts';
import { endpointText } from './ends.ts';
import { heldBackPlace } from './policy-lines.ts';
import { counted, readableCount } from './quantities.ts';
import type { Compared } from './replay-result.ts';
import { type Line, printable } from './typeset.ts';

/** Differences that are told; the rest is counted, and in `--json`. */
const differencesMax = 20;

/** Which findings appear and vanish against another policy, in lines. */
export function comparisonLines({ path, differences, uncounted }: Compared): Line[] {
  const more = differences.length - differencesMax;
  const counts = (['appears', 'vanishes', 'changes'] as const).map((change) => {
    const count = countOf(differences, change);
    return `${readableCount(count)} ${count === 1 ? change : VERBS[change]}`;
  });
  return [
    `against ${printable(path)}: ${differences.length === 0 ? 'no difference' : `${counts.join(', ')} severity`}`,
    ...differences.slice(0, differencesMax).flatMap(differenceLines),
    ...(more > 0 ? [`and ${counted(more, 'more kind')} of difference: --json`] : []),
    ...(uncounted > 0 ? [`and ${counted(uncounted, 'more finding')}, of kinds too many to keep apart`] : []),
  ];
}

export function countOf(differences: readonly Difference[], change: Difference['change']): number {
  return differences.reduce((sum, one) => sum + (one.change === change ? one.count : 0), 0);
}

const VERBS = { appears: 'appear', vanishes: 'vanish', changes: 'change' } as const;
const SIGNS = { appears: '+', vanishes: '-', changes: '~' } as const;

/** `+ high ae-not-allowed ×3: CT01 10.0.0.5 → ARCHIVE 10.0.0.9:104`, and the sentence of the first. */
function differenceLines({ change, detection, before, now, count, finding, by }: Difference): Line[] {
  const { callingAe, calledAe, clientAddress, serverAddress, serverPort } = finding;
  const severity = before !== null && now !== null ? `${before} → ${now}` : (now ?? before);
  const client = callingAe ? `${callingAe} ${clientAddress}` : clientAddress;
  const listener = endpointText(serverAddress, serverPort);
  const server = calledAe ? `${calledAe} ${listener}` : listener;
  const times = count === 1 ? '' : ` ×${readableCount(count)}`;
  const why =
    by === null
      ? ''
      : ` (${change === 'vanishes' ? 'now' : 'before'} held back by ${heldBackPlace({ ...by, detection })})`;
  return [
    { lead: `${SIGNS[change]} `, text: `${severity} ${detection}${times}: ${client} → ${server}${why}` },
    ...(change === 'vanishes' ? [] : [{ lead: '    ', text: finding.summary }]),
  ];
}
