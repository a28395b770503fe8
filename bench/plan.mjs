import { inputs } from './inputs/catalogue.mjs';

const all = ['dicomtap', 'cat', 'tcpdump', 'ndpiReader', 'tcpflow', 'pcap-parser', 'tshark'];
const alone = ['dicomtap'];

/** Which programs read which input, in this order. */
const plan = {
  bulk: all,
  small: all,
  headers: all,
  background: all,
  ooo: all,
  'bulk-1gb': alone,
  'bulk-4gb': alone,
  few: alone,
  connections: alone,
  crowd: alone,
  empty: ['node -e 0', 'dicomtap --version', 'dicomtap replay (empty)'],
};

/** The inputs of a run: name, kind, size at this scale, programs. `only`: names, or null for all. */
export function planned(only, scale) {
  requireKnown(only ?? [], 'input', plan);
  return Object.entries(plan)
    .filter(([name]) => only === null || only.includes(name) || name === 'empty')
    .map(([name, programs]) => {
      const { kind, size } = inputs[name];
      return { name, kind, size: Math.ceil(size * scale), programs };
    });
}

/** Throws for names that are none of a record's. */
export function requireKnown(names, what, known) {
  const unknown = names.filter((name) => !(name in known));
  if (unknown.length > 0)
    throw new Error(`no ${what} ${unknown.join(', ')}; there are ${Object.keys(known).join(', ')}`);
}
