// Proves that dicomtap is quiet on a healthy network: learnt on four hours of a hospital, it finds nothing above info
// in the next four.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canaries, canariesIn, canariesInText, spellingsOfAll } from '../support/canaries.ts';
import type { Frame } from '../support/capture.ts';
import { identityDetections } from '../support/identity.ts';
import { Acts } from './acts.ts';
import { HospitalDay } from './day.ts';
import { aboveInfo, type Found, halves, Judging } from './judging.ts';
import { marks } from './people.ts';
import { captureFile } from './wire.ts';

const seed = 20_261_123;
const judging = new Judging();
let acts: Acts;
let morning: Frame[];
let afternoon: Frame[];
let policy: string;
let known: Found[];
let found: Found[];

beforeAll(async () => {
  acts = await Acts.load();
  [morning, afternoon] = halves(new HospitalDay(acts, seed).wire.frames());
  policy = await judging.learn(morning);
  known = await judging.find('morning', morning, policy);
  found = await judging.find('afternoon', afternoon, policy);
}, 600_000);
afterAll(() => judging.remove());

it('the day is one of thousands of associations, the same each time, read whole', async () => {
  const { totals, losses } = judging.documents['afternoon'];
  expect(totals['associations']).toBeGreaterThan(1500);
  expect(Object.keys(losses).filter((cause) => cause === 'bug')).toEqual([]);
  expect(found.filter(({ partial }) => partial)).toEqual([]);
  const again = halves(new HospitalDay(await Acts.load(), seed).wire.frames());
  expect(Buffer.compare(captureFile(again[1]), captureFile(afternoon))).toBe(0);
}, 300_000);

describe('the policy learnt from its first half', () => {
  it('is valid, and lacks nothing but what only a person knows', async () => {
    const file = `${judging.folder}/afternoon.yaml`;
    await expect(judging.run('check', file)).resolves.toContain(': valid, no warnings.');
  });

  it('lets the second archive fetch in bulk, and says why', () => {
    const [entry = ''] = /title: BACKUP\n(?: {4}.*\n)*/.exec(policy) ?? [];
    expect(entry).toMatch(
      /bulk-retrieval: # twice the busiest hour: 160 patients, 480 objects, .*\n\s+patients: 320\n/,
    );
  });

  it('finds no fault of identity in the traffic it was learnt from, nor any above info', () => {
    expect(known.filter(({ detection }) => identityDetections.includes(detection))).toEqual([]);
    expect(aboveInfo(known)).toEqual([]);
  });

  it('finds nothing above info in the second half', () => {
    expect(aboveInfo(found)).toEqual([]);
    expect(found.length).toBeGreaterThan(500);
  });
});

it('a device at an address that was not seen is found, until its entry has its network', async () => {
  const [, later] = halves(new HospitalDay(acts, seed, { portable: '10.20.1.217' }).wire.frames());
  const its = later.filter(({ bytes }) => [29, 33].some((at) => bytes[at] === 217 && bytes[at - 1] === 1));
  expect(aboveInfo(await judging.find('moved', its, policy))).toEqual([
    'high ae-not-allowed 10.20.1.217 > 10.20.5.10',
    'high ae-not-allowed 10.20.1.217 > 10.20.5.30',
    'high phi-cleartext 10.20.1.217 > 10.20.5.10',
    'high phi-cleartext 10.20.1.217 > 10.20.5.30',
    'low dicom-cleartext 10.20.1.217 > 10.20.5.10',
    'low dicom-cleartext 10.20.5.10 > 10.20.1.217',
    'medium called-ae-unknown 10.20.5.10 > 10.20.1.217',
  ]);
  const network = policy.replace('- 10.20.1.117 #', '- 10.20.1.0/24 #');
  expect(aboveInfo(await judging.find('network', its, network))).toEqual([]);
}, 300_000);

it('no patient of the day is in anything that it says or leaves', () => {
  const capture = Buffer.from(captureFile(afternoon));
  for (const mark of marks) expect(capture.includes(mark), mark).toBe(true);
  const recorded = canaries.filter((value) => capture.includes(value));
  expect(recorded.length).toBeGreaterThan(3);
  const spellings = spellingsOfAll([...marks, ...recorded]);
  for (const { name, bytes } of judging.left(/^afternoon/)) expect(canariesIn(bytes, spellings), name).toEqual([]);
  expect(canariesIn(Buffer.from(judging.said + policy), spellings)).toEqual([]);
  expect(canariesInText(policy)).toEqual([]);
}, 300_000);
