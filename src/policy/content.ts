import type { ThresholdsContent } from './thresholds.ts';

/**
 * What a policy file says, after its form was checked: plain data, named as in the file. `schema.ts` checks the
 * form, `compile.ts` makes a `Policy` of it. `docs/policy.md` explains each key.
 */
export interface PolicyContent {
  readonly version: 1;
  readonly site?: string | undefined;
  readonly networks?: { readonly internal?: readonly string[] | undefined } | undefined;
  /** Names of sets of AE titles. */
  readonly groups?: Readonly<Record<string, readonly string[]>> | undefined;
  readonly ae_titles?: readonly AeContent[] | undefined;
  /** The same as `ae_titles`, one line each: for thousands of them. */
  readonly ae_table?: string | undefined;
  /** Listeners of DICOM that no AE title names: their TLS sessions are kept. */
  readonly listeners?: readonly ListenerContent[] | undefined;
  readonly encryption?: EncryptionContent | undefined;
  readonly severities?: Readonly<Record<string, SeveritySetting | undefined>> | undefined;
  readonly thresholds?: ThresholdsContent | undefined;
  /** Scanners and test tools that the site runs itself. */
  readonly tools?: readonly ToolContent[] | undefined;
  readonly exceptions?: readonly ExceptionContent[] | undefined;
}

/** Services by which roles are given: those of DICOM that a site can name. */
export const services = [
  'store',
  'query',
  'retrieve',
  'worklist',
  'mpps',
  'commitment',
  'print',
  'ups',
  'echo',
] as const;
export type Service = (typeof services)[number];

export interface AeContent {
  /** One title or several of the same device. */
  readonly title: string | readonly string[];
  readonly about?: string | undefined;
  readonly calls_as?: string | readonly string[] | undefined;
  readonly addresses?: string | readonly string[] | undefined;
  readonly ports?: number | readonly number[] | undefined;
  readonly roles?: RolesContent | undefined;
  readonly peers?: readonly MemberContent[] | undefined;
  /** UIDs or names of PS3.6. */
  readonly sop_classes?: readonly string[] | undefined;
  readonly move_destinations?: readonly MemberContent[] | undefined;
  readonly identity?: IdentityContent | undefined;
  readonly thresholds?: ThresholdsContent | undefined;
}

/** Kinds of user identity, PS3.7 section D.3.3.7; `any` of them. */
export const identityKinds = ['username', 'username-passcode', 'kerberos', 'saml', 'jwt'] as const;
export type IdentityKind = (typeof identityKinds)[number];
export type IdentityContent = 'any' | readonly IdentityKind[];

export interface RolesContent {
  readonly scu?: readonly Service[] | undefined;
  readonly scp?: readonly Service[] | undefined;
}

/** An AE title, or all of a group. */
export type MemberContent = string | { readonly group: string };

/** One end of an association: an AE title, or an object of which everything must hold. */
export type PartyContent = string | PartyConditions;

export interface PartyConditions {
  readonly ae_title?: string | undefined;
  readonly group?: string | undefined;
  readonly address?: string | undefined;
}

export interface ListenerContent {
  readonly address: string;
  readonly port: number;
}

export interface EncryptionContent {
  readonly tls?: 'asked' | 'not-asked' | undefined;
  readonly self_signed?: 'allowed' | 'forbidden' | undefined;
  readonly cleartext_tolerated?: readonly ToleranceContent[] | undefined;
}

export interface EndsContent {
  readonly clients?: readonly PartyContent[] | undefined;
  readonly servers?: readonly PartyContent[] | undefined;
}

export interface ToolContent extends EndsContent {
  /** As `scanner-fingerprint` names it; any if left out. */
  readonly tool?: string | undefined;
  readonly until?: string | undefined;
  readonly reason: string;
}

export interface ToleranceContent extends EndsContent {
  readonly until: string;
  readonly reason: string;
}

export interface ExceptionContent extends ToleranceContent {
  readonly detection: string;
}

export type SeveritySetting = 'off' | 'info' | 'low' | 'medium' | 'high' | 'critical';

/**
 * Detections that a policy may name: those of `detections/catalogue.ts` (which is below this folder), held by a test.
 */
export const detectionSlugs = [
  'phi-cleartext',
  'dicom-cleartext',
  'credentials-cleartext',
  'tls-null-cipher',
  'tls-weak',
  'tls-certificate',
  'tls-downgrade',
  'ae-not-allowed',
  'called-ae-unknown',
  'ae-collision',
  'ae-any-accepted',
  'implementation-changed',
  'public-address',
  'no-authentication',
  'ae-guessing',
  'dicom-sweep',
  'scanner-fingerprint',
  'association-idle',
  'capability-probe',
  'bulk-query',
  'bulk-retrieval',
  'move-destination-unknown',
  'store-to-outside',
  'object-replaced',
  'unexpected-sender',
  'destructive-operation',
  'executable-content',
  'path-in-identifier',
  'protocol-violation',
  'evasion-suspected',
  'association-exhaustion',
  'sensor-blind',
  'unexpected-protocol',
] as const;
