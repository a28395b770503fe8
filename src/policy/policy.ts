import type { Micros } from '../model/records.ts';
import type { AddressSet } from './addresses.ts';
import type { IdentityKind, Service, SeveritySetting } from './content.ts';
import type { Thresholds } from './thresholds.ts';

/**
 * What a site allows, ready to be asked. Immutable; every question costs a lookup or two. Addresses are texts as in
 * records; AE titles are trimmed and escaped as in facts (`bytes/text.ts`) and compared exactly, case and all.
 */
export interface Policy {
  /** SHA-256 of the file's content in canonical form; null without a policy file. */
  readonly digest: string | null;
  readonly site: string | null;
  /** True when the internal networks are the assumed ones: RFC 1918, 6598, 4193, link-local, loopback. */
  readonly internalAssumed: boolean;
  /** Whether DICOM should run over TLS where clear text is not tolerated. False without a policy file. */
  readonly tlsAsked: boolean;
  /** Whether the policy lists AE titles: detections that need a list are silent if not. */
  readonly listsAeTitles: boolean;

  /** Whether certificates of DICOM endpoints that they signed themselves are forbidden. */
  readonly selfSignedForbidden: boolean;
  /** Whether a user identity is asked for at any server. */
  readonly asksIdentity: boolean;

  isInternal(address: string): boolean;
  /** A configured DICOM endpoint: TLS to it is taken for DICOM over TLS. */
  isDicomListener(address: string, port: number): boolean;
  /** Entries under which this title may call. Empty when the policy does not know it. */
  callers(aeTitle: string): readonly AeEntry[];
  /** Entries under which this title may be called. */
  answerers(aeTitle: string): readonly AeEntry[];
  /** The tolerance of clear text between these ends that holds at `time`, if any. */
  tolerance(ends: Ends, time: Micros): Tolerance | null;
  /** The exception that keeps a finding of `detection` between these ends from being raised at `time`, if any. */
  exception(detection: string, ends: Ends, time: Micros): Exception | null;
  /** The severity set for a detection; null when the policy sets none. */
  severity(detection: string): SeveritySetting | null;
  /** Of each detection, as the policy sets them or by default: `thresholds['ae-guessing'].titles`. */
  readonly thresholds: Thresholds;
  /** The same for one device, which may have its own. A null title is one that was not seen: its address must tell. */
  thresholdsOf(aeTitle: string | null, address: string): Thresholds;
  /** Kinds of user identity that a server asks for; null when it asks for none, or is not known. */
  identityAsked(calledAe: string | null, serverAddress: string): ReadonlySet<IdentityKind> | null;
  /** Whether a server of retrieval, called as in `ends`, may be asked to send to `destination`. */
  moveDestination(ends: Ends, destination: string): Destination;
  /** The expected tool that explains `tool` (as `scanner-fingerprint` names it) between these ends, if any. */
  expectedTool(tool: string, ends: Ends, time: Micros): ExpectedTool | null;
}

/**
 * Of a C-MOVE: `known`; a title that the policy lists, but not among the server's `move_destinations`; or one that it
 * does not list.
 */
export type Destination = 'known' | 'not-listed' | 'unknown';

/** The ends of an association, as far as known: what tolerances and exceptions are matched with. */
export interface Ends {
  readonly clientAddress: string;
  readonly serverAddress: string;
  readonly callingAe: string | null;
  readonly calledAe: string | null;
}

/** One entry of the list of AE titles. Null means anything goes. */
export interface AeEntry {
  readonly titles: readonly string[];
  /** Titles it calls by and does not answer to. */
  readonly callsAs: readonly string[];
  readonly addresses: AddressSet | null;
  readonly ports: readonly number[] | null;
  readonly roles: Roles | null;
  /** Titles it may meet, whoever calls. */
  readonly peers: ReadonlySet<string> | null;
  /** UIDs of the SOP classes it may use. */
  readonly sopClasses: ReadonlySet<string> | null;
  /** Titles that C-MOVE may name to it. */
  readonly moveDestinations: ReadonlySet<string> | null;
  /** Kinds of user identity it asks of clients. Null asks for none. */
  readonly identity: ReadonlySet<IdentityKind> | null;
  /** Its own; null when they are the site's. */
  readonly thresholds: Thresholds | null;
}

export interface Roles {
  readonly scu: ReadonlySet<Service>;
  readonly scp: ReadonlySet<Service>;
}

export interface Tolerance {
  readonly index: number;
  /** First moment at which it no longer holds. */
  readonly until: Micros;
  /** As written in the file. */
  readonly untilText: string;
  readonly reason: string;
}

export interface ExpectedTool {
  readonly index: number;
  readonly tool: string | null;
  readonly reason: string;
}

export interface Exception extends Tolerance {
  readonly detection: string;
}

export type { SeveritySetting };
