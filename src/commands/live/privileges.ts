import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { OperatorError } from '../../model/errors.ts';

/** Who the process becomes. */
export interface Person {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** What is asked of the system; tests put theirs in. */
export interface System {
  readonly uid: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Null for a name that nobody has. */
  readonly find: (name: string) => Person | null;
}

/**
 * Who to become where root started the sensor: who was asked for; else the user `dicomtap`; else who typed sudo; else
 * `nobody`. Null where there is nothing to give up: root did not start it, or root was asked for by name. Throws
 * `usage`.
 */
export function personToBecome(asked: string | null, { uid, env, find }: System = system()): Person | null {
  if (uid !== 0) return null;
  if (asked !== null) {
    const person = find(asked);
    if (person === null) throw noUser(asked);
    return person.uid === 0 ? null : person;
  }
  const [sudoUid, sudoGid] = [Number(env['SUDO_UID'] ?? ''), Number(env['SUDO_GID'] ?? '')];
  const sudoer =
    sudoUid > 0 && sudoGid > 0 ? { name: env['SUDO_USER'] ?? String(sudoUid), uid: sudoUid, gid: sudoGid } : null;
  const person = find('dicomtap') ?? sudoer ?? find('nobody');
  if (person === null) throw noUser('nobody');
  return person;
}

/** Makes the folder of a file that is to be written, its new owner's alone; one that is there stays as it is. */
export function makeFolderFor(path: string, { uid, gid }: Person): void {
  const folder = dirname(resolve(path));
  if (existsSync(folder)) return;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chownSync(folder, uid, gid);
}

/** For good: groups first, for only root may. */
export function become({ name, uid, gid }: Person): void {
  try {
    process.setgroups?.([gid]);
    process.setgid?.(gid);
    process.setuid?.(uid);
  } catch (error) {
    throw new OperatorError(
      'usage',
      `cannot become ${name}: ${(error as Error).message}`,
      'Name another --user.',
      error,
    );
  }
  if (process.getuid?.() === 0 || process.geteuid?.() === 0) throw new Error(`still root after becoming ${name}`);
}

/**
 * What kept `person` from opening the database: whoever typed the command is somebody else. Any other error as it is.
 */
export function failureOf(person: Person | null, error: unknown): unknown {
  if (person === null || !(error instanceof OperatorError) || error.code !== 'store-unopenable') return error;
  return new OperatorError(
    error.code,
    `${error.message}, as user ${person.name}, whom root became`,
    `Give ${person.name} the folder, with --db name a database in another, or with --user another user.`,
    error,
  );
}

function system(): System {
  return { uid: process.getuid?.() ?? -1, env: process.env, find: findPerson };
}

function findPerson(name: string): Person | null {
  try {
    const id = (option: string) =>
      Number(execFileSync('id', [option, '--', name], { encoding: 'utf8', stdio: 'pipe' }));
    return { name, uid: id('-u'), gid: id('-g') };
  } catch {
    return null;
  }
}

function noUser(name: string): OperatorError {
  return new OperatorError(
    'usage',
    `there is no user ${name} to become`,
    'Name one with --user, or make it: useradd --system dicomtap.',
  );
}
