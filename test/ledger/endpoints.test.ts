// Proves which endpoints an association shows: both ends of each service, the listener with its port, by role.
import { expect, it } from 'vitest';
import type { Fact } from '../../src/model/facts.ts';
import {
  accept,
  command,
  ctStorage,
  reject,
  request,
  response,
  server,
  storageCommitment,
  store,
  studyRootGet,
} from './facts.ts';
import { recordsOf } from './scribe.ts';

const shownBy = (facts: readonly Fact[]) => recordsOf(facts).endpoints.flatMap(({ shown }) => shown);
const endpoints = (facts: readonly Fact[]) =>
  shownBy(facts).map(({ aeTitle, address, port, service, role }) => `${aeTitle} ${address} ${port} ${service} ${role}`);

it('shows the client without a port and the server with it', () => {
  expect(endpoints([request(), accept(), ...store()])).toEqual([
    'MODALITY 10.0.0.1 null store scu',
    'ARCHIVE 10.0.0.2 104 store scp',
  ]);
});

it('shows each service, with the server as its user where the server asks', () => {
  const get = command({ field: 0x0010, sopClass: studyRootGet });
  const subOperation = command({ side: server, messageId: 9 });
  expect(endpoints([request(), accept(), get, subOperation])).toEqual([
    'MODALITY 10.0.0.1 null retrieve scu',
    'ARCHIVE 10.0.0.2 104 retrieve scp',
    'MODALITY 10.0.0.1 null store scp',
    'ARCHIVE 10.0.0.2 104 store scu',
  ]);
});

it('takes who reports an event for the provider', () => {
  const report = command({ field: 0x0100, sopClass: storageCommitment });
  expect(endpoints([request(), accept(), report])).toEqual([
    'MODALITY 10.0.0.1 null commitment scp',
    'ARCHIVE 10.0.0.2 104 commitment scu',
  ]);
});

it('knows a service by its response alone', () => {
  expect(endpoints([request(), accept(), response(0x0030, { sopClass: '1.2.840.10008.1.1' })])).toEqual([
    'MODALITY 10.0.0.1 null echo scu',
    'ARCHIVE 10.0.0.2 104 echo scp',
  ]);
});

it('shows both ends without a service where none was used', () => {
  expect(endpoints([request(), accept()])).toEqual([
    'MODALITY 10.0.0.1 null none scu',
    'ARCHIVE 10.0.0.2 104 none scp',
  ]);
});

it('shows nobody where nothing was accepted', () => {
  expect(endpoints([request(), reject()])).toEqual([]);
  expect(endpoints([request()])).toEqual([]);
});

it('shows nobody whose title was not seen', () => {
  expect(endpoints([{ kind: 'mid-stream', side: 0 }, ...store()])).toEqual([]);
});

it('tells the SOP classes and the implementation of each end', () => {
  const [client, listener] = shownBy([request(), accept(), ...store()]);
  expect(client).toMatchObject({ sopClasses: [ctStorage], implementationVersion: 'TEST' });
  expect(listener).toMatchObject({ sopClasses: [ctStorage], implementationVersion: 'SERVER' });
  expect(client.id).not.toBe(listener.id);
});
