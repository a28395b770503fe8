// Proves that a configuration that is wrong, or listens to nothing, is an error.
import { expect, it } from 'vitest';
import { configuration } from '../../src/doctor/configuration.ts';
import { examination, said } from './examination.ts';

it('is ok with a file or without', async () => {
  expect(said(await configuration.look(examination({ file: '/e/d.yaml' })))).toEqual(['ok: /e/d.yaml is valid']);
  expect(said(await configuration.look(examination()))).toEqual(['ok: no file: defaults and what is given hold']);
});

it('is an error for each problem, and without an interface', async () => {
  const problems = ['d.yaml: 1:1 sensr is not a key known here', 'DICOMTAP_LOG: no'];
  const lines = said(await configuration.look(examination({ file: 'd.yaml', problems })));
  expect(lines).toEqual([
    expect.stringContaining('error: d.yaml: d.yaml: 1:1 sensr is not a key known here → Correct it'),
    expect.stringContaining('error: d.yaml: DICOMTAP_LOG: no'),
  ]);
  expect(said(await configuration.look(examination({ content: {} })))[0]).toMatch(/^error: there is no interface/);
});
