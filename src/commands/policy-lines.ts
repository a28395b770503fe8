import { catalogue } from '../detections/catalogue.ts';
import type { Holding } from '../detections/held-back.ts';
import type { HeldBackCount } from '../store/run-tally.ts';
import { counted } from './quantities.ts';
import type { ReplayResult } from './replay-result.ts';
import { type Line, printable, shellWord } from './typeset.ts';

/** Kinds of held-back findings that are told; the others are in `--json`. */
const heldBackMax = 8;

/** The policy of a replay: which, and what it held back; without one, what one would add. */
export function policyLines({ policy, database, tally }: Pick<ReplayResult, 'policy' | 'database' | 'tally'>): Line[] {
  if (policy !== null) return [printable(policy.path), ...heldBackLines(tally.heldBack)];
  const names = catalogue.flatMap(({ slug, needsPolicy }) => (needsPolicy === null ? [] : [slug]));
  return [
    'None was given: private addresses were taken for the internal networks, and ' +
      `${names.join(', ')} stayed silent or mild.`,
    'With --policy FILE you say which networks are yours, which AE titles may call from where and whom, and where ' +
      'clear text is tolerated until when. To see who talks:',
    { whole: `dicomtap endpoints --db ${shellWord(database)}` },
  ];
}

function heldBackLines(heldBack: readonly HeldBackCount[]): Line[] {
  if (heldBack.length === 0) return [];
  const all = heldBack.reduce((sum, { count }) => sum + count, 0);
  const more = heldBack.length - heldBackMax;
  return [
    `held back ${counted(all, 'finding')}:`,
    ...heldBack.slice(0, heldBackMax).map((one) => ({ lead: '  ', text: heldBackInWords(one) })),
    ...(more > 0 ? [`  and ${counted(more, 'more kind')}: --json`] : []),
  ];
}

function heldBackInWords(one: HeldBackCount): string {
  return `${one.count} ${one.detection} by ${heldBackPlace(one)}`;
}

/** What of the policy holds back: `exceptions[0], through 2027-01-31: the monitoring host`. */
export function heldBackPlace({
  detection,
  by,
  index,
  until,
  reason,
}: Holding & { readonly detection: string }): string {
  const place = index === null ? `severities.${detection}: off` : `${LISTS[by]}[${index}]`;
  const through = until === null ? '' : `, through ${until}`;
  return printable(`${place}${through}${reason === null ? '' : `: ${reason}`}`);
}

/** Where in the file each kind is written. */
const LISTS = {
  severity: 'severities',
  exception: 'exceptions',
  tolerance: 'encryption.cleartext_tolerated',
  tool: 'tools',
} as const;
