import type { AssociateAccept, AssociateRequest, Side } from '../model/facts.ts';
import type { AssociationRecord, ConnectionRecord, Incomplete, PresentationContext } from '../model/records.ts';
import {
  abortReasonWords,
  abortSourceWords,
  rejectReasonWords,
  rejectResultWords,
  rejectSourceWords,
} from '../protocols/dicom/tables/reasons.ts';
import type { Association } from './association.ts';
import { Reasons } from './reasons.ts';

/**
 * The record of an association as it stands, told from its connection's client and server; `missed`: bytes of it are;
 * `tls`: it was read through TLS that does not encrypt.
 */
export function associationRecord(
  association: Association,
  connection: ConnectionRecord,
  client: Side,
  missed: boolean,
  tls: boolean,
): AssociationRecord {
  const { request, accept, reject, abort } = association;
  const server = (1 - client) as Side;
  const mine = association.user(client);
  const theirs = association.user(server);
  const identity = request?.user.identity ?? null;
  const incomplete = incompleteOf(association, connection, missed);
  const inferred = accept === null && reject === null && isInferred(association, connection);
  return {
    id: association.id,
    connectionId: connection.id,
    ordinal: association.ordinal,
    clientAddress: connection.clientAddress,
    clientPort: connection.clientPort,
    serverAddress: connection.serverAddress,
    serverPort: connection.serverPort,
    callingAe: request?.callingAe ?? accept?.callingAe ?? null,
    calledAe: request?.calledAe ?? accept?.calledAe ?? null,
    ended: association.ended,
    outcome: inferred && association.outcome === 'requested' ? 'accepted' : association.outcome,
    outcomeDetail: detailOf(association, client, inferred),
    accepted: reject !== null ? false : accept !== null || association.midStream || inferred ? true : null,
    rejectResult: reject?.result ?? null,
    rejectSource: reject?.source ?? null,
    rejectReason: reject?.reason ?? null,
    abortSource: abort?.source ?? null,
    abortReason: abort?.reason ?? null,
    protocolVersion: request?.protocolVersion ?? null,
    applicationContext: request?.applicationContext ?? null,
    contexts: inferred ? asUsed(association, contextsOf(association)) : contextsOf(association),
    clientMaximumLength: mine?.maximumLength ?? null,
    serverMaximumLength: theirs?.maximumLength ?? null,
    clientImplementationUid: mine?.implementationClassUid ?? null,
    clientImplementationVersion: mine?.implementationVersion ?? null,
    serverImplementationUid: theirs?.implementationClassUid ?? null,
    serverImplementationVersion: theirs?.implementationVersion ?? null,
    identityType: identity?.type ?? null,
    identityPasscodeEmpty: identity?.type === 'username-passcode' ? identity.secondaryBytes === 0 : null,
    identityResponseRequested: identity?.responseRequested ?? null,
    identityAcknowledged: identity === null || accept === null ? null : accept.user.identityAcknowledged,
    tls,
    midStream: association.midStream,
    start: association.first.micros,
    end: association.last.micros,
    firstCapture: association.first.capture,
    firstFrame: association.first.frame,
    lastCapture: association.last.capture,
    lastFrame: association.last.frame,
    operations: association.operations,
    objects: association.objects,
    deidentifiedObjects: association.deidentifiedObjects,
    clientDataBytes: association.dataBytes[client],
    serverDataBytes: association.dataBytes[server],
    patients: association.patients.count,
    studies: association.studies.count,
    patientData: association.patientDataAt !== null,
    patientDataTime: association.patientDataAt?.micros ?? null,
    patientDataCapture: association.patientDataAt?.capture ?? null,
    patientDataFrame: association.patientDataAt?.frame ?? null,
    complete: incomplete.length === 0,
    incomplete,
  };
}

/**
 * What is used was accepted, though the answer was not seen; which transfer syntax is sure only where there was no
 * choice.
 */
function asUsed({ used }: Association, contexts: readonly PresentationContext[]): readonly PresentationContext[] {
  return contexts.map((context) => {
    if (context.result !== null || used?.has(context.id) !== true) return context;
    const { transferSyntaxes } = context;
    const only = transferSyntaxes.length === 1 ? transferSyntaxes[0] : null;
    return { ...context, result: 0, acceptedTransferSyntax: only };
  });
}

/**
 * Contexts as asked, each with its answer; those only answered (the request was not seen) come last. Equal requests and
 * acceptances are the same facts nearly always (`protocols/dicom/known-associates.ts`), and what they come to is known
 * then.
 */
function contextsOf({ request, accept }: Association): readonly PresentationContext[] {
  if (request === null) return contexts(request, accept);
  const known = knownContexts.get(request);
  if (known !== undefined && known.accept === accept) return known.contexts;
  const made = contexts(request, accept);
  knownContexts.set(request, { accept, contexts: made });
  return made;
}

/** By request, what was made of it and the acceptance that it met last. */
const knownContexts = new WeakMap<
  AssociateRequest,
  { readonly accept: AssociateAccept | null; readonly contexts: readonly PresentationContext[] }
>();

function contexts(request: AssociateRequest | null, accept: AssociateAccept | null): readonly PresentationContext[] {
  const answers = new Map(accept?.contexts.map((context) => [context.id, context]) ?? []);
  const list: PresentationContext[] = [];
  for (const context of request?.contexts ?? []) {
    const answer = answers.get(context.id);
    answers.delete(context.id);
    const role = request?.user.roles.find(({ sopClass }) => sopClass === context.abstractSyntax);
    list.push({
      id: context.id,
      abstractSyntax: context.abstractSyntax,
      transferSyntaxes: context.transferSyntaxes,
      scuRole: role?.scu ?? null,
      scpRole: role?.scp ?? null,
      result: answer?.result ?? null,
      acceptedTransferSyntax: answer?.result === 0 ? answer.transferSyntax : null,
    });
  }
  for (const answer of answers.values()) {
    list.push({
      id: answer.id,
      abstractSyntax: null,
      transferSyntaxes: [],
      scuRole: null,
      scpRole: null,
      result: answer.result,
      acceptedTransferSyntax: answer.result === 0 ? answer.transferSyntax : null,
    });
  }
  return list;
}

/**
 * The acceptance was not seen, but what only follows one: P-DATA of the acceptor, or of a requester that alone is
 * captured.
 */
function isInferred({ request, heard, midStream }: Association, { incomplete }: ConnectionRecord): boolean {
  if (request === null || midStream) return false;
  return heard[1 - request.side] || (heard[request.side] && incomplete.includes('one-direction'));
}

function detailOf(association: Association, client: Side, inferred: boolean): string | null {
  const detail = endingOf(association, client);
  const notSeen = 'the acceptance was not seen, but what followed it was';
  if (!inferred) return detail;
  return detail === null ? notSeen : `${detail}; ${notSeen}`;
}

function endingOf(association: Association, client: Side): string | null {
  const { reject, abort } = association;
  if (reject !== null) {
    const { result, source, reason } = reject;
    return `${rejectResultWords(result)} by the ${rejectSourceWords(source)}: ${rejectReasonWords(source, reason)}`;
  }
  if (abort !== null) {
    const who = `by the ${abort.side === client ? 'client' : 'server'}, ${abortSourceWords(abort.source)}`;
    const reason = abortReasonWords(abort.source, abort.reason);
    return reason === null ? who : `${who}: ${reason}`;
  }
  if (association.outcome === 'released' && association.unansweredRelease)
    return 'the answer to the release was not seen';
  if (association.outcome === 'cut') return association.cutBy;
  return null;
}

function incompleteOf(association: Association, connection: ConnectionRecord, missed: boolean): readonly Incomplete[] {
  if (connection.incomplete.length === 0) return association.reasons.list();
  const reasons = new Reasons();
  reasons.addAll(association.reasons);
  for (const reason of connection.incomplete) {
    // After a clean end the connection took nothing from the association.
    if ((reason === 'cut' || reason === 'evicted') && association.outcome !== 'cut') continue;
    if (reason === 'mid-stream' && association.request !== null) continue;
    if (reason === 'missed-bytes' && !missed) continue;
    // Of several associations that of which it was is marked itself.
    if (reason === 'lost-step' || reason === 'interrupted') continue;
    reasons.add(reason);
  }
  return reasons.list();
}
