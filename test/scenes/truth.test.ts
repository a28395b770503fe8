// Proves that replaying each recorded scene tells what the programs in it did, by their own logs (pcaps/truth.json).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { catalogue } from '../../src/detections/catalogue.ts';
import type { AssociationRecord, OperationRecord } from '../../src/model/records.ts';
import { transferSyntaxes } from '../../src/protocols/dicom/tables/uids.ts';
import { type Replayed, replay } from '../support/replay.ts';
import { captureBytes, pcaps, sceneName, scenePath, scenes } from '../support/scenes.ts';

interface Truth {
  readonly file: string;
  readonly connections: number;
  readonly associations: readonly TrueAssociation[];
  readonly findings: { readonly noPolicy: readonly { detection: string; severity: string; count?: number }[] };
}

interface TrueAssociation {
  readonly calling: string;
  readonly called: string;
  readonly client: string;
  readonly server: string;
  readonly serverPort: number;
  readonly outcome: string;
  readonly contexts: number | null;
  readonly operations: readonly TrueOperation[];
  readonly patients: number;
  readonly studies: number;
  readonly transferSyntaxes: readonly string[];
  readonly userIdentity: unknown;
  readonly tls: { readonly version: string } | null;
  readonly visible?: boolean | 'partly';
}

interface TrueOperation {
  readonly command: string;
  readonly sopClass: string;
  readonly count: number;
  readonly statuses: readonly string[];
  readonly responses: number;
  readonly pending: number;
  readonly requester: string;
}

const truths = JSON.parse(readFileSync(join(pcaps, 'truth.json'), 'utf8')).scenes as Record<string, Truth>;
const implemented = new Set(catalogue.map(({ slug }) => slug));

describe('every recorded scene', () => {
  it('is described in truth.json', () => {
    expect(
      scenes()
        .map(sceneName)
        .filter((name) => truths[name] === undefined),
    ).toEqual([]);
  });

  for (const [name, truth] of Object.entries(truths)) {
    it(`tells what happened: ${name}`, async () => {
      const replayed = await replay(captureBytes(scenePath(truth.file)));
      expect(replayed.bugs).toEqual([]);
      expect(replayed.error).toBeNull();
      expect(told(replayed)).toEqual(meant(truth));
    });
  }
});

/** What the truth says, as far as it is on the wire. */
function meant(truth: Truth) {
  // Through TLS nothing of an association is seen; NULL suites are not read through either.
  const visible = truth.associations.filter(({ visible, tls }) => visible !== false && tls === null);
  return {
    associations: visible.map((association) => ({
      titles: association.visible === 'partly' ? '?' : `${association.calling} > ${association.called}`,
      ends: `${association.client} > ${association.server}:${association.serverPort}`,
      outcome: association.outcome,
      contexts: association.visible === 'partly' ? '?' : association.contexts,
      patients: association.patients,
      studies: association.studies,
      transferSyntaxes: [...association.transferSyntaxes].sort(),
      operations: association.operations.map(operationLine).sort(),
    })),
    findings: [
      ...new Set(
        truth.findings.noPolicy
          .filter(({ detection }) => implemented.has(detection))
          .map(({ detection, severity }) => `${detection} ${severity}`),
      ),
    ].sort(),
  };
}

function told(replayed: Replayed) {
  return {
    associations: replayed.associations.map((association) => ({
      titles: association.midStream ? '?' : `${association.callingAe} > ${association.calledAe}`,
      ends: `${association.clientAddress} > ${association.serverAddress}:${association.serverPort}`,
      outcome: association.outcome,
      contexts: association.midStream ? '?' : association.contexts.length,
      patients: association.patients,
      studies: association.studies,
      transferSyntaxes: syntaxesOf(replayed, association),
      operations: groups(replayed.operations.filter(({ associationId }) => associationId === association.id)),
    })),
    findings: [...new Set(replayed.findings.map(({ detection, severity }) => `${detection} ${severity}`))].sort(),
  };
}

function syntaxesOf(replayed: Replayed, association: AssociationRecord): string[] {
  const used = new Set<string>();
  for (const operation of replayed.operations) {
    if (operation.associationId !== association.id) continue;
    const context = association.contexts.find(({ id }) => id === operation.contextId);
    const syntax = operation.transferSyntax ?? context?.acceptedTransferSyntax;
    if (syntax != null && transferSyntaxes.has(syntax)) used.add(syntax);
  }
  return [...used].sort();
}

function groups(operations: readonly OperationRecord[]): string[] {
  const byKind = new Map<string, OperationRecord[]>();
  for (const operation of operations) {
    const key = `${operation.command} ${operation.sopClass} ${operation.requester}`;
    byKind.set(key, [...(byKind.get(key) ?? []), operation]);
  }
  return [...byKind.values()]
    .map((group) =>
      operationLine({
        command: group[0].command,
        sopClass: group[0].sopClass ?? '',
        count: group.length,
        statuses: group.filter(({ status }) => status !== null).map(({ status }) => hex(status as number)),
        responses: group.reduce((sum, { responses }) => sum + responses, 0),
        pending: group.reduce(
          (sum, { responses, status }) => sum + responses - (status === null || status === 0xff00 ? 0 : 1),
          0,
        ),
        requester: group[0].requester,
      }),
    )
    .sort();
}

function operationLine(operation: TrueOperation): string {
  const { command, sopClass, count, statuses, responses, pending, requester } = operation;
  return `${count} ${command} ${sopClass} by ${requester}: ${[...statuses].sort().join(' ')}, ${responses} responses, ${pending} pending`;
}

function hex(status: number): string {
  return `0x${status.toString(16).toUpperCase().padStart(4, '0')}`;
}
