import type { AssociationSubject, ObservedService } from '../../src/detections/detection.ts';
import type { AssociationRecord, ExposedAttribute, ExposureRecord } from '../../src/model/records.ts';
import { parsePolicy } from '../../src/policy/parse.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { problemInWords } from '../../src/yaml/problem.ts';

/** 2026-03-01T08:00:00Z. */
export const START = Date.UTC(2026, 2, 1, 8) * 1000;

/** An accepted and released echo from CT01 (10.20.1.11) to ARCHIVE (10.20.5.10:104), but for what is given. */
export function association(given: Partial<AssociationRecord> = {}): AssociationRecord {
  return {
    id: 'aaaaaaaaaaaaaaaaaaaaaaaaaaa',
    connectionId: 'caaaaaaaaaaaaaaaaaaaaaaaaaa',
    ordinal: 1,
    clientAddress: '10.20.1.11',
    clientPort: 50_000,
    serverAddress: '10.20.5.10',
    serverPort: 104,
    callingAe: 'CT01',
    calledAe: 'ARCHIVE',
    ended: true,
    outcome: 'released',
    outcomeDetail: null,
    accepted: true,
    rejectResult: null,
    rejectSource: null,
    rejectReason: null,
    abortSource: null,
    abortReason: null,
    protocolVersion: 1,
    applicationContext: '1.2.840.10008.3.1.1.1',
    contexts: [],
    clientMaximumLength: 16_384,
    serverMaximumLength: 16_384,
    clientImplementationUid: null,
    clientImplementationVersion: null,
    serverImplementationUid: null,
    serverImplementationVersion: null,
    identityType: null,
    identityPasscodeEmpty: null,
    identityResponseRequested: null,
    identityAcknowledged: null,
    tls: false,
    midStream: false,
    start: START,
    end: START + 5_000_000,
    firstCapture: 'capture-1',
    firstFrame: 4,
    lastCapture: 'capture-1',
    lastFrame: 40,
    operations: 1,
    objects: 0,
    deidentifiedObjects: 0,
    clientDataBytes: 0,
    serverDataBytes: 0,
    patients: 0,
    studies: 0,
    patientData: false,
    patientDataTime: null,
    patientDataCapture: null,
    patientDataFrame: null,
    complete: true,
    incomplete: [],
    ...given,
  };
}

/** The same after storing three objects of two patients in clear text. */
export function storing(given: Partial<AssociationRecord> = {}): AssociationRecord {
  return association({
    operations: 3,
    objects: 3,
    clientDataBytes: 1_500_000,
    patients: 2,
    studies: 2,
    patientData: true,
    patientDataTime: START + 1_000_000,
    patientDataCapture: 'capture-1',
    patientDataFrame: 9,
    ...given,
  });
}

export function shown(given: Partial<ExposedAttribute> = {}): ExposedAttribute {
  return {
    attribute: 'PatientName',
    tag: '00100010',
    class: 'direct',
    seenIn: 'stored',
    count: 3,
    deidentifiedCount: 0,
    ...given,
  };
}

export function exposure(attributes: ExposedAttribute[], given: Partial<ExposureRecord> = {}): ExposureRecord {
  const distinct = (name: ExposedAttribute['class']) => attributes.filter((each) => each.class === name).length;
  return {
    associationId: 'aaaaaaaaaaaaaaaaaaaaaaaaaaa',
    connectionId: 'caaaaaaaaaaaaaaaaaaaaaaaaaa',
    direct: distinct('direct'),
    quasi: distinct('quasi'),
    clinical: distinct('clinical'),
    staff: distinct('staff'),
    device: distinct('device'),
    uid: distinct('uid'),
    attributes,
    revealed: null,
    ...given,
  };
}

export function subject(
  given: AssociationRecord,
  seen: ExposureRecord | null = null,
  services: readonly ObservedService[] = [],
): AssociationSubject {
  return { association: given, exposure: seen, tls: null, services };
}

/** A policy from its text; throws what is wrong with it. */
export async function policyOf(yaml: string, now = START): Promise<Policy> {
  const { policy, problems } = await parsePolicy(yaml, now);
  if (policy === null) throw new Error(problems.map(problemInWords).join('\n'));
  return policy;
}
