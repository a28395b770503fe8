import type { Reader } from '../../bytes/reader.ts';
import { escapeBytes, uid } from '../../bytes/text.ts';
import type { IdentityType, UserIdentity, UserInformation } from '../../model/facts.ts';
import type { Limits } from '../../model/limits.ts';
import { type Faults, readItems } from './items.ts';

/**
 * Collects the user information item (50H) of an A-ASSOCIATE-RQ or -AC: PS3.8 section 9.3.2.3 and annex D, PS3.7
 * section D.3.3. Of sub-items that may come once the first counts.
 */
export class UserInformationReader {
  private readonly limits: Limits;
  private readonly faults: Faults;
  private items = 0;
  private maximumLength: number | null = null;
  private implementationClassUid: string | null = null;
  private implementationVersion: string | null = null;
  private asynchronousOperations: UserInformation['asynchronousOperations'] = null;
  private readonly roles: UserInformation['roles'][number][] = [];
  private readonly extended: UserInformation['extendedNegotiations'][number][] = [];
  private readonly commonExtended: UserInformation['commonExtendedNegotiations'][number][] = [];
  private identity: UserIdentity | null = null;
  private identityAcknowledged = false;

  constructor(limits: Limits, faults: Faults) {
    this.limits = limits;
    this.faults = faults;
  }

  read(container: Reader): void {
    readItems(container, this.faults, (type, item) => this.subItem(type, item));
  }

  fields(): UserInformation {
    return {
      maximumLength: this.maximumLength,
      implementationClassUid: this.implementationClassUid,
      implementationVersion: this.implementationVersion,
      asynchronousOperations: this.asynchronousOperations,
      roles: this.roles,
      extendedNegotiations: this.extended,
      commonExtendedNegotiations: this.commonExtended,
      identity: this.identity,
      identityAcknowledged: this.identityAcknowledged,
    };
  }

  private subItem(type: number, item: Reader): void {
    if (++this.items > this.limits.userItemsMax) {
      this.faults.add('user-information', item.offset, `more than ${this.limits.userItemsMax} sub-items`);
      return;
    }
    switch (type) {
      case 0x51: // PS3.8 section D.1.1
        this.maximumLength ??= item.u32be('maximum-length');
        break;
      case 0x52: // PS3.7 section D.3.3.2.1
        this.implementationClassUid ??= uid(item.view(item.left, 'implementation-class-uid'));
        break;
      case 0x53:
        this.asynchronousOperations ??= asynchronousOperations(item);
        break;
      case 0x54:
        this.roles.push(role(item));
        break;
      case 0x55: // PS3.7 section D.3.3.2.3
        this.implementationVersion ??= versionName(item);
        break;
      case 0x56:
        this.extended.push(extendedNegotiation(item));
        break;
      case 0x57:
        this.commonExtended.push(this.commonExtendedNegotiation(item));
        break;
      case 0x58:
        this.identity ??= identity(item);
        break;
      case 0x59: // PS3.7 section D.3.3.7.2: the response's content is the server's and not kept
        this.identityAcknowledged = true;
        item.skip(item.u16be('identity-response-length'), 'identity-response');
        break;
      default:
        break;
    }
  }

  /**
   * SOP class common extended negotiation, PS3.7 section D.3.3.6
   *    4  2  length n of the SOP class UID
   *    6  n  SOP class UID
   *       2  length m of the service class UID
   *       m  service class UID
   *       2  length of the related general SOP classes, each with a length of 2 bytes before it
   */
  private commonExtendedNegotiation(item: Reader): UserInformation['commonExtendedNegotiations'][number] {
    const sopClass = uidWithLength(item, 'common-extended-sop-class');
    const serviceClass = uidWithLength(item, 'common-extended-service-class');
    const related: string[] = [];
    const list = item.sub(item.u16be('related-length'), 'related-length');
    while (list.left > 0 && ++this.items <= this.limits.userItemsMax) {
      related.push(uidWithLength(list, 'related-sop-class'));
    }
    return { sopClass, serviceClass, related };
  }
}

/**
 * Asynchronous operations window, PS3.7 section D.3.3.3
 *    4  2  maximum number of operations invoked, 0 for unlimited
 *    6  2  maximum number of operations performed
 */
function asynchronousOperations(item: Reader): { invoked: number; performed: number } {
  return { invoked: item.u16be('operations-invoked'), performed: item.u16be('operations-performed') };
}

/**
 * SCP/SCU role selection, PS3.7 section D.3.3.4
 *    4    2  length n of the UID
 *    6    n  SOP class UID
 *    6+n  1  SCU role
 *    7+n  1  SCP role
 */
function role(item: Reader): UserInformation['roles'][number] {
  const sopClass = uidWithLength(item, 'role-sop-class');
  return { sopClass, scu: item.u8('scu-role') === 1, scp: item.u8('scp-role') === 1 };
}

/**
 * SOP class extended negotiation, PS3.7 section D.3.3.5
 *    4    2  length n of the UID
 *    6    n  SOP class UID
 *    6+n  …  service class application information
 */
function extendedNegotiation(item: Reader): UserInformation['extendedNegotiations'][number] {
  const sopClass = uidWithLength(item, 'extended-sop-class');
  return { sopClass, bytes: item.left };
}

/**
 * User identity, PS3.7 section D.3.3.7.1: its kind and shape, never its content
 *    4    1  type
 *    5    1  positive response requested
 *    6    2  length n of the primary field
 *    8    n  primary field: user name, ticket, assertion or token
 *    8+n  2  length m of the secondary field
 *   10+n  m  secondary field: passcode, for type 2
 */
function identity(item: Reader): UserIdentity {
  const type = identityTypes[item.u8('identity-type')] ?? 'unknown';
  const responseRequested = item.u8('identity-response-requested') === 1;
  const primaryBytes = item.u16be('identity-primary-length');
  item.skip(primaryBytes, 'identity-primary');
  const secondaryBytes = item.left >= 2 ? item.u16be('identity-secondary-length') : 0;
  item.skip(secondaryBytes, 'identity-secondary');
  return { type, responseRequested, primaryBytes, secondaryBytes };
}

const identityTypes: readonly IdentityType[] = ['unknown', 'username', 'username-passcode', 'kerberos', 'saml', 'jwt'];

function uidWithLength(item: Reader, field: string): string {
  return uid(item.view(item.u16be(field), field));
}

/** Implementation version name: 1 to 16 characters, of which padding does not count (PS3.7 section D.3.3.2.3). */
function versionName(item: Reader): string {
  const bytes = item.view(item.left, 'implementation-version');
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] === 0x20 || bytes[end - 1] === 0)) end--;
  return escapeBytes(bytes, 0, end, 64);
}
