// Proves that replaying each recorded scene tells what the programs in it did, by their own logs (pcaps/truth.json).
import { describe, expect, it } from 'vitest';
import { catalogue } from '../../src/detections/catalogue.ts';
import type { AssociationRecord, FindingRecord, OperationRecord, TlsSessionRecord } from '../../src/model/records.ts';
import { parsePolicy } from '../../src/policy/parse.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { transferSyntaxes } from '../../src/protocols/dicom/tables/uids.ts';
import { cipherSuiteName } from '../../src/protocols/tls/names.ts';
import { type Replayed, replay } from '../support/replay.ts';
import { captureBytes, sceneName, scenePath, scenes } from '../support/scenes.ts';
import { type TrueAssociation, type TrueFinding, type TrueOperation, truths } from '../support/truth.ts';

/** A policy of networks, and of TLS asked for or not. */
async function policyOf(tls: 'asked' | 'not-asked'): Promise<Policy> {
  const networks = 'networks: { internal: [10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16] }';
  const { policy, problems } = await parsePolicy(`version: 1\n${networks}\nencryption: { tls: ${tls} }\n`, 0);
  if (policy === null) throw new Error(JSON.stringify(problems));
  return policy;
}

const rfc1918 = await policyOf('not-asked');
const tlsAsked = await policyOf('asked');

describe('every recorded scene', () => {
  it('is described in truth.json', () => {
    expect(scenes().map(sceneName).sort()).toEqual(Object.keys(truths).sort());
  });

  for (const [name, truth] of Object.entries(truths)) {
    it(`tells what happened: ${name}`, async () => {
      const replayed = await replay(captureBytes(scenePath(truth.file)));
      expect(replayed.bugs).toEqual([]);
      expect(replayed.error).toBeNull();
      expect(replayed.totals.connections).toBe(truth.connections);
      const midStream = truth.associations.some(({ visible }) => visible === 'partly');
      const seen = truth.associations.filter(inClear);
      expect(replayed.associations.map((association) => toldOf(association, replayed, midStream))).toEqual(
        seen.map((association) => meantOf(association, name)),
      );
      const sessions = [...truth.associations, ...(truth.sessions ?? [])];
      expect(replayed.tlsSessions.map(sessionTold)).toEqual(sessions.flatMap(sessionMeant));
    });

    it(`raises what it should: ${name}`, async () => {
      const bytes = captureBytes(scenePath(truth.file));
      const { noPolicy, internalRfc1918 } = truth.findings;
      expectFindings((await replay(bytes)).findings, noPolicy);
      expectFindings((await replay(bytes, { policy: rfc1918 })).findings, internalRfc1918);
      // A policy that asks for TLS minds what carries no patient data too, if it was accepted.
      const { associations, findings } = await replay(bytes, { policy: tlsAsked });
      const clear = associations.filter(
        ({ accepted, midStream, patientData, tls }) => (accepted || midStream) && !patientData && !tls,
      );
      expect(associationsOf(findings, 'dicom-cleartext')).toEqual(clear.map(({ id }) => id).sort());
      expect(findings.filter(({ detection }) => detection !== 'dicom-cleartext')).toEqual(
        (await replay(bytes, { policy: rfc1918 })).findings,
      );
    });
  }
});

/** Through TLS nothing of an association is seen, but where the suite does not encrypt. */
function inClear({ visible }: TrueAssociation): boolean {
  return visible !== false;
}

/** What `midstream-large` holds of its association: the rest of an object's pixels, the response and the release. */
const beyondPatient: Record<string, Partial<TrueAssociation>> = {
  'midstream-large': { patients: 0, studies: 0, transferSyntaxes: [] },
};

function meantOf(association: TrueAssociation, scene: string) {
  const { outcome, rejection, contexts, acceptedContexts, abortedBy, userIdentity, operations } = association;
  const { patients, studies, transferSyntaxes } = { ...association, ...beyondPatient[scene] };
  const joined = association.visible === 'partly';
  const result = rejection?.result === 'permanent' ? 'rejected permanently' : 'rejected for now';
  return {
    titles: joined ? null : `${association.calling} > ${association.called}`,
    ends: `${association.client} > ${association.server}:${association.serverPort}`,
    outcome,
    how: rejection
      ? `${result} by the ${rejection.source}: ${rejection.reason}`
      : abortedBy
        ? `by the ${abortedBy}`
        : null,
    contexts: joined ? 0 : contexts,
    accepted: joined || outcome === 'rejected' ? 0 : (acceptedContexts ?? contexts),
    identity: userIdentity?.type ?? null,
    emptyPasscode: userIdentity?.type === 'username-passcode' ? (userIdentity.emptyPasscode ?? false) : null,
    patients,
    studies,
    deidentifiedObjects: association.deidentifiedObjects ?? 0,
    moveOriginators: association.moveOriginator === undefined ? [] : [association.moveOriginator],
    transferSyntaxes: [...transferSyntaxes].sort(),
    operations: operations.map(operationLine).sort(),
    complete: !joined,
  };
}

function toldOf(association: AssociationRecord, replayed: Replayed, joined: boolean) {
  const operations = replayed.operations.filter(({ associationId }) => associationId === association.id);
  const { outcome, outcomeDetail, contexts, callingAe, calledAe } = association;
  return {
    titles: joined && callingAe === null && calledAe === null ? null : `${callingAe} > ${calledAe}`,
    ends: `${association.clientAddress} > ${association.serverAddress}:${association.serverPort}`,
    outcome,
    how: outcome === 'rejected' ? outcomeDetail : outcome === 'aborted' ? (outcomeDetail?.split(',')[0] ?? '') : null,
    contexts: contexts.length,
    accepted: contexts.filter(({ result }) => result === 0).length,
    identity: association.identityType,
    emptyPasscode: association.identityPasscodeEmpty,
    patients: association.patients,
    studies: association.studies,
    deidentifiedObjects: association.deidentifiedObjects,
    moveOriginators: [...new Set(operations.flatMap(({ moveOriginator }) => moveOriginator ?? []))],
    transferSyntaxes: syntaxesOf(association, operations),
    operations: groups(operations),
    complete: association.complete,
  };
}

function syntaxesOf(association: AssociationRecord, operations: readonly OperationRecord[]): string[] {
  const used = new Set<string>();
  for (const operation of operations) {
    const context = association.contexts.find(({ id }) => id === operation.contextId);
    const syntax = operation.transferSyntax ?? context?.acceptedTransferSyntax;
    if (syntax != null && transferSyntaxes.has(syntax)) used.add(syntax);
  }
  return [...used].sort();
}

/** Operations of one kind as truth.json lists them. */
function groups(operations: readonly OperationRecord[]): string[] {
  const byKind = new Map<string, OperationRecord[]>();
  for (const operation of operations) {
    const key = `${operation.command} ${operation.sopClass} ${operation.requester}`;
    byKind.set(key, [...(byKind.get(key) ?? []), operation]);
  }
  return [...byKind.values()].map((group) => operationLine(asTruth(group))).sort();
}

function asTruth(group: readonly OperationRecord[]): TrueOperation {
  const [first] = group;
  const sum = (of: (operation: OperationRecord) => number): number => group.reduce((total, one) => total + of(one), 0);
  const retrieves = first.command === 'C-MOVE' || first.command === 'C-GET';
  return {
    command: first.command,
    sopClass: first.sopClass ?? '',
    count: group.length,
    statuses: group.filter(({ status }) => status !== null).map(({ status }) => hex(status as number)),
    responses: sum(({ responses }) => responses),
    pending: sum(({ responses, status }) => responses - (status === null || status === 0xff00 ? 0 : 1)),
    requester: first.requester,
    ...(retrieves && {
      subOperations: sum(({ completed, failed, warning }) => (completed ?? 0) + (failed ?? 0) + (warning ?? 0)),
    }),
    ...(first.moveDestination !== null && { moveDestination: first.moveDestination }),
    ...(first.eventType !== null && { eventType: first.eventType }),
    ...(first.actionType !== null && { actionType: first.actionType }),
    cancelled: first.cancelled,
  };
}

function operationLine(operation: TrueOperation): string {
  const { command, sopClass, count, statuses, responses, pending, requester } = operation;
  const more = [
    ['sub-operations', operation.subOperations],
    ['to', operation.moveDestination],
    ['event', operation.eventType],
    ['action', operation.actionType],
    ['cancelled', operation.cancelled === true ? 'in time' : undefined],
  ].flatMap(([name, value]) => (value === undefined ? [] : `, ${name} ${value}`));
  return `${count} ${command} ${sopClass} by ${requester}: ${[...statuses].sort().join(' ')}, ${responses} responses, ${pending} pending${more.join('')}`;
}

function hex(status: number): string {
  return `0x${status.toString(16).toUpperCase().padStart(4, '0')}`;
}

function sessionMeant({
  tls,
  client,
  server,
  serverPort,
}: Pick<TrueAssociation, 'tls' | 'client' | 'server' | 'serverPort'>) {
  if (tls === null) return [];
  const { version, suite, grade, clientCertificate } = tls;
  // From TLS 1.3 on certificates are encrypted.
  const sent = version === 'TLS 1.3' ? null : clientCertificate;
  return [{ ends: `${client} > ${server}:${serverPort}`, version, suite: cipherSuiteName(Number(suite)), grade, sent }];
}

function sessionTold(session: TlsSessionRecord) {
  const {
    clientAddress,
    serverAddress,
    serverPort,
    version,
    cipherSuite: suite,
    grade,
    clientCertificateSent,
  } = session;
  return {
    ends: `${clientAddress} > ${serverAddress}:${serverPort}`,
    version,
    suite,
    grade,
    sent: clientCertificateSent,
  };
}

const implemented = new Set(catalogue.map(({ slug }) => slug));

/** Which detections at which severity, and how many alerts of each where the truth tells. */
function expectFindings(findings: readonly FindingRecord[], meant: readonly TrueFinding[]): void {
  const expected = meant.filter(({ detection }) => implemented.has(detection));
  const line = ({ detection, severity }: { detection: string; severity: string }): string => `${detection} ${severity}`;
  expect([...new Set(findings.map(line))].sort()).toEqual([...new Set(expected.map(line))].sort());
  for (const { detection, severity, count, kind, assumed } of expected) {
    const raised = findings.filter((finding) => finding.detection === detection && finding.severity === severity);
    if (count !== undefined) expect(new Set(raised.map(({ key }) => key)).size, detection).toBe(count);
    if (kind !== undefined)
      expect(raised.map(({ evidence }) => String(evidence['kind']))).toContain(evidenceKind[kind]);
    if (detection === 'public-address') {
      for (const { evidence, summary } of raised) {
        expect(evidence['internalAssumed']).toBe(assumed ?? false);
        expect(summary.includes('assumed')).toBe(assumed ?? false);
      }
    }
  }
}

function associationsOf(findings: readonly FindingRecord[], slug: string): string[] {
  return findings.flatMap(({ detection, associationId }) => (detection === slug ? (associationId ?? '') : [])).sort();
}

const evidenceKind: Record<string, string> = {
  passcode: 'username-passcode',
  kerberos: 'kerberos',
  saml: 'saml',
  jwt: 'jwt',
};
