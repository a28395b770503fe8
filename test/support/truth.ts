import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pcaps } from './scenes.ts';

/** What the programs of a scene did, by their own logs: pcaps/README.md says the words. */
export interface Truth {
  readonly file: string;
  readonly connections: number;
  readonly associations: readonly TrueAssociation[];
  /** TLS without an association. */
  readonly sessions?: readonly Pick<TrueAssociation, 'client' | 'server' | 'serverPort' | 'tls'>[];
  readonly findings: { readonly noPolicy: readonly TrueFinding[]; readonly internalRfc1918: readonly TrueFinding[] };
}

export interface TrueAssociation {
  readonly calling: string;
  readonly called: string;
  readonly client: string;
  readonly server: string;
  readonly serverPort: number;
  readonly clientPort?: number;
  readonly outcome: string;
  readonly rejection?: { readonly result: string; readonly source: string; readonly reason: string };
  readonly abortedBy?: string;
  readonly contexts: number | null;
  /** All of an accepted association when left out. */
  readonly acceptedContexts?: number;
  readonly operations: readonly TrueOperation[];
  readonly patients: number;
  readonly studies: number;
  readonly deidentifiedObjects?: number;
  readonly moveOriginator?: string;
  readonly transferSyntaxes: readonly string[];
  readonly userIdentity: { readonly type: string; readonly emptyPasscode?: boolean } | null;
  readonly tls: TrueTls | null;
  readonly visible?: boolean | 'partly';
}

export interface TrueOperation {
  readonly command: string;
  readonly sopClass: string;
  readonly count: number;
  readonly statuses: readonly string[];
  readonly responses: number;
  readonly pending: number;
  readonly requester: string;
  readonly subOperations?: number;
  readonly moveDestination?: string;
  readonly eventType?: number;
  readonly actionType?: number;
  /** `late`: the request came after the last response. */
  readonly cancelled?: boolean | 'late';
}

export interface TrueTls {
  readonly version: string;
  readonly suite: string;
  readonly grade: string;
  readonly clientCertificate: boolean;
}

export interface TrueFinding {
  readonly detection: string;
  readonly severity: string;
  /** Alerts of it, where the scene tells. */
  readonly count?: number;
  readonly kind?: string;
  readonly assumed?: boolean;
}

export const truths = JSON.parse(readFileSync(join(pcaps, 'truth.json'), 'utf8')).scenes as Record<string, Truth>;
