// A-ASSOCIATE PDUs are read item by item, and a bad item costs itself.
import { describe, expect, test } from 'vitest';
import { limits } from '../../../src/model/limits.ts';
import { parseAssociateAccept, parseAssociateRequest } from '../../../src/protocols/dicom/associate.ts';
import { ascii, concat, u8, u16 } from '../../support/bytes.ts';
import {
  applicationContext,
  associateAc,
  associateRq,
  ctStorage,
  explicitLittle,
  implicitLittle,
  item,
  pdu,
  requestedContext,
  userItem,
  verification,
} from '../../support/pdu.ts';

const request = (bytes: Uint8Array, less: Partial<typeof limits> = {}) =>
  parseAssociateRequest(bytes, 6, bytes.length, 0, { ...limits, ...less });
const accept = (bytes: Uint8Array) => parseAssociateAccept(bytes, 6, bytes.length, 1, limits);

const fixed = associateRq().subarray(6, 74);

describe('A-ASSOCIATE-RQ', () => {
  test('all that is asked for is read', () => {
    const { fact, malformed } = request(
      associateRq({
        version: 3,
        callingAe: ' CT 1',
        calledAe: 'PACS\0\0',
        maximumLength: 131_072,
        contexts: [
          { id: 1, abstractSyntax: verification },
          { id: 3, abstractSyntax: ctStorage, transferSyntaxes: [explicitLittle, `${implicitLittle}\0`] },
        ],
        user: [],
      }),
    );
    expect(malformed).toEqual([]);
    expect(fact).toMatchObject({
      kind: 'associate-request',
      side: 0,
      protocolVersion: 3,
      callingAe: 'CT 1',
      calledAe: 'PACS',
      applicationContext,
      contexts: [
        { id: 1, abstractSyntax: verification, transferSyntaxes: [implicitLittle] },
        { id: 3, abstractSyntax: ctStorage, transferSyntaxes: [explicitLittle, implicitLittle] },
      ],
      user: { maximumLength: 131_072, implementationClassUid: null, identity: null, identityAcknowledged: false },
    });
  });

  test('B34: AE titles are trimmed and escaped', () => {
    const { fact } = request(associateRq({ callingAe: 'A\x1b[2J\\|"', calledAe: '                ' }));
    expect(fact.callingAe).toBe('A\\x1B[2J\\\\|"');
    expect(fact.calledAe).toBe('');
  });

  test('an unknown item and an unknown sub-item are passed over', () => {
    const items = concat(
      item(0x77, ascii('what')),
      requestedContext({ id: 5 }),
      item(0x50, item(0x5f, ascii('is this'))),
    );
    const { fact, malformed } = request(pdu(1, concat(fixed, items)));
    expect(malformed).toEqual([]);
    expect(fact.contexts.map((context) => context.id)).toEqual([5]);
  });

  test('B33: a bad sub-item costs itself, and says where it is', () => {
    const { fact, malformed } = request(
      associateRq({
        user: [
          userItem.implementationClass('1.2.3'),
          item(0x54, u16(500), ascii('1.2')),
          userItem.role(ctStorage, true, true),
        ],
      }),
    );
    expect(fact.user.roles).toEqual([{ sopClass: ctStorage, scu: true, scp: true }]);
    expect(fact.user.implementationClassUid).toBe('1.2.3');
    expect(malformed).toEqual([
      { field: 'role-sop-class', offset: expect.any(Number), reason: 'needs 500 bytes, 3 left' },
    ]);
    const at = malformed[0].offset;
    const bytes = associateRq({
      user: [userItem.implementationClass('1.2.3'), item(0x54, u16(500), ascii('1.2'))],
    });
    expect([...bytes.subarray(at - 2, at)]).toEqual([...u16(500)]);
  });

  test('B33: a bad context costs itself; an item longer than the PDU costs what follows', () => {
    const good = requestedContext({ id: 1 });
    const tooShort = item(0x20, u8(3));
    const tooLong = concat(u8(0x20), u8(0), u16(900), u8(5));
    const { fact, malformed } = request(pdu(1, concat(fixed, good, tooShort, requestedContext({ id: 7 }), tooLong)));
    expect(fact.contexts.map((context) => context.id)).toEqual([1, 7]);
    expect(malformed.map((one) => one.field)).toEqual(['presentation-context', 'item-length']);
  });

  test('B33: even and repeated ids are kept as sent, and each said once', () => {
    const contexts = [2, 4, 6, 1, 1, 1].map((id) => ({ id }));
    const { fact, malformed } = request(associateRq({ contexts }));
    expect(fact.contexts.map((context) => context.id)).toEqual([2, 4, 6, 1, 1, 1]);
    expect(malformed.map((one) => one.reason)).toEqual(['is even', 'is repeated']);
  });

  test('B33: no contexts, and 300 of them', () => {
    expect(request(associateRq({ contexts: [] }))).toMatchObject({ fact: { contexts: [] }, malformed: [] });
    const contexts = Array.from({ length: 300 }, (_, i) => ({ id: i & 0xff }));
    const { fact, malformed } = request(associateRq({ contexts }));
    expect(fact.contexts).toHaveLength(limits.contextsMax);
    expect(malformed.map((one) => one.reason)).toContain(`more than ${limits.contextsMax}`);
  });

  test('transfer syntaxes beyond their bound are dropped and said', () => {
    const contexts = [{ id: 1, transferSyntaxes: ['1.1', '1.2', '1.3'] }];
    const { fact, malformed } = request(associateRq({ contexts }), { transferSyntaxesPerContextMax: 2 as never });
    expect(fact.contexts[0].transferSyntaxes).toEqual(['1.1', '1.2']);
    expect(malformed.map((one) => one.field)).toEqual(['transfer-syntax']);
  });

  test('cut at every byte it throws Malformed or gives what there is, never anything else', () => {
    const whole = associateRq({ user: [userItem.commonExtended('1.2', '1.3', ['1.4']), userItem.identity(1, 'x')] });
    for (let end = 6; end < whole.length; end++) {
      const attempt = () => parseAssociateRequest(whole, 6, end, 0, limits);
      if (end < 74) expect(attempt).toThrow(expect.objectContaining({ field: expect.any(String) }));
      else expect(attempt().fact.callingAe).toBe('MODALITY');
    }
  });
});

describe('A-ASSOCIATE-AC', () => {
  test('each answer is read with its result', () => {
    const { fact, malformed } = accept(
      associateAc({
        contexts: [
          { id: 1, transferSyntax: explicitLittle },
          { id: 3, result: 4, transferSyntax: '' },
          { id: 5, result: 3 },
        ],
        user: [userItem.identityResponse('ticket')],
      }),
    );
    expect(malformed).toEqual([]);
    expect(fact.contexts).toEqual([
      { id: 1, result: 0, transferSyntax: explicitLittle },
      { id: 3, result: 4, transferSyntax: '' },
      { id: 5, result: 3, transferSyntax: implicitLittle },
    ]);
    expect(fact.user.identityAcknowledged).toBe(true);
    expect(JSON.stringify(fact)).not.toContain('ticket');
  });
});
