// Proves that a listen ends by itself, counts what was lost meanwhile, and says why nothing could be captured.
import { expect, it } from 'vitest';
import type { Heard } from '../../src/doctor/heard.ts';
import { listenFor } from '../../src/doctor/listening.ts';
import { conversation, frames } from '../support/conversation.ts';
import { ScriptedSource } from '../support/live.ts';
import { storing } from '../support/sensing.ts';

const wire = frames(conversation(storing));

it('ends after its time, with what came and what was lost', async () => {
  const source = new ScriptedSource().begin().bring(wire).drop(3);
  expect(await listenFor(source, 0.05)).toMatchObject({ packets: wire.length, lost: 3, bothWays: 1 });
});

it('counts the time until it asked to stop, not until all was taken', async () => {
  const source = new ScriptedSource().begin();
  const stop = source.stop.bind(source);
  source.stop = () => void setTimeout(stop, 600);
  const began = performance.now();
  const { seconds } = (await listenFor(source, 0.05)) as Heard;
  expect((performance.now() - began) / 1000 - seconds).toBeGreaterThan(0.5);
});

it('says why nothing could be captured', async () => {
  const source = new ScriptedSource();
  source.why = 'there is no such interface';
  expect(await listenFor(source, 0.05, 20)).toBe('there is no such interface');
});
