// Every sub-item of user information is read, bounded, and no secret is kept.
import { describe, expect, test } from 'vitest';
import { limits } from '../../../src/model/limits.ts';
import { parseAssociateRequest } from '../../../src/protocols/dicom/associate.ts';
import { ascii, u32 } from '../../support/bytes.ts';
import { associateRq, ctStorage, item, studyRootFind, userItem, verification } from '../../support/pdu.ts';

const request = (bytes: Uint8Array) => parseAssociateRequest(bytes, 6, bytes.length, 0, limits);

describe('user information', () => {
  test('every sub-item of user information is read', () => {
    const { fact, malformed } = request(
      associateRq({
        user: [
          userItem.implementationClass('1.2.3'),
          userItem.asynchronousOperations(5, 0),
          userItem.role(ctStorage, false, true),
          userItem.role(verification, true, false),
          userItem.implementationVersion('VERSION 1 '),
          userItem.extended(studyRootFind, Uint8Array.of(1, 1, 1)),
          userItem.commonExtended(ctStorage, '1.2.840.10008.4.2', ['1.2.3', '1.2.4']),
          userItem.identity(2, 'somebody', 'a secret', true),
        ],
      }),
    );
    expect(malformed).toEqual([]);
    expect(fact.user).toEqual({
      maximumLength: 16_384,
      implementationClassUid: '1.2.3',
      implementationVersion: 'VERSION 1',
      asynchronousOperations: { invoked: 5, performed: 0 },
      roles: [
        { sopClass: ctStorage, scu: false, scp: true },
        { sopClass: verification, scu: true, scp: false },
      ],
      extendedNegotiations: [{ sopClass: studyRootFind, bytes: 3 }],
      commonExtendedNegotiations: [
        { sopClass: ctStorage, serviceClass: '1.2.840.10008.4.2', related: ['1.2.3', '1.2.4'] },
      ],
      identity: { type: 'username-passcode', responseRequested: true, primaryBytes: 8, secondaryBytes: 8 },
      identityAcknowledged: false,
    });
  });

  test('of a user identity its kind and lengths are kept, nothing of what it says', () => {
    const types = ['unknown', 'username', 'username-passcode', 'kerberos', 'saml', 'jwt', 'unknown'];
    for (const [type, name] of types.entries()) {
      const { fact } = request(associateRq({ user: [userItem.identity(type, 'somebody', 'hunter22')] }));
      expect(fact.user.identity).toMatchObject({ type: name, primaryBytes: 8, secondaryBytes: 8 });
      expect(JSON.stringify(fact)).not.toMatch(/somebody|hunter22/);
    }
  });

  test('an empty passcode is told from none by its type', () => {
    const { fact } = request(associateRq({ user: [userItem.identity(2, 'somebody', '')] }));
    expect(fact.user.identity).toMatchObject({ type: 'username-passcode', secondaryBytes: 0 });
  });

  test('B33: 64 KiB of user information stays within its bounds', () => {
    const flood = Array.from({ length: 8000 }, () => userItem.extended('', new Uint8Array(0)));
    const { fact, malformed } = request(associateRq({ user: flood }));
    expect(fact.user.extendedNegotiations.length).toBeLessThan(limits.userItemsMax);
    expect(malformed.map((one) => one.field)).toEqual(['user-information']);
  });

  test('of sub-items that may come once the first counts', () => {
    const { fact } = request(
      associateRq({
        maximumLength: 100,
        user: [item(0x51, u32(7)), userItem.implementationClass('1.2.3'), userItem.implementationClass('1.2.4')],
      }),
    );
    expect(fact.user).toMatchObject({ maximumLength: 100, implementationClassUid: '1.2.3' });
  });

  test('B34: an implementation version is escaped and bounded', () => {
    const { fact } = request(associateRq({ user: [userItem.implementationVersion(`\x1b[2J${'x'.repeat(100)}`)] }));
    expect(fact.user.implementationVersion).toBe(`\\x1B[2J${'x'.repeat(60)}\\...`);
  });

  test('a user identity without its second length, as some write it, is one', () => {
    const short = item(0x58, Uint8Array.of(1, 0, 0, 4), ascii('some'));
    const { fact, malformed } = request(associateRq({ user: [short] }));
    expect(malformed).toEqual([]);
    expect(fact.user.identity).toEqual({
      type: 'username',
      responseRequested: false,
      primaryBytes: 4,
      secondaryBytes: 0,
    });
  });
});
