// Makes one of the benchmark's captures: `node bench/make-input.mjs KIND FILE SIZE`. Deterministic.
import { kinds } from './inputs/catalogue.mjs';

const [name, file, size] = process.argv.slice(2);
const kind = kinds[name];
if (kind === undefined || file === undefined || !(Number(size) >= 0)) {
  const lines = Object.entries(kinds).map(([key, { unit }]) => `  ${key} FILE SIZE   size in ${unit}`);
  console.error(`usage: node bench/make-input.mjs KIND FILE SIZE\n${lines.join('\n')}`);
  process.exit(1);
}
kind.make(file, Number(size));
