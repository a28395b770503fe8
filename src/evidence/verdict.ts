import type { AssociationRecord, OperationRecord } from '../model/records.ts';

/**
 * What a story is judged by: the association, and the operations of it that are told one by one, the last among them.
 */
export interface Tale {
  readonly association: AssociationRecord;
  readonly operations: readonly OperationRecord[];
  /** Of all its operations, those that failed. */
  readonly failed: number;
}

/** What it looks like, and what to look at next: one thing each, the gravest first. */
export interface Verdict {
  readonly looksLike: string;
  readonly next: string;
}

/**
 * What the course of an association tells about its trouble, if it had any: from who said what last, and what was open
 * then.
 */
export function verdictsOf(tale: Tale): Verdict[] {
  return rules.flatMap((rule) => rule(tale) ?? []);
}

type Rule = (tale: Tale) => Verdict | null;

const oneDirection: Rule = ({ association }) => {
  if (!association.incomplete.includes('one-direction')) return null;
  return {
    looksLike:
      'Only one direction was captured: what the other side said is not known, and nothing here tells that it was silent.',
    next: 'Let the mirror port take both directions, or a tap both of its outputs; then look again.',
  };
};

const rejected: Rule = ({
  association: { outcome, rejectSource, rejectReason, rejectResult, calledAe, callingAe },
}) => {
  if (outcome !== 'rejected') return null;
  if (rejectSource === 1 && rejectReason === 7)
    return {
      looksLike: `The server does not answer to the name "${calledAe ?? ''}": the title is wrong at the client, or belongs to another system.`,
      next: 'Compare the called AE title, letter by letter and in its case, with the one configured at the server.',
    };
  if (rejectSource === 1 && rejectReason === 3)
    return {
      looksLike: `The server does not know "${callingAe ?? ''}": the network is fine, an entry is missing.`,
      next: 'Enter the calling AE title with its address at the server, or correct it at the client.',
    };
  if (rejectResult === 2)
    return {
      looksLike: 'The server is busy, and says that it may be tried again.',
      next: 'Look at how many associations it serves at once, and who holds them: dicomtap associations --server ADDRESS.',
    };
  return {
    looksLike: 'The server refused by a rule of its own: the network is fine.',
    next: 'The log of the server at that time says which rule.',
  };
};

const nothingAccepted: Rule = ({ association: { contexts, accepted } }) => {
  if (accepted !== true || contexts.length === 0 || contexts.some(({ result }) => result === 0)) return null;
  if (contexts.every(({ result }) => result === null)) return null;
  return {
    looksLike:
      'Accepted in name only: not one of the services asked for was, so that nothing can be done in this association.',
    next: 'Configure these services, or their transfer syntaxes, at the server; the list above says which of the two it was.',
  };
};

const queryEndedByServer: Rule = ({ association, operations }) => {
  const { outcome, accepted, abortSource, outcomeDetail } = association;
  if (accepted !== true || (outcome !== 'aborted' && outcome !== 'cut') || operations.length === 0) return null;
  const last = operations.at(-1) as OperationRecord;
  if (last.status !== null && last.statusKind !== 'pending') return null;
  const open = `${last.command} (message ${last.messageId ?? 'unknown'})`;
  const answered = operations.some(({ responses }) => responses > 0);
  if (outcome === 'cut')
    return {
      looksLike: `The connection ended while ${open} was open, without an abort of DICOM: a program that died, a firewall or time-out on the way, or the network.`,
      next: 'The last packets tell: a reset comes from a program or a firewall, a FIN from a program that closed, silence from the way between.',
    };
  if (outcomeDetail?.includes('by the server') !== true)
    return {
      looksLike: `The client gave up while ${open} was open: an operator who cancelled, or a time-out of the client.`,
      next: 'Compare how long it waited with the time-out that is configured at the client.',
    };
  const provider = abortSource === 2;
  return {
    looksLike:
      `The server accepted the association and then aborted it at ${open}${answered ? '' : ', before it answered anything'}. ` +
      'At the client that shows as a lost connection and looks like a network fault; it is none: the abort was sent by the ' +
      (provider ? 'protocol machine of the server, which could not read what came.' : 'application of the server.'),
    next: provider
      ? 'Look at the request in Wireshark: its maximum length, presentation context and command set; then update or reconfigure the side that made it.'
      : 'The log of the server at that time says why: usual are a right that this AE title lacks for this service, a query key or level that it does not support, or an error in its database.',
  };
};

const failing: Rule = ({ association, operations, failed: count }) => {
  const failed = operations.filter(({ statusKind }) => statusKind === 'failure');
  if (failed.length === 0) return null;
  const { status, statusText, command } = failed[0];
  const next =
    status === 0xa801
      ? 'Enter the move destination, with its address and port, at the server.'
      : status === 0x0122
        ? 'The server does not offer this service: ask for another, or configure it there.'
        : status === 0x0124
          ? 'The server does not let this AE title do that: give it the right there, or find out who asked.'
          : (status ?? 0) >> 8 === 0xa7
            ? 'The server lacks space or memory: look at its disk.'
            : 'The status is the server\u2019s own answer; its log says more.';
  return {
    looksLike: `${count} of ${association.operations} operations failed: the first, ${command}, with "${statusText ?? 'a status of no known meaning'}". The network did its part.`,
    next,
  };
};

const missingObjects: Rule = ({ operations }) => {
  const short = operations.find(({ failed }) => failed !== null && failed > 0);
  if (short === undefined) return null;
  const sum = (short.completed ?? 0) + (short.failed ?? 0) + (short.warning ?? 0);
  return {
    looksLike: `${short.failed} of ${sum} objects of a ${short.command} did not arrive.`,
    next: 'Look at the associations from the server to the destination in that time: their statuses name the objects that were refused, and why.',
  };
};

const waiting: Rule = ({ association: { ended, accepted }, operations }) => {
  if (ended || accepted !== true) return null;
  const open = operations.filter(({ statusKind }) => statusKind === null || statusKind === 'pending');
  if (open.length === 0) return null;
  return {
    looksLike: `It still lasts: ${open.length === 1 ? 'an operation is' : `${open.length} operations are`} open.`,
    next: 'Ask again later: the record is written anew while the association lasts.',
  };
};

const rules: readonly Rule[] = [
  oneDirection,
  rejected,
  nothingAccepted,
  queryEndedByServer,
  failing,
  missingObjects,
  waiting,
];
