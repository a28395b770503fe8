// Makes one of the benchmark's captures: `node bench/make-input.mjs NAME FILE SIZE`. Deterministic.
import { makeBackground } from './inputs/background.mjs';
import { makeBulk } from './inputs/bulk.mjs';
import { makeHeaders } from './inputs/headers.mjs';
import { makeSmall } from './inputs/small.mjs';

/** Name to maker, and what its size counts. */
const makers = {
  bulk: { make: (file, megabytes) => makeBulk(file, megabytes * 1e6), unit: 'MB' },
  small: { make: makeSmall, unit: 'associations' },
  headers: { make: makeHeaders, unit: 'objects' },
  background: { make: makeBackground, unit: 'connections' },
};

const [name, file, size] = process.argv.slice(2);
const maker = makers[name];
if (maker === undefined || file === undefined || !(Number(size) > 0)) {
  const lines = Object.entries(makers).map(([key, { unit }]) => `  ${key} FILE SIZE   size in ${unit}`);
  console.error(`usage: node bench/make-input.mjs NAME FILE SIZE\n${lines.join('\n')}`);
  process.exit(1);
}
maker.make(file, Number(size));
