import type {
  AssociationRecord,
  ConnectionRecord,
  ExposureRecord,
  FindingRecord,
  OperationRecord,
} from '../../model/records.ts';

/**
 * What many records of a kind have alike: who talks to whom, and how, is the same all day. Such a kind is a view of two
 * tables: `NAME_own` has a row for each record, and in `shared` names the row of `NAME_shared` that has the rest.
 */
const sharedFields = {
  connection: [
    'clientMac',
    'serverMac',
    'clientWhy',
    'vlan',
    'tunnel',
    'began',
    'ended',
    'protocol',
    'why',
    'firstCapture',
    'lastCapture',
    'complete',
    'incomplete',
  ],
  association: [
    'ended',
    'outcome',
    'outcomeDetail',
    'accepted',
    'rejectResult',
    'rejectSource',
    'rejectReason',
    'abortSource',
    'abortReason',
    'protocolVersion',
    'applicationContext',
    'contexts',
    'clientMaximumLength',
    'serverMaximumLength',
    'clientImplementationUid',
    'clientImplementationVersion',
    'serverImplementationUid',
    'serverImplementationVersion',
    'identityType',
    'identityPasscodeEmpty',
    'identityResponseRequested',
    'identityAcknowledged',
    'midStream',
    'firstCapture',
    'lastCapture',
    'patientData',
    'patientDataCapture',
    'complete',
    'incomplete',
  ],
  operation: [
    'command',
    'requester',
    'contextId',
    'sopClass',
    'transferSyntax',
    'transferSyntaxGuessed',
    'status',
    'statusText',
    'statusKind',
    'remaining',
    'completed',
    'failed',
    'warning',
    'cancelled',
    'queryLevel',
    'moveDestination',
    'moveOriginator',
    'moveOriginatorMessageId',
    'eventType',
    'actionType',
    'deidentified',
    'patientData',
    'firstCapture',
    'lastCapture',
    'complete',
    'incomplete',
  ],
  exposure: ['direct', 'quasi', 'clinical', 'staff', 'device', 'uid', 'attributes'],
  finding: ['evidence', 'references', 'capture'],
} as const satisfies {
  connection: Fields<ConnectionRecord>;
  association: Fields<AssociationRecord>;
  operation: Fields<OperationRecord>;
  exposure: Fields<ExposureRecord>;
  finding: Fields<FindingRecord>;
};

type Fields<Row> = readonly (keyof Row)[];

export type DividedTable = keyof typeof sharedFields;
/** Kinds of records that are divided so. */
export const dividedTables = Object.keys(sharedFields) as DividedTable[];

/** Of any table: mostly none. */
export function sharedFieldsOf(name: string): readonly string[] {
  return dividedTables.includes(name as DividedTable) ? sharedFields[name as DividedTable] : [];
}

export function ownTable(name: DividedTable): string {
  return `${name}_own`;
}

export function sharedTable(name: DividedTable): string {
  return `${name}_shared`;
}
