import type { AssociateReject, Command, DataSet, Fact, Oddity, Side } from '../model/facts.ts';
import { commandField, commandName, isResponse } from '../protocols/dicom/dimse.ts';
import type { Ended } from '../tcp/consumer.ts';
import { Flag } from '../tcp/slots.ts';
import type { Association } from './association.ts';
import { clientOf, endOf } from './connection.ts';
import type { ConnectionTable } from './connection-table.ts';
import type { Conversation, EndsToldLast } from './conversation.ts';
import type { Acted, Event, Participants } from './events.ts';
import type { Operation } from './operation.ts';

const missed = Flag.missed | (Flag.missed << 1);

/** States events from what the ledger was told: one object each, and one of the ends for all of an association. */
export class Witness {
  private readonly slots: ConnectionTable;
  private readonly observe: (event: Event) => void;

  constructor(slots: ConnectionTable, observe: (event: Event) => void) {
    this.slots = slots;
    this.observe = observe;
  }

  /** The ledger has entered `fact`: what happened by it. */
  stated(conversation: Conversation, fact: Fact): void {
    const { current } = conversation;
    if (current === null) return;
    switch (fact.kind) {
      case 'associate-request':
        if (conversation.previous !== null) this.over(conversation, conversation.previous);
        this.requested(conversation, current);
        return;
      case 'associate-accept':
        if (current.accept !== fact) return;
        if (current.spokeEarly)
          this.malformed(conversation, current, (1 - fact.side) as Side, 'p-data', 'comes before the acceptance');
        this.accepted(conversation, current);
        return;
      case 'associate-reject':
        if (current.reject === fact) this.rejected(conversation, current, fact);
        this.over(conversation, current);
        return;
      case 'release-response':
      case 'abort':
        this.over(conversation, current);
        return;
      case 'command':
        if (current.touched !== null) this.command(conversation, current, fact, current.touched);
        return;
      case 'data-set':
        if (fact.final && current.touched !== null) this.dataSet(conversation, current, fact, current.touched);
        return;
      case 'malformed':
        this.malformed(conversation, current, fact.side, fact.field, fact.reason);
        return;
      default:
    }
  }

  private requested(conversation: Conversation, association: Association): void {
    const { of } = this.ends(conversation, association);
    const at = association.last;
    const { tiny } = this.slots;
    const row = 2 * conversation.slot + (association.request?.side ?? 0);
    const tinySegments = tiny.size === 0 ? 0 : (tiny.get(row) ?? 0) >>> 16;
    this.observe({ kind: 'association-requested', at, of, offered: association.request?.contexts ?? [], tinySegments });
  }

  private accepted(conversation: Conversation, association: Association): void {
    conversation.endsTold = null;
    const { of } = this.ends(conversation, association);
    const at = association.last;
    this.observe({ kind: 'association-accepted', at, of });
  }

  private rejected(conversation: Conversation, association: Association, fact: AssociateReject): void {
    const { of } = this.ends(conversation, association);
    const at = association.last;
    const { result, source, reason } = fact;
    this.observe({ kind: 'association-rejected', at, of, result, source, reason });
  }

  private command(conversation: Conversation, association: Association, fact: Command, operation: Operation): void {
    const answer = isResponse(fact.field);
    if (answer && !operation.over) return;
    const { of, client } = this.ends(conversation, association);
    const at = association.last;
    const acted = actedOf(operation, client);
    if (fact.oddity !== null) this.odd(conversation, association, fact, operation, [fact.oddity]);
    if (!answer) this.observe({ kind: 'operation-requested', at, of, operation: acted });
    else this.observe({ kind: 'operation-answered', at, of, operation: acted, status: fact.status });
  }

  private dataSet(conversation: Conversation, association: Association, fact: DataSet, operation: Operation): void {
    const request = fact.side === operation.side;
    if (fact.oddities.length > 0) this.odd(conversation, association, fact, operation, fact.oddities);
    if (operation.isStore ? !request : operation.field !== commandField.find) return;
    const { of, client } = this.ends(conversation, association);
    const at = association.last;
    const acted = actedOf(operation, client);
    const { patientHash, studyHash, transferSyntax, contentMark } = fact;
    if (operation.isStore) {
      const { instanceHash } = operation;
      this.observe({
        kind: 'object-sent',
        at,
        of,
        operation: acted,
        patientHash,
        instanceHash,
        transferSyntax,
        contentMark,
      });
    } else if (!request) this.observe({ kind: 'record-handed-out', at, of, operation: acted, patientHash, studyHash });
    else this.observe({ kind: 'query-asked', at, of, operation: acted, restricted: fact.restricted });
  }

  private odd(
    conversation: Conversation,
    association: Association,
    { side }: { readonly side: Side },
    operation: Operation,
    oddities: readonly Oddity[],
  ): void {
    const { of, client } = this.ends(conversation, association);
    const at = association.last;
    const by = side === client ? 'client' : 'server';
    this.observe({ kind: 'odd-value', at, of, by, operation: actedOf(operation, client), oddities });
  }

  private malformed(
    conversation: Conversation,
    association: Association,
    side: Side,
    field: string,
    reason: string,
  ): void {
    const { of, client } = this.ends(conversation, association);
    const at = association.last;
    this.observe({ kind: 'malformation', at, of, by: side === client ? 'client' : 'server', field, reason });
  }

  /** Once for each association, when it ended; `how` its connection did, if that is what ended it. */
  over(conversation: Conversation, association: Association, how: Ended = 'fin'): void {
    if (!association.ended || association.overTold) return;
    association.overTold = true;
    const { of } = this.ends(conversation, association);
    const at = association.last;
    const { services } = association;
    const offered = association.request?.contexts ?? [];
    const { outcome, requestsAndMore: operations } = association;
    const accepted = association.accept !== null;
    const { slots } = this;
    const { slot } = conversation;
    const ambiguous = (slots.flags[slot] & (Flag.ambiguous | (Flag.ambiguous << 1))) !== 0;
    const bytes = slots.covered[2 * slot] + slots.covered[2 * slot + 1];
    const strangeReset = bytes > (slots.strangeReset.get(slot) ?? Number.POSITIVE_INFINITY);
    const byThem = outcome !== 'cut' || how === 'fin' || how === 'reset';
    this.observe({
      kind: 'association-over',
      at,
      of,
      outcome,
      accepted,
      byThem,
      ambiguous,
      strangeReset,
      offered,
      operations,
      services,
    });
  }

  /** The ends as far as known now: the same object as long as that is the same. */
  private ends(conversation: Conversation, association: Association): EndsToldLast {
    const { slots } = this;
    const { slot, evidence } = conversation;
    const client = clientOf(slots, slot, evidence).side;
    const partial = !association.reasons.none || !conversation.reasons.none || (slots.flags[slot] & missed) !== 0;
    const told = conversation.endsTold;
    if (told?.client === client && told.of.associationId === association.id && told.of.partial === partial) return told;
    conversation.endsTold = { client, of: this.participants(conversation, association, client, partial) };
    return conversation.endsTold;
  }

  private participants(
    { id, slot, tls }: Conversation,
    association: Association,
    client: Side,
    partial: boolean,
  ): Participants {
    const { request, accept } = association;
    const clientEnd = endOf(this.slots, slot, client);
    const serverEnd = endOf(this.slots, slot, (1 - client) as Side);
    return {
      associationId: association.id,
      connectionId: id,
      clientAddress: clientEnd.address,
      clientPort: clientEnd.port,
      serverAddress: serverEnd.address,
      serverPort: serverEnd.port,
      callingAe: request?.callingAe ?? accept?.callingAe ?? null,
      calledAe: request?.calledAe ?? accept?.calledAe ?? null,
      implementationUid: request?.user.implementationClassUid ?? null,
      implementationVersion: request?.user.implementationVersion ?? null,
      midStream: association.midStream,
      tls: tls !== null,
      partial,
    };
  }
}

/** Of one operation mostly the same object: its request, its data set and its answer are three events. */
function actedOf(operation: Operation, client: Side): Acted {
  const requester = operation.side === client ? 'client' : 'server';
  if (operation.acted?.requester === requester) return operation.acted;
  const acted = actedNow(operation, requester);
  if (operation.requestSeen && acted.sopClass !== null) operation.acted = acted;
  return acted;
}

function actedNow(operation: Operation, requester: Acted['requester']): Acted {
  const { id, field, service, sopClassUid: sopClass, messageId, asked: request } = operation;
  return {
    id,
    command: field === null ? 'unknown' : commandName(field),
    service,
    sopClass,
    requester,
    messageId,
    moveDestination: request?.moveDestination ?? null,
    moveOriginator: request?.moveOriginator ?? null,
    moveOriginatorMessageId: request?.moveOriginatorMessageId ?? null,
  };
}
