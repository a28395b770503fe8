import type { AssociationRecord, ExposureRecord, TlsSessionRecord } from '../model/records.ts';

/** An association with what it showed, for detections. */
export interface Subject {
  readonly association: AssociationRecord;
  readonly exposure: ExposureRecord | null;
  /** The session of TLS that it was read through. */
  readonly tls: TlsSessionRecord | null;
  readonly services: readonly {
    readonly service: string;
    readonly role: 'client-scu' | 'client-scp';
    readonly first: { readonly time: number; readonly packet: { readonly capture: string; readonly frame: number } };
  }[];
}
