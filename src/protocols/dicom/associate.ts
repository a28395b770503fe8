import type { Malformed } from '../../bytes/malformed.ts';
import { Reader } from '../../bytes/reader.ts';
import { aeTitle, uid } from '../../bytes/text.ts';
import type { AnsweredContext, AssociateAccept, AssociateRequest, ProposedContext, Side } from '../../model/facts.ts';
import type { Limits } from '../../model/limits.ts';
import { Faults, readItems } from './items.ts';
import { pduHeaderBytes } from './pdu.ts';
import { UserInformationReader } from './user-information.ts';

export interface ParsedAssociate<F> {
  readonly fact: F;
  /** What was wrong, each kind once; offsets count from the PDU's first byte. */
  readonly malformed: readonly Malformed[];
}

/**
 * Reads the body (what follows the six bytes of header) of an A-ASSOCIATE-RQ, PS3.8 section 9.3.2
 *    0   1  PDU type, 01H
 *    2   4  length of what follows
 *    6   2  protocol version, a bit mask
 *   10  16  called AE title, leading and trailing spaces do not count
 *   26  16  calling AE title
 *   42  32  reserved
 *   74   …  items: application context 10H, presentation contexts 20H, user information 50H
 *
 * Throws `Malformed` when the fixed part is not whole; a bad item costs that item.
 */
export function parseAssociateRequest(
  bytes: Uint8Array,
  start: number,
  end: number,
  side: Side,
  limits: Limits,
): ParsedAssociate<AssociateRequest> {
  const faults = new Faults(limits.malformedMax);
  const body = new Reader(bytes, start, end, start - pduHeaderBytes);
  const fixed = readFixed(body);
  const user = new UserInformationReader(limits, faults);
  const contexts: ProposedContext[] = [];
  let applicationContext = '';
  readItems(body, faults, (type, item) => {
    if (type === 0x10) applicationContext = uid(item.view(item.left, 'application-context'));
    else if (type === 0x20) takeContext(contexts, proposedContext(item, faults, limits), item, faults, limits);
    else if (type === 0x50) user.read(item);
  });
  const fact: AssociateRequest = {
    kind: 'associate-request',
    side,
    ...fixed,
    applicationContext,
    contexts,
    user: user.fields(),
  };
  return { fact, malformed: faults.list };
}

/**
 * Reads the body of an A-ASSOCIATE-AC, PS3.8 section 9.3.3: as the request, type 02H, with presentation contexts 21H.
 * The AE titles are echoed by most and tested by nobody.
 */
export function parseAssociateAccept(
  bytes: Uint8Array,
  start: number,
  end: number,
  side: Side,
  limits: Limits,
): ParsedAssociate<AssociateAccept> {
  const faults = new Faults(limits.malformedMax);
  const body = new Reader(bytes, start, end, start - pduHeaderBytes);
  const fixed = readFixed(body);
  const user = new UserInformationReader(limits, faults);
  const contexts: AnsweredContext[] = [];
  readItems(body, faults, (type, item) => {
    if (type === 0x21) takeContext(contexts, answeredContext(item, faults), item, faults, limits);
    else if (type === 0x50) user.read(item);
  });
  const fact: AssociateAccept = { kind: 'associate-accept', side, ...fixed, contexts, user: user.fields() };
  return { fact, malformed: faults.list };
}

interface Fixed {
  readonly protocolVersion: number;
  readonly calledAe: string;
  readonly callingAe: string;
}

function readFixed(body: Reader): Fixed {
  const protocolVersion = body.u16be('protocol-version');
  body.skip(2, 'reserved');
  const calledAe = aeTitle(body.view(16, 'called-ae'));
  const callingAe = aeTitle(body.view(16, 'calling-ae'));
  body.skip(32, 'reserved');
  return { protocolVersion, calledAe, callingAe };
}

/**
 * Presentation context item of a request, PS3.8 section 9.3.2.2
 *    4  1  presentation context id, odd
 *    5  3  reserved
 *    8  …  one abstract syntax 30H, transfer syntaxes 40H
 */
function proposedContext(item: Reader, faults: Faults, limits: Limits): ProposedContext {
  const id = item.u8('presentation-context-id');
  item.skip(3, 'presentation-context');
  const transferSyntaxes: string[] = [];
  let abstractSyntax = '';
  readItems(item, faults, (type, sub) => {
    if (type === 0x30) abstractSyntax = uid(sub.view(sub.left, 'abstract-syntax'));
    else if (type === 0x40) {
      if (transferSyntaxes.length < limits.transferSyntaxesPerContextMax) {
        transferSyntaxes.push(uid(sub.view(sub.left, 'transfer-syntax')));
      } else faults.add('transfer-syntax', sub.offset, `more than ${limits.transferSyntaxesPerContextMax}`);
    }
  });
  return { id, abstractSyntax, transferSyntaxes };
}

/**
 * Presentation context item of an acceptance, PS3.8 section 9.3.3.2
 *    4  1  presentation context id, odd
 *    5  1  reserved
 *    6  1  result
 *    7  1  reserved
 *    8  …  one transfer syntax 40H, without meaning unless the result is 0
 */
function answeredContext(item: Reader, faults: Faults): AnsweredContext {
  const id = item.u8('presentation-context-id');
  item.skip(1, 'presentation-context');
  const result = item.u8('presentation-context-result');
  item.skip(1, 'presentation-context');
  let transferSyntax = '';
  readItems(item, faults, (type, sub) => {
    if (type === 0x40) transferSyntax = uid(sub.view(sub.left, 'transfer-syntax'));
  });
  return { id, result, transferSyntax };
}

function takeContext<C extends { readonly id: number }>(
  contexts: C[],
  context: C,
  item: Reader,
  faults: Faults,
  limits: Limits,
): void {
  if (contexts.length >= limits.contextsMax) {
    faults.add('presentation-context', item.offset, `more than ${limits.contextsMax}`);
    return;
  }
  if ((context.id & 1) === 0) faults.add('presentation-context-id', item.offset, 'is even');
  for (const known of contexts) {
    if (known.id === context.id) faults.add('presentation-context-id', item.offset, 'is repeated');
  }
  contexts.push(context);
}
