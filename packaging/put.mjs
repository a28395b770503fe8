// Writes one file of an installation.
import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** What a file is to hold. */
export function textOf({ text, from }) {
  return text === undefined ? readFileSync(from) : Buffer.from(text);
}

/** Whole, with its mode whatever the umask; what was there is replaced, never written into. */
export function put(file, path) {
  mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
  rmSync(path, { force: true });
  if (file.link !== undefined) {
    symlinkSync(file.link, path);
    return;
  }
  writeFileSync(path, textOf(file));
  chmodSync(path, file.mode);
}
