import { readFile, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { SinkTrouble, troubleInWords } from './trouble.ts';

/**
 * The content of a file that holds a key, a certificate or a token: a path, or the name of a systemd credential, which
 * is looked for in $CREDENTIALS_DIRECTORY. Read when a connection is made, so that a renewed one is used. What is in
 * it never becomes part of an error.
 */
export async function secretFile(name: string): Promise<Buffer> {
  const path = secretPath(name);
  try {
    const { size } = await stat(path);
    if (size > SECRET_BYTES_MAX) throw new SinkTrouble(`${path}: is too large for a key or token`);
    return await readFile(path);
  } catch (error) {
    throw new SinkTrouble(troubleInWords(error, path));
  }
}

/** The one line of a token's file. */
export async function tokenFile(name: string): Promise<string> {
  const token = (await secretFile(name)).toString('latin1').trim();
  if (!/^[\x21-\x7e]+( [\x21-\x7e]+)*$/.test(token)) {
    throw new SinkTrouble(`${secretPath(name)}: does not hold a token on one line`);
  }
  return token;
}

export function secretPath(name: string, folder: string | undefined = process.env['CREDENTIALS_DIRECTORY']): string {
  if (isAbsolute(name) || name.includes('/') || folder === undefined) return name;
  return join(folder, name);
}

const SECRET_BYTES_MAX = 1 << 20;
