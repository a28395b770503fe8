import { type Check, type Line, ok, presentInterfaces, warning } from './check.ts';
import type { Machine } from './machine.ts';

/**
 * What the card or kernel puts together before a capture sees it: sizes, times and losses are then not those of the
 * wire.
 */
export const offloads: Check = {
  slug: 'offloads',
  look: (examined) => presentInterfaces(examined).map((name) => ofInterface(name, examined.machine)),
};

/** Feature as `ethtool -k` names it, to the word that `ethtool -K` takes. */
const merging: readonly (readonly [string, string])[] = [
  ['generic-receive-offload', 'gro'],
  ['large-receive-offload', 'lro'],
  ['rx-gro-hw', 'rx-gro-hw'],
  ['rx-gro-list', 'rx-gro-list'],
];

function ofInterface(name: string, machine: Machine): Line {
  const ran = machine.run('ethtool', ['-k', name]);
  if (ran === null) return warning(name, 'not known: ethtool is not installed', 'apt-get install ethtool');
  if (ran.status !== 0) return warning(name, 'ethtool does not know it', `ethtool -k ${name}`);
  const features = readFeatures(ran.output);
  const on = merging.filter(([feature]) => features.get(feature)?.on === true);
  if (on.length === 0) return ok(name, 'segments come as they are on the wire');
  const remedy = `ethtool -K ${name} ${on.map(([, word]) => `${word} off`).join(' ')}`;
  const names = on.map(([feature]) => feature).join(', ');
  return warning(name, `segments are merged before they are captured: ${names}`, remedy);
}

/** `name: on`, `name: off [fixed]`, some of them indented. */
export function readFeatures(output: string): Map<string, { readonly on: boolean; readonly fixed: boolean }> {
  const rows = output.matchAll(/^\s*([\w-]+): (on|off)( \[[^\]]*\])?\s*$/gm);
  return new Map(
    Array.from(rows, ([, name, state, note]) => [
      name,
      { on: state === 'on', fixed: note?.includes('fixed') === true },
    ]),
  );
}
