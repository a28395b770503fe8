// Proves that an endpoint is the fold of its sightings, however they come, change and go.
import Sqlite from 'better-sqlite3';
import { expect, it } from 'vitest';
import type { EndpointSighting, ShownEndpoint } from '../../src/model/records.ts';
import { dump } from '../../src/store/dump.ts';
import { Endpoints } from '../../src/store/endpoints.ts';
import { Filling } from '../../src/store/filling.ts';
import { Log } from '../../src/store/log.ts';
import { migrate } from '../../src/store/migrations.ts';
import { SECOND, sighting, T0 } from '../support/records.ts';

type Step = EndpointSighting | { readonly remove: EndpointSighting } | 'settle';

function after(steps: readonly Step[]): string[] {
  const database = new Sqlite(':memory:');
  migrate(database);
  const endpoints = new Endpoints(database, new Log(database), new Filling(database, false));
  for (const step of steps) {
    if (step === 'settle') endpoints.settle();
    else if ('remove' in step) endpoints.remove(step.remove.associationId);
    else endpoints.put(step, undefined);
  }
  endpoints.settle();
  return [...dump(database, ['endpoint', 'endpoint_group', 'endpoint_sighting'])];
}

const early = sighting('a1', 'c1', { firstSeen: T0 - SECOND, implementationUid: '1.1', sopClasses: ['1.5', '1.4'] });
const late = sighting('a2', 'c2', { lastSeen: T0 + 9 * SECOND, implementationUid: '1.2', sopClasses: ['1.3'] });
const silent = sighting('a3', 'c3', { lastSeen: T0 + 20 * SECOND });
const other = (one: EndpointSighting, parts: Partial<ShownEndpoint>) => ({
  ...one,
  shown: [{ ...one.shown[0], ...parts }],
});

it('spans first to last, with the latest implementation told and all SOP classes', () => {
  expect(JSON.parse(after([early, late, silent])[0].slice(9))).toMatchObject({
    first_seen: T0 - SECOND,
    last_seen: T0 + 20 * SECOND,
    implementation_uid: '1.2',
    sop_classes: '["1.2.840.10008.5.1.4.1.1.2","1.3","1.4","1.5"]',
  });
});

it('is the same in every order, together or one by one', () => {
  const together = after([early, late, silent]);
  expect(after([silent, 'settle', late, 'settle', early])).toEqual(together);
  expect(after([late, early, 'settle', silent])).toEqual(together);
});

it.each<[string, Step[], Step[]]>([
  ['grows', [early, 'settle', { ...early, lastSeen: T0 + 99 * SECOND }], [{ ...early, lastSeen: T0 + 99 * SECOND }]],
  ['shrinks', [other(early, { sopClasses: ['9'] }), late, 'settle', early], [early, late]],
  ['tells another implementation', [other(late, { implementationUid: '1.9' }), early, 'settle', late], [early, late]],
  [
    'tells none any more',
    [late, early, 'settle', other(late, { implementationUid: null })],
    [early, other(late, { implementationUid: null })],
  ],
  ['goes', [early, late, 'settle', { remove: late }], [early]],
  ['comes again as it goes', [early, late, 'settle', { remove: late }, late], [early, late]],
  ['was the last', [early, 'settle', { remove: early }], []],
])('when a sighting %s', (_, steps, same) => expect(after(steps)).toEqual(after(same)));
