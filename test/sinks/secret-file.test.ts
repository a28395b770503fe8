// Proves that secrets come from files or systemd credentials, and that no error shows what is in them.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { secretPath, tokenFile } from '../../src/sinks/secret-file.ts';
import { temporaryFolder } from '../support/stores.ts';

it('a bare name is a credential, where there are any', () => {
  expect(secretPath('hec.token', '/run/credentials/x')).toBe('/run/credentials/x/hec.token');
  expect(secretPath('hec.token', undefined)).toBe('hec.token');
  expect(secretPath('/etc/token', '/run/credentials/x')).toBe('/etc/token');
});

it('a token is one line', async () => {
  const path = join(temporaryFolder(), 'token');
  writeFileSync(path, 'secret-1\n');
  expect(await tokenFile(path)).toBe('secret-1');
  writeFileSync(path, 'secret-1\r\nsecret-2\n');
  const error = await tokenFile(path).catch((caught: Error) => caught.message);
  expect(error).toBe(`${path}: does not hold a token on one line`);
});

it('a file that is not there is named', async () => {
  const path = join(temporaryFolder(), 'none');
  await expect(tokenFile(path)).rejects.toThrow(`${path}: there is no such file or folder`);
});
