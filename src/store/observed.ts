import type { Database } from 'better-sqlite3';
import type { Micros } from '../model/records.ts';
import {
  type MoveSeen,
  type Notable,
  notable,
  type Observed,
  type ServiceSeen,
  type Suspicion,
  suspicious,
  type Talk,
  type TlsListener,
  type UnnamedTalk,
} from '../policy/learn/observed.ts';
import { requestField } from '../protocols/dicom/dimse.ts';
import { servedBy } from './subjects.ts';

/** Associations that begin from `since` to before `until`; null is no bound. */
export interface Period {
  readonly since: Micros | null;
  readonly until: Micros | null;
}

/** What the store's associations and operations show, summed by their ends. Lists are in no order. */
export function observed(database: Database, period: Period): Observed {
  const during = new During(period);
  const services = servicesByTalk(database, during);
  const talks = during
    .all<Omit<Talk, 'services'>>(database, TALKS, 'a.start', `GROUP BY ${BETWEEN}`)
    .map((talk) => ({ ...talk, services: services.get(keyOf(talk)) ?? [] }));
  return {
    talks,
    moves: during.all<MoveSeen>(database, MOVES, 'a.start', `GROUP BY ${BETWEEN}, o.move_destination`),
    tlsListeners: during.all<TlsListener>(database, TLS, 't.start', 'GROUP BY t.server_address, t.server_port'),
    suspicions: during.all<Suspicion>(database, SUSPICIONS, 'f.time', 'GROUP BY f.client_address, f.detection'),
    notable: during.all<Notable>(database, NOTABLE, 'f.time', `GROUP BY ${NOTABLE_BETWEEN}`),
    unnamed: during.all<UnnamedTalk>(database, UNNAMED, 'a.start', `GROUP BY ${UNNAMED_BETWEEN}`),
    ...span(database, during),
  };
}

const BETWEEN = 'a.calling_ae, a.called_ae, a.client_address, a.server_address, a.server_port';
const UNNAMED_BETWEEN = 'a.client_address, a.server_address, a.server_port';
const ENDS = `a.calling_ae AS callingAe, a.called_ae AS calledAe, a.client_address AS clientAddress,
  a.server_address AS serverAddress, a.server_port AS serverPort`;
const NAMED = 'a.calling_ae IS NOT NULL AND a.called_ae IS NOT NULL';

const TALKS = `SELECT ${ENDS}, count(*) AS associations, sum(a.accepted IS 1) AS accepted,
  sum(a.accepted IS 1 AND NOT a.tls) AS clear, sum(a.accepted IS 0) AS rejected,
  min(a.start) AS first, max(a."end") AS last
  FROM association AS a WHERE ${NAMED}`;

const SERVICES = `SELECT ${ENDS}, o.command, o.sop_class AS sopClass, o.requester, count(*) AS operations,
  min(o.start) AS first, max(o.start) AS last
  FROM operation AS o JOIN association AS a ON a.id = o.association_id WHERE ${NAMED}`;

const MOVES = `SELECT ${ENDS}, o.move_destination AS destination, count(*) AS operations,
  sum(coalesce(o.completed, 0)) AS completed, min(o.start) AS first, max(o.start) AS last
  FROM operation AS o JOIN association AS a ON a.id = o.association_id
  WHERE ${NAMED} AND o.command = 'C-MOVE' AND o.requester = 'client' AND o.move_destination IS NOT NULL`;

const TLS = `SELECT t.server_address AS address, t.server_port AS port, count(*) AS sessions, min(t.start) AS first,
  max(t."end") AS last FROM tls_session AS t WHERE true`;

const SUSPICIONS = `SELECT f.client_address AS clientAddress, f.detection, count(*) AS findings FROM finding AS f
  WHERE NOT f.withdrawn AND f.detection IN (${slugs(suspicious)})`;

const NOTABLE_BETWEEN =
  'f.detection, f.calling_ae, f.called_ae, f.client_address, f.server_address, f.server_port, receiver';
const NOTABLE = `SELECT f.detection, f.calling_ae AS callingAe, f.called_ae AS calledAe,
  f.client_address AS clientAddress, f.server_address AS serverAddress, f.server_port AS serverPort,
  count(*) AS findings, min(f.time) AS first, max(f.time) AS last,
  f.evidence ->> 'receiver' AS receiver, max(f.evidence ->> 'patients') AS patients,
  max(f.evidence ->> 'unrestricted') AS unrestricted, max(f.evidence ->> 'events') AS events
  FROM finding AS f WHERE NOT f.withdrawn AND f.detection IN (${slugs(notable)})`;

const UNNAMED = `SELECT a.client_address AS clientAddress, a.server_address AS serverAddress,
  a.server_port AS serverPort, count(*) AS associations, min(a.start) AS first, max(a."end") AS last
  FROM association AS a WHERE NOT (${NAMED})`;

function slugs(list: readonly string[]): string {
  return list.map((slug) => `'${slug}'`).join(', ');
}

interface ServiceRow extends Omit<ServiceSeen, 'service' | 'scu'> {
  readonly callingAe: string;
  readonly calledAe: string;
  readonly clientAddress: string;
  readonly serverAddress: string;
  readonly serverPort: number;
  readonly command: string;
  readonly requester: 'client' | 'server';
}

function servicesByTalk(database: Database, during: During): Map<string, ServiceSeen[]> {
  const group = `GROUP BY ${BETWEEN}, o.command, o.sop_class, o.requester`;
  const byTalk = new Map<string, ServiceSeen[]>();
  for (const row of during.all<ServiceRow>(database, SERVICES, 'a.start', group)) {
    const { command, sopClass, requester, operations, first, last } = row;
    const { service, scu } = servedBy(requestField(command) ?? 0, sopClass, requester);
    const key = keyOf(row);
    const list = byTalk.get(key) ?? [];
    list.push({ service, scu, sopClass, operations, first, last });
    byTalk.set(key, list);
  }
  return byTalk;
}

function keyOf(talk: Omit<Talk, 'services'> | ServiceRow): string {
  return JSON.stringify([talk.callingAe, talk.calledAe, talk.clientAddress, talk.serverAddress, talk.serverPort]);
}

/** Of all packets of the captures, or of the associations when a period is asked for. */
function span(database: Database, during: During): { first: Micros | null; last: Micros | null } {
  if (!during.bounded) {
    const sql = 'SELECT min(first_time) AS first, max(last_time) AS last FROM capture';
    return database.prepare(sql).get() as { first: Micros | null; last: Micros | null };
  }
  const sql = 'SELECT min(a.start) AS first, max(a."end") AS last FROM association AS a WHERE true';
  return during.all<{ first: Micros | null; last: Micros | null }>(database, sql, 'a.start', '')[0];
}

class During {
  readonly #period: Period;

  constructor(period: Period) {
    this.#period = period;
  }

  get bounded(): boolean {
    return this.#period.since !== null || this.#period.until !== null;
  }

  all<Row>(database: Database, select: string, time: string, group: string): Row[] {
    const { since, until } = this.#period;
    const from = since === null ? '' : ` AND ${time} >= ${since}`;
    const to = until === null ? '' : ` AND ${time} < ${until}`;
    return database.prepare(`${select}${from}${to} ${group}`).all() as Row[];
  }
}
