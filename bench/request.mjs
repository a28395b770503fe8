import { parseArgs } from 'node:util';
import { planned, requireKnown } from './plan.mjs';
import { programs } from './programs.mjs';

/** Words of the command line. */
const options = {
  quick: { type: 'boolean', default: false },
  only: { type: 'string' },
  without: { type: 'string' },
  rounds: { type: 'string', default: '5' },
  scale: { type: 'string', default: '1' },
  out: { type: 'string' },
  'no-build': { type: 'boolean', default: false },
};

/**
 * What a run is asked for: `parts` as `planned` has them, programs left out, how many rounds, at which scale, whether
 * to build first, and where the table goes (null: the usual place). Throws a sentence about what cannot be.
 */
export function requestOf(words) {
  const { values } = parseArgs({ args: words, options });
  const { quick, only, without, out = null, 'no-build': noBuild } = values;
  const rounds = quick ? 1 : Number(values.rounds);
  const scale = quick ? 0.002 : Number(values.scale);
  if (!(Number.isSafeInteger(rounds) && rounds >= 1)) throw new Error('--rounds takes a whole number above 0');
  if (!(scale > 0 && scale < Number.POSITIVE_INFINITY)) throw new Error('--scale takes a number above 0');
  const leftOut = listed(without) ?? [];
  requireKnown(leftOut, 'program', programs);
  return { quick, parts: planned(listed(only), scale), leftOut, rounds, scale, out, build: !noBuild };
}

/** Names with commas between; null where nothing was said. */
function listed(names) {
  return names === undefined ? null : names.split(',');
}
