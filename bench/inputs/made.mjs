import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { kinds } from './catalogue.mjs';
import { shapeOf } from './shape.mjs';

/**
 * The capture of a kind and size in `folder`, made unless it is there as these makers make it. Answers file, bytes
 * and packets. Throws when what was made has not the size it should have.
 */
export function madeInput(folder, kind, size) {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${kind}-${size}.pcap`);
  const note = `${file}.json`;
  const makers = makersDigest();
  const known = existsSync(note) ? JSON.parse(readFileSync(note, 'utf8')) : null;
  if (known !== null && known.makers === makers && existsSync(file) && statSync(file).size === known.bytes) {
    return { file, bytes: known.bytes, packets: known.packets };
  }
  const unfinished = `${file}.part`;
  kinds[kind].make(unfinished, size);
  const shape = shapeOf(unfinished);
  check(kind, size, shape, statSync(unfinished).size);
  renameSync(unfinished, file);
  writeFileSync(note, `${JSON.stringify({ makers, ...shape })}\n`);
  return { file, ...shape };
}

function check(kind, size, shape, bytes) {
  if (shape.bytes !== bytes) throw new Error(`${kind} ${size}: packets end at ${shape.bytes}, the file at ${bytes}`);
  const { packets, bytesMin = 0 } = kinds[kind].expected(size);
  if (packets !== undefined && shape.packets !== packets) {
    throw new Error(`${kind} ${size}: has ${shape.packets} packets, should have ${packets}`);
  }
  if (bytes < bytesMin) throw new Error(`${kind} ${size}: has ${bytes} bytes, should have at least ${bytesMin}`);
}

/** Changes whenever one of the makers does. */
function makersDigest() {
  const here = dirname(fileURLToPath(import.meta.url));
  const hash = createHash('sha256');
  for (const name of readdirSync(here).sort()) hash.update(name).update(readFileSync(join(here, name)));
  return hash.digest('hex').slice(0, 16);
}
