// Proves who a sensor that root started becomes, as tcpdump -Z decides it, and that only root has anything to give up.
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import {
  failureOf,
  makeFolderFor,
  type Person,
  personToBecome,
  type System,
} from '../../../src/commands/live/privileges.ts';
import { OperatorError } from '../../../src/model/errors.ts';

const folder = mkdtempSync(join(tmpdir(), 'dicomtap-privileges-'));
afterAll(() => rmSync(folder, { recursive: true }));

const people: Record<string, Person> = {
  dicomtap: { name: 'dicomtap', uid: 990, gid: 990 },
  nobody: { name: 'nobody', uid: 65_534, gid: 65_534 },
  root: { name: 'root', uid: 0, gid: 0 },
  ann: { name: 'ann', uid: 1000, gid: 1000 },
};

function system(parts: Partial<System> = {}, without: readonly string[] = []): System {
  const find = (name: string) => (without.includes(name) ? null : (people[name] ?? null));
  return { uid: 0, env: {}, find, ...parts };
}

const sudo = { SUDO_UID: '1000', SUDO_GID: '1000', SUDO_USER: 'ann' };

it.each<[string, string | null, System, string | null]>([
  ['nobody who is not root', null, system({ uid: 1000 }), null],
  ['not even when asked', 'dicomtap', system({ uid: 1000 }), null],
  ['who was asked for', 'ann', system(), 'ann'],
  ['root only by name', 'root', system(), null],
  ['the user of the package', null, system({ env: sudo }), 'dicomtap'],
  ['else who typed sudo', null, system({ env: sudo }, ['dicomtap']), 'ann'],
  ['else nobody', null, system({}, ['dicomtap']), 'nobody'],
])('%s', (_, asked, of, name) => {
  expect(personToBecome(asked, of)?.name ?? null).toBe(name);
});

it('refuses a user that is not there', () => {
  expect(() => personToBecome('eve', system())).toThrow('there is no user eve to become');
});

it('makes the folder of what will be written, its owner’s alone, and leaves one that is there', () => {
  const me = { name: 'me', uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  const made = join(folder, 'a', 'b.db');
  makeFolderFor(made, me);
  expect(statSync(join(folder, 'a')).mode & 0o777).toBe(0o700);
  mkdirSync(join(folder, 'open'), { mode: 0o755 });
  makeFolderFor(join(folder, 'open', 'b.db'), me);
  expect(statSync(join(folder, 'open')).mode & 0o777).toBe(0o755);
});

it('says who could not open the database, where root became another', () => {
  const nobody = { name: 'nobody', uid: 65_534, gid: 65_534 };
  const refused = new OperatorError('store-unopenable', 'cannot open the database a.db: permission denied', 'x');
  expect(failureOf(nobody, refused)).toMatchObject({
    code: 'store-unopenable',
    message: 'cannot open the database a.db: permission denied, as user nobody, whom root became',
    remedy: expect.stringContaining('with --user another user'),
  });
  expect(failureOf(null, refused)).toBe(refused);
  const busy = new OperatorError('store-busy', 'another process writes', 'x');
  expect(failureOf(nobody, busy)).toBe(busy);
});
