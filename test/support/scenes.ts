import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';

const root = resolve(import.meta.dirname, '../..');

/** The folder of our own recordings. */
export const pcaps = join(root, 'pcaps');

/** Captures and objects of other projects, where they are at hand. */
export const others = process.env['DICOMTAP_CAPTURES'] ?? resolve(root, '../shared/captures');
export const othersAreHere = existsSync(others);

/** Every committed capture, by file name. */
export function scenes(): string[] {
  return readdirSync(pcaps)
    .filter((name) => /\.pcap(ng)?(\.gz)?$/.test(name))
    .sort();
}

export function scenePath(name: string): string {
  return join(pcaps, name);
}

/** The bytes of a capture, decompressed. */
export function captureBytes(path: string): Uint8Array {
  const bytes = readFileSync(path);
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
}

/** The scene's name: the file's without its endings. */
export function sceneName(file: string): string {
  return basename(file).replace(/\.pcap(ng)?(\.gz)?$/, '');
}
