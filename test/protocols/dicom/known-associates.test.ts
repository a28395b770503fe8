// Proves that a remembered A-ASSOCIATE is what parsing it again would give, and that equal ones are one fact.
import { expect, it } from 'vitest';
import { Malformed } from '../../../src/bytes/malformed.ts';
import { limits } from '../../../src/model/limits.ts';
import { parseAssociateAccept, parseAssociateRequest } from '../../../src/protocols/dicom/associate.ts';
import { KnownAssociates } from '../../../src/protocols/dicom/known-associates.ts';
import { pduHeaderBytes } from '../../../src/protocols/dicom/pdu.ts';
import { associateAc, associateRq } from '../../support/pdu.ts';

const requests = Array.from({ length: 600 }, (_, i) => associateRq({ callingAe: `STATION${i}` }));

it('gives what the parser gives, with more stations than it remembers', () => {
  const known = new KnownAssociates(limits);
  for (const body of [...requests, ...requests]) {
    const parsed = parseAssociateRequest(body, pduHeaderBytes, body.length, 0, limits);
    expect(known.request(body, pduHeaderBytes, body.length, 0)).toEqual(parsed);
  }
});

it('tells the sides and the two kinds apart', () => {
  const known = new KnownAssociates(limits);
  const [request] = requests;
  const accept = associateAc();
  const read = () => [
    known.request(request, pduHeaderBytes, request.length, 0).fact,
    known.request(request, pduHeaderBytes, request.length, 1).fact,
    known.accept(accept, pduHeaderBytes, accept.length, 0).fact,
  ];
  const facts = read();
  expect(facts.map(({ kind, side }) => [kind, side])).toEqual([
    ['associate-request', 0],
    ['associate-request', 1],
    ['associate-accept', 0],
  ]);
  read().forEach((fact, i) => {
    expect(fact).toBe(facts[i]);
  });
  expect(facts[2]).toEqual(parseAssociateAccept(accept, pduHeaderBytes, accept.length, 0, limits).fact);
});

it('throws each time for a body that is not whole', () => {
  const known = new KnownAssociates(limits);
  for (let i = 0; i < 2; i++) expect(() => known.request(requests[0], 6, 20, 0)).toThrow(Malformed);
});
