// Proves: what was seen becomes entries, tolerances and listeners with what asked for them; doubts become none of
// these.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { learned } from '../../../src/policy/learn/learned.ts';
import { policyText } from '../../../src/policy/learn/text.ts';
import { DAY_START, HOUR, observedOf, service, talk } from '../../support/talks.ts';

const store = talk({ services: [service('store')] });
const move = {
  callingAe: 'WS01',
  calledAe: 'ARCHIVE',
  clientAddress: '10.20.8.1',
  serverAddress: '10.20.5.10',
  serverPort: 104,
  destination: 'CT01',
  operations: 2,
  completed: 9,
  first: DAY_START,
  last: DAY_START,
};

describe('of what was seen', () => {
  it('clear text is tolerated by the title called, of those that are allowed', () => {
    const { tolerances } = learned(
      observedOf([
        store,
        talk({ callingAe: 'MR01', clientAddress: '10.20.1.12' }),
        talk({ calledAe: 'RIS', clear: 0 }),
        talk({ callingAe: 'X', clientAddress: '203.0.113.7' }),
      ]),
    );
    expect(tolerances.map(({ server, clients }) => [server, ...clients.map(({ value }) => value)])).toEqual([
      ['ARCHIVE', 'CT01', 'MR01'],
    ]);
  });

  it('private networks are internal, also those of doubtful talks; what is local is not written', () => {
    const { internal } = learned(
      observedOf([store, talk({ clientAddress: '192.168.1.1', accepted: 0 }), talk({ clientAddress: '127.0.0.1' })]),
    );
    expect(internal).toEqual([
      { value: '10.0.0.0/8', note: '2 addresses seen' },
      { value: '192.168.0.0/16', note: '1 address seen' },
    ]);
  });

  it('listeners over TLS are named where no entry does', () => {
    const tls = { sessions: 3, first: DAY_START, last: DAY_START };
    const { listeners } = learned(
      observedOf([store], {
        tlsListeners: [
          { address: '10.20.5.10', port: 2762, ...tls },
          { address: '10.20.5.10', port: 104, ...tls },
          { address: '203.0.113.9', port: 2762, ...tls },
        ],
      }),
    );
    expect(listeners).toEqual([{ address: '10.20.5.10', port: 2762, note: '3 TLS sessions, 2026-03-01 08:00' }]);
  });

  it('a destination is one where objects came to', () => {
    const viewer = talk({ callingAe: 'WS01', clientAddress: '10.20.8.1', services: [service('retrieve')] });
    const sent = talk({ callingAe: 'ARCHIVE', calledAe: 'CT01', services: [service('store')] });
    const destinations = (given: Partial<typeof move>, ...talks: (typeof store)[]) => {
      const { entries, doubts } = learned(observedOf([viewer, ...talks], { moves: [{ ...move, ...given }] }));
      const archive = entries.find(({ title }) => title === 'ARCHIVE');
      return { to: archive?.moveDestinations?.map(({ value }) => value), doubts };
    };
    expect(destinations({}, sent)).toEqual({ to: ['CT01'], doubts: [] });
    expect(destinations({}).to).toBeUndefined();
    expect(destinations({}).doubts).toEqual([
      "C-MOVE by 'WS01' (10.20.8.1) from 'ARCHIVE' to 'CT01': 2 requests, 2026-03-01 08:00; not seen to receive",
    ]);
    expect(destinations({ completed: 0 }, sent).doubts[0]).toMatch(/nothing was sent$/);
  });

  it('a person is told what to look at', () => {
    const { entries, doubts } = learned(
      observedOf(
        [
          talk({ services: [service('store', { sopClass: '1.2.840.10008.5.1.4.1.1.2' })] }),
          talk({ clientAddress: '10.20.1.12', rejected: 2 }),
          talk({ callingAe: 'X', accepted: 0, rejected: 5 }),
        ],
        {
          unnamed: [
            {
              clientAddress: '10.0.0.1',
              serverAddress: 'fd00::2',
              serverPort: 104,
              associations: 1,
              first: DAY_START,
              last: DAY_START,
            },
          ],
        },
      ),
    );
    expect(entries.find(({ title }) => title === 'CT01')?.remarks).toEqual([
      'seen at 2 addresses: is it one device?',
      'rejected 2 times',
      'SOP classes used: CT Image Storage (7)',
    ]);
    expect(doubts).toEqual([
      "'X' (10.20.1.11) to 'ARCHIVE' (10.20.5.10:104): 5 associations, 2026-03-01 08:00 to 16:00; rejected",
      '10.0.0.1 to [fd00::2]:104: 1 association, 2026-03-01 08:00; joined in the middle, no AE titles were seen',
    ]);
  });

  it('what was raised on it and may be its way is told, with what would make it quiet', () => {
    const on = {
      callingAe: 'ARCHIVE',
      calledAe: null,
      clientAddress: '10.0.0.1',
      serverAddress: '10.0.0.2',
      serverPort: 104,
    };
    const bulk = { receiver: '10.0.0.2', patients: 60, unrestricted: null, events: 90 };
    const raised = { ...on, ...bulk, findings: 2, first: DAY_START, last: DAY_START };
    const { doubts } = learned(
      observedOf([], {
        notable: [
          { detection: 'bulk-retrieval', ...raised },
          { detection: 'object-replaced', ...raised },
        ],
      }),
    );
    const ends = "'ARCHIVE' (10.0.0.1) to unknown (10.0.0.2:104)";
    expect(doubts).toEqual([
      `${ends}: 2 findings of bulk-retrieval, 2026-03-01 08:00; if that is its way, thresholds of its own say so: thresholds: { bulk-retrieval: { patients: N } }`,
      `${ends}: 2 findings of object-replaced, 2026-03-01 08:00; if that is meant to be, an exception says so`,
    ]);
  });

  it('the order does not matter', () => {
    const talks = ['A', 'B', 'C', 'D'].flatMap((callingAe, i) =>
      ['R', 'S'].map((calledAe) =>
        talk({
          callingAe,
          calledAe,
          clientAddress: `10.0.0.${i}`,
          services: [service('store'), service('query'), service('echo')],
          last: DAY_START + i * HOUR,
        }),
      ),
    );
    const text = policyText(learned(observedOf(talks)));
    fc.assert(
      fc.property(fc.shuffledSubarray(talks, { minLength: talks.length }), (shuffled) => {
        const services = shuffled.map((one) => ({ ...one, services: [...one.services].reverse() }));
        expect(policyText(learned(observedOf(services)))).toBe(text);
      }),
      { seed: 5, numRuns: 30 },
    );
  });
});
