// Proves that standard output gets a message a line, and that a pipe nobody holds is an error.
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { testMessage } from '../../../src/sinks/own-words.ts';
import { StandardOutput } from '../../../src/sinks/transports/standard-output.ts';
import { sensor } from '../../support/sinks.ts';
import { temporaryFolder } from '../../support/stores.ts';

it('writes lines', async () => {
  const path = join(temporaryFolder(), 'out');
  const descriptor = openSync(path, 'w');
  const out = new StandardOutput(descriptor);
  const message = testMessage(sensor, 'soc', 1);
  await out.send([
    { message, text: 'a' },
    { message, text: 'é' },
  ]);
  expect(readFileSync(path, 'utf8')).toBe('a\né\n');
  closeSync(descriptor);
  await expect(out.send([{ message, text: 'b' }])).rejects.toThrow('EBADF');
});
