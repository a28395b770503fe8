// What was proposed and accepted is known to both directions, until the next request.
import { expect, test } from 'vitest';
import { limits } from '../../../src/model/limits.ts';
import { parseAssociateAccept, parseAssociateRequest } from '../../../src/protocols/dicom/associate.ts';
import { Negotiation } from '../../../src/protocols/dicom/negotiation.ts';
import { associateAc, associateRq, explicitLittle, implicitLittle } from '../../support/pdu.ts';

const request = (contexts: NonNullable<Parameters<typeof associateRq>[0]>['contexts'] = []) => {
  const bytes = associateRq({ contexts });
  return parseAssociateRequest(bytes, 6, bytes.length, 0, limits).fact;
};
const accept = (contexts: NonNullable<Parameters<typeof associateAc>[0]>['contexts'] = []) => {
  const bytes = associateAc({ contexts });
  return parseAssociateAccept(bytes, 6, bytes.length, 1, limits).fact;
};

test('a context has its accepted syntax, or none while there is no acceptance', () => {
  const negotiation = new Negotiation();
  expect(negotiation.seen).toBe(false);
  negotiation.request(request([{ id: 1, transferSyntaxes: [implicitLittle, explicitLittle] }]));
  expect([negotiation.seen, negotiation.accepted(1)]).toEqual([true, null]);
  expect(negotiation.proposed(1)).toEqual([implicitLittle, explicitLittle]);
  expect(negotiation.proposed(3)).toEqual([]);
  negotiation.accept(accept([{ id: 1, transferSyntax: explicitLittle }]));
  expect(negotiation.accepted(1)).toBe(explicitLittle);
});

test('a context that was refused has none, whatever syntax the answer names', () => {
  const negotiation = new Negotiation();
  negotiation.accept(
    accept([
      { id: 1, result: 3, transferSyntax: explicitLittle },
      { id: 3, transferSyntax: '' },
    ]),
  );
  expect([negotiation.accepted(1), negotiation.accepted(3)]).toEqual([null, null]);
});

test('B33: of a repeated id the first counts, in proposal and acceptance', () => {
  const negotiation = new Negotiation();
  negotiation.request(
    request([
      { id: 1, transferSyntaxes: ['1.2'] },
      { id: 1, transferSyntaxes: ['1.3'] },
    ]),
  );
  negotiation.accept(
    accept([
      { id: 1, transferSyntax: '1.2' },
      { id: 1, transferSyntax: '1.3' },
    ]),
  );
  expect([negotiation.proposed(1), negotiation.accepted(1)]).toEqual([['1.2'], '1.2']);
});

test('B36: the next request forgets all', () => {
  const negotiation = new Negotiation();
  negotiation.request(request([{ id: 1 }]));
  negotiation.accept(accept([{ id: 1 }]));
  negotiation.request(request([{ id: 3 }]));
  expect([negotiation.accepted(1), negotiation.proposed(1)]).toEqual([null, []]);
});

test('B20: an acceptance recorded before its request holds, and the next request forgets it', () => {
  const negotiation = new Negotiation();
  negotiation.accept(accept([{ id: 1, transferSyntax: explicitLittle }]));
  expect(negotiation.unasked).toBe(true);
  negotiation.request(request([{ id: 1 }]), true);
  expect([negotiation.accepted(1), negotiation.unasked]).toEqual([explicitLittle, false]);
  negotiation.request(request([{ id: 1 }]));
  negotiation.accept(accept([{ id: 1 }]));
  expect(negotiation.unasked).toBe(false);
});

test('a context is refused once an acceptance was seen that does not accept it', () => {
  const negotiation = new Negotiation();
  negotiation.request(request([{ id: 1, transferSyntaxes: [implicitLittle] }]));
  expect(negotiation.refuses(1)).toBe(false);
  negotiation.accept(accept([{ id: 1, transferSyntax: implicitLittle }]));
  expect([negotiation.refuses(1), negotiation.refuses(3)]).toEqual([false, true]);
  negotiation.request(request());
  expect(negotiation.refuses(3)).toBe(false);
});

test('each side may send as much as the other takes, and without bound until that is told', () => {
  const negotiation = new Negotiation();
  expect(negotiation.longest).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
  const asked = request();
  negotiation.request(asked);
  negotiation.accept(accept());
  expect(negotiation.longest[1]).toBe(asked.user.maximumLength || Number.POSITIVE_INFINITY);
});
