import type { Micros } from './records.ts';

/**
 * What a detection may ask about the past: what was recorded before a time that it names, the time of what is being
 * judged. Injected; answers are bounded, and the same for the same question through a run. Never about the present
 * association or later.
 */
export interface History {
  /** Whether a DICOM association was ever accepted at this listener. */
  listenerKnown(address: string, port: number, before: Micros): boolean;
  /** When the first association began of which it knows; null when it knows none. */
  began(before: Micros): Micros | null;
  /** Whether an association called, or was accepted, under this AE title. */
  titleSeen(title: string, span: Span): boolean;
  /** Whether these two addresses agreed on TLS for DICOM. */
  pairUsedTls(clientAddress: string, serverAddress: string, span: Span): boolean;
  /** Whether this listener agreed on TLS for DICOM. */
  listenerUsedTls(address: string, port: number, span: Span): boolean;
  /** Who spoke DICOM in clear with this listener, the latest first, each pair of client and titles once. */
  clearCallers(address: string, port: number, span: Span): readonly PastCaller[];
  /** From where a calling AE title came, the latest first, each address once. */
  addressesOf(callingAe: string, span: Span): readonly { readonly address: string; readonly time: Micros }[];
  /** What an AE title at an address said of its implementation, by association, the latest first. */
  implementationsOf(callingAe: string, clientAddress: string, span: Span): readonly PastImplementation[];
  /** What was pushed last to a receiver under an instance and a transfer syntax, of which all bytes were seen. */
  objectStored(instanceHash: string, transferSyntax: string, receiver: string, span: Span): PastObject | null;
}

/** Packet times: from `since` on, and before `before`. */
export interface Span {
  readonly since: Micros;
  readonly before: Micros;
}

export interface PastCaller {
  readonly clientAddress: string;
  readonly serverAddress: string;
  readonly callingAe: string | null;
  readonly calledAe: string | null;
  readonly time: Micros;
}

export interface PastImplementation {
  readonly uid: string;
  readonly version: string | null;
  /** Abstract syntaxes it offered. */
  readonly offered: readonly string[];
}

export interface PastObject {
  readonly contentMark: string;
  readonly associationId: string;
  readonly time: Micros;
}

/** A past in which nothing happened: replay judges its own inputs alone unless asked otherwise. */
export const noHistory: History = {
  listenerKnown: () => false,
  began: () => null,
  titleSeen: () => false,
  pairUsedTls: () => false,
  listenerUsedTls: () => false,
  clearCallers: () => [],
  addressesOf: () => [],
  implementationsOf: () => [],
  objectStored: () => null,
};
