import type { Observed, ServiceSeen, Talk } from '../../src/policy/learn/observed.ts';

/** 2026-03-01T08:00:00Z. */
export const DAY_START = Date.UTC(2026, 2, 1, 8) * 1000;
export const HOUR = 3_600e6;

/** Five accepted associations without TLS within eight hours, CT01 to ARCHIVE, with what is given. */
export function talk(given: Partial<Talk> = {}): Talk {
  return {
    callingAe: 'CT01',
    calledAe: 'ARCHIVE',
    clientAddress: '10.20.1.11',
    serverAddress: '10.20.5.10',
    serverPort: 104,
    associations: 5,
    accepted: 5,
    clear: 5,
    rejected: 0,
    services: [],
    first: DAY_START,
    last: DAY_START + 8 * HOUR,
    ...given,
  };
}

export function service(name: string, given: Partial<ServiceSeen> = {}): ServiceSeen {
  return {
    service: name,
    scu: 'client',
    sopClass: null,
    operations: 7,
    first: DAY_START,
    last: DAY_START + HOUR,
    ...given,
  };
}

export function observedOf(talks: readonly Talk[], given: Partial<Observed> = {}): Observed {
  return {
    talks,
    moves: [],
    tlsListeners: [],
    suspicions: [],
    notable: [],
    unnamed: [],
    first: DAY_START,
    last: DAY_START + 8 * HOUR,
    ...given,
  };
}
