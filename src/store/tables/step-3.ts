/**
 * What many records of a kind have alike goes into a table of its own, with the number of records that name it. What
 * was a table is a view then, of the same name and columns.
 */
export const step3 = `
CREATE TABLE connection_own (
  id TEXT NOT NULL,
  community_id TEXT NOT NULL,
  client_address TEXT NOT NULL,
  client_port INTEGER NOT NULL,
  server_address TEXT NOT NULL,
  server_port INTEGER NOT NULL,
  start INTEGER NOT NULL,
  "end" INTEGER NOT NULL,
  client_bytes INTEGER NOT NULL,
  server_bytes INTEGER NOT NULL,
  client_missed INTEGER NOT NULL,
  server_missed INTEGER NOT NULL,
  client_unseen INTEGER NOT NULL,
  server_unseen INTEGER NOT NULL,
  first_frame INTEGER NOT NULL,
  last_frame INTEGER NOT NULL,
  shared INTEGER NOT NULL
) STRICT;

CREATE TABLE connection_shared (
  id INTEGER PRIMARY KEY,
  uses INTEGER NOT NULL,
  client_mac TEXT,
  server_mac TEXT,
  client_why TEXT NOT NULL,
  vlan TEXT NOT NULL,
  tunnel TEXT NOT NULL,
  began TEXT NOT NULL,
  ended TEXT NOT NULL,
  protocol TEXT NOT NULL,
  why TEXT NOT NULL,
  first_capture TEXT NOT NULL,
  last_capture TEXT NOT NULL,
  complete INTEGER NOT NULL,
  incomplete TEXT NOT NULL
) STRICT;

CREATE TABLE association_own (
  id TEXT NOT NULL,
  connection_id TEXT NOT NULL,
  ordinal INTEGER NOT NULL,
  client_address TEXT NOT NULL,
  client_port INTEGER NOT NULL,
  server_address TEXT NOT NULL,
  server_port INTEGER NOT NULL,
  calling_ae TEXT,
  called_ae TEXT,
  tls INTEGER NOT NULL,
  start INTEGER NOT NULL,
  "end" INTEGER NOT NULL,
  first_frame INTEGER NOT NULL,
  last_frame INTEGER NOT NULL,
  operations INTEGER NOT NULL,
  objects INTEGER NOT NULL,
  deidentified_objects INTEGER NOT NULL,
  client_data_bytes INTEGER NOT NULL,
  server_data_bytes INTEGER NOT NULL,
  patients ANY NOT NULL,
  studies ANY NOT NULL,
  patient_data_time INTEGER,
  patient_data_frame INTEGER,
  shared INTEGER NOT NULL
) STRICT;

CREATE TABLE association_shared (
  id INTEGER PRIMARY KEY,
  uses INTEGER NOT NULL,
  ended INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  outcome_detail TEXT,
  accepted INTEGER,
  reject_result INTEGER,
  reject_source INTEGER,
  reject_reason INTEGER,
  abort_source INTEGER,
  abort_reason INTEGER,
  protocol_version INTEGER,
  application_context TEXT,
  contexts TEXT NOT NULL,
  client_maximum_length INTEGER,
  server_maximum_length INTEGER,
  client_implementation_uid TEXT,
  client_implementation_version TEXT,
  server_implementation_uid TEXT,
  server_implementation_version TEXT,
  identity_type TEXT,
  identity_passcode_empty INTEGER,
  identity_response_requested INTEGER,
  identity_acknowledged INTEGER,
  mid_stream INTEGER NOT NULL,
  first_capture TEXT NOT NULL,
  last_capture TEXT NOT NULL,
  patient_data INTEGER NOT NULL,
  patient_data_capture TEXT,
  complete INTEGER NOT NULL,
  incomplete TEXT NOT NULL
) STRICT;

CREATE TABLE operation_own (
  id TEXT NOT NULL,
  association_id TEXT NOT NULL,
  connection_id TEXT NOT NULL,
  ordinal INTEGER NOT NULL,
  message_id INTEGER,
  responses INTEGER NOT NULL,
  answers INTEGER NOT NULL,
  request_bytes INTEGER NOT NULL,
  response_bytes INTEGER NOT NULL,
  missed_bytes INTEGER NOT NULL,
  patient_hash TEXT,
  study_hash TEXT,
  instance_hash TEXT,
  patients ANY NOT NULL,
  start INTEGER NOT NULL,
  "end" INTEGER NOT NULL,
  duration_micros INTEGER NOT NULL,
  first_frame INTEGER NOT NULL,
  last_frame INTEGER NOT NULL,
  content_mark TEXT,
  shared INTEGER NOT NULL
) STRICT;

CREATE TABLE operation_shared (
  id INTEGER PRIMARY KEY,
  uses INTEGER NOT NULL,
  command TEXT NOT NULL,
  requester TEXT NOT NULL,
  context_id INTEGER NOT NULL,
  sop_class TEXT,
  transfer_syntax TEXT,
  transfer_syntax_guessed INTEGER NOT NULL,
  status INTEGER,
  status_text TEXT,
  status_kind TEXT,
  remaining INTEGER,
  completed INTEGER,
  failed INTEGER,
  warning INTEGER,
  cancelled INTEGER NOT NULL,
  query_level TEXT,
  move_destination TEXT,
  move_originator TEXT,
  move_originator_message_id INTEGER,
  event_type INTEGER,
  action_type INTEGER,
  deidentified TEXT,
  patient_data INTEGER NOT NULL,
  first_capture TEXT NOT NULL,
  last_capture TEXT NOT NULL,
  complete INTEGER NOT NULL,
  incomplete TEXT NOT NULL
) STRICT;

CREATE TABLE exposure_own (
  association_id TEXT NOT NULL,
  connection_id TEXT NOT NULL,
  revealed TEXT,
  shared INTEGER NOT NULL
) STRICT;

CREATE TABLE exposure_shared (
  id INTEGER PRIMARY KEY,
  uses INTEGER NOT NULL,
  direct INTEGER NOT NULL,
  quasi INTEGER NOT NULL,
  clinical INTEGER NOT NULL,
  staff INTEGER NOT NULL,
  device INTEGER NOT NULL,
  uid INTEGER NOT NULL,
  attributes TEXT NOT NULL
) STRICT;

CREATE TABLE finding_own (
  id TEXT NOT NULL,
  detection TEXT NOT NULL,
  severity TEXT NOT NULL,
  time INTEGER NOT NULL,
  summary TEXT NOT NULL,
  client_address TEXT NOT NULL,
  client_port INTEGER NOT NULL,
  server_address TEXT NOT NULL,
  server_port INTEGER NOT NULL,
  calling_ae TEXT,
  called_ae TEXT,
  association_id TEXT,
  connection_id TEXT NOT NULL,
  "key" TEXT NOT NULL,
  frame INTEGER NOT NULL,
  partial INTEGER NOT NULL,
  withdrawn INTEGER NOT NULL,
  shared INTEGER NOT NULL
) STRICT;

CREATE TABLE finding_shared (
  id INTEGER PRIMARY KEY,
  uses INTEGER NOT NULL,
  evidence TEXT NOT NULL,
  "references" TEXT NOT NULL,
  capture TEXT NOT NULL
) STRICT;

${moved({
  name: 'connection',
  key: 'id',
  own: `
  id, community_id, client_address, client_port, server_address, server_port, start, "end", client_bytes,
  server_bytes, client_missed, server_missed, client_unseen, server_unseen, first_frame, last_frame`,
  shared: `
  client_mac, server_mac, client_why, vlan, tunnel, began, ended, protocol, why, first_capture, last_capture,
  complete, incomplete`,
})}${moved({
  name: 'association',
  key: 'id',
  own: `
  id, connection_id, ordinal, client_address, client_port, server_address, server_port, calling_ae, called_ae,
  tls, start, "end", first_frame, last_frame, operations, objects, deidentified_objects, client_data_bytes,
  server_data_bytes, patients, studies, patient_data_time, patient_data_frame`,
  shared: `
  ended, outcome, outcome_detail, accepted, reject_result, reject_source, reject_reason, abort_source,
  abort_reason, protocol_version, application_context, contexts, client_maximum_length, server_maximum_length,
  client_implementation_uid, client_implementation_version, server_implementation_uid,
  server_implementation_version, identity_type, identity_passcode_empty, identity_response_requested,
  identity_acknowledged, mid_stream, first_capture, last_capture, patient_data, patient_data_capture, complete,
  incomplete`,
})}${moved({
  name: 'operation',
  key: 'association_id, ordinal',
  own: `
  id, association_id, connection_id, ordinal, message_id, responses, answers, request_bytes, response_bytes,
  missed_bytes, patient_hash, study_hash, instance_hash, patients, start, "end", duration_micros, first_frame,
  last_frame, content_mark`,
  shared: `
  command, requester, context_id, sop_class, transfer_syntax, transfer_syntax_guessed, status, status_text,
  status_kind, remaining, completed, failed, warning, cancelled, query_level, move_destination,
  move_originator, move_originator_message_id, event_type, action_type, deidentified, patient_data,
  first_capture, last_capture, complete, incomplete`,
})}${moved({
  name: 'exposure',
  key: 'association_id',
  own: `
  association_id, connection_id, revealed`,
  shared: `
  direct, quasi, clinical, staff, device, uid, attributes`,
})}${moved({
  name: 'finding',
  key: 'id',
  own: `
  id, detection, severity, time, summary, client_address, client_port, server_address, server_port, calling_ae,
  called_ae, association_id, connection_id, "key", frame, partial, withdrawn`,
  shared: `
  evidence, "references", capture`,
})}
CREATE UNIQUE INDEX connection_id ON connection_own (id);
CREATE UNIQUE INDEX association_id ON association_own (id);
CREATE UNIQUE INDEX operation_id ON operation_own (association_id, ordinal);
CREATE UNIQUE INDEX exposure_id ON exposure_own (association_id);
CREATE UNIQUE INDEX finding_id ON finding_own (id);
CREATE INDEX connection_end ON connection_own ("end");
CREATE INDEX connection_community ON connection_own (community_id, start);
CREATE INDEX association_connection ON association_own (connection_id);
CREATE INDEX association_start ON association_own (start);
CREATE INDEX operation_start ON operation_own (start);
CREATE INDEX finding_association ON finding_own (association_id);
CREATE INDEX finding_connection ON finding_own (connection_id) WHERE association_id IS NULL;
CREATE INDEX finding_key ON finding_own (detection, "key", time);

UPDATE meta SET value = (
  SELECT json_group_array(json(value)) FROM json_each(meta.value)
  WHERE value ->> 'name' LIKE 'endpoint_sighting%' OR value ->> 'name' LIKE 'tls_session%'
) WHERE name = 'missing_indices';

CREATE VIEW connection AS SELECT
  o.id, o.community_id, o.client_address, o.client_port, s.client_mac, o.server_address, o.server_port,
  s.server_mac, s.client_why, s.vlan, s.tunnel, o.start, o."end", o.client_bytes, o.server_bytes,
  o.client_missed, o.server_missed, o.client_unseen, o.server_unseen, s.began, s.ended, s.protocol, s.why,
  s.first_capture, o.first_frame, s.last_capture, o.last_frame, s.complete, s.incomplete
FROM connection_own AS o LEFT JOIN connection_shared AS s ON s.id = o.shared;

CREATE VIEW association AS SELECT
  o.id, o.connection_id, o.ordinal, o.client_address, o.client_port, o.server_address, o.server_port,
  o.calling_ae, o.called_ae, s.ended, s.outcome, s.outcome_detail, s.accepted, s.reject_result,
  s.reject_source, s.reject_reason, s.abort_source, s.abort_reason, s.protocol_version, s.application_context,
  s.contexts, s.client_maximum_length, s.server_maximum_length, s.client_implementation_uid,
  s.client_implementation_version, s.server_implementation_uid, s.server_implementation_version,
  s.identity_type, s.identity_passcode_empty, s.identity_response_requested, s.identity_acknowledged, o.tls,
  s.mid_stream, o.start, o."end", s.first_capture, o.first_frame, s.last_capture, o.last_frame, o.operations,
  o.objects, o.deidentified_objects, o.client_data_bytes, o.server_data_bytes, o.patients, o.studies,
  s.patient_data, o.patient_data_time, s.patient_data_capture, o.patient_data_frame, s.complete, s.incomplete
FROM association_own AS o LEFT JOIN association_shared AS s ON s.id = o.shared;

CREATE VIEW operation AS SELECT
  o.id, o.association_id, o.connection_id, o.ordinal, s.command, s.requester, s.context_id, o.message_id,
  s.sop_class, s.transfer_syntax, s.transfer_syntax_guessed, s.status, s.status_text, s.status_kind,
  o.responses, o.answers, s.remaining, s.completed, s.failed, s.warning, s.cancelled, o.request_bytes,
  o.response_bytes, o.missed_bytes, s.query_level, o.patient_hash, o.study_hash, o.instance_hash, o.patients,
  s.move_destination, s.move_originator, s.move_originator_message_id, s.event_type, s.action_type,
  s.deidentified, s.patient_data, o.start, o."end", o.duration_micros, s.first_capture, o.first_frame,
  s.last_capture, o.last_frame, s.complete, s.incomplete, o.content_mark
FROM operation_own AS o LEFT JOIN operation_shared AS s ON s.id = o.shared;

CREATE VIEW exposure AS SELECT
  o.association_id, o.connection_id, s.direct, s.quasi, s.clinical, s.staff, s.device, s.uid, s.attributes,
  o.revealed
FROM exposure_own AS o LEFT JOIN exposure_shared AS s ON s.id = o.shared;

CREATE VIEW finding AS SELECT
  o.id, o.detection, o.severity, o.time, o.summary, o.client_address, o.client_port, o.server_address,
  o.server_port, o.calling_ae, o.called_ae, o.association_id, o.connection_id, o."key", s.evidence,
  s."references", s.capture, o.frame, o.partial, o.withdrawn
FROM finding_own AS o LEFT JOIN finding_shared AS s ON s.id = o.shared;

DROP VIEW endpoint_total;
CREATE VIEW endpoint_total AS
SELECT
  e.*,
  count(a.id) AS associations,
  count(a.id) FILTER (WHERE a.tls) AS associations_tls,
  count(a.id) FILTER (WHERE NOT a.tls) AS associations_clear,
  coalesce(sum(a.client_data_bytes + a.server_data_bytes) FILTER (WHERE a.tls), 0) AS bytes_tls,
  coalesce(sum(a.client_data_bytes + a.server_data_bytes) FILTER (WHERE NOT a.tls), 0) AS bytes_clear,
  CASE WHEN e.port IS NULL THEN e.address ELSE ${endpoint('e.address', 'e.port')} END AS endpoint,
  ${utc('e.first_seen')} AS first_seen_utc,
  ${utc('e.last_seen')} AS last_seen_utc
FROM endpoint AS e
LEFT JOIN endpoint_group AS g ON g.endpoint_id = e.id
LEFT JOIN endpoint_sighting AS s ON s.group_id = g.id
LEFT JOIN association_own AS a ON a.id = s.association_id
GROUP BY e.id;
`;

interface Divided {
  readonly name: string;
  readonly key: string;
  readonly own: string;
  readonly shared: string;
}

/** Of records that a run left twice when it was killed while it filled the store, the later one stands. */
function moved({ name, key, own, shared }: Divided): string {
  return `
CREATE TEMP TABLE part AS
SELECT rowid AS at, dense_rank() OVER (ORDER BY ${shared}) AS shared
FROM main.${name} WHERE rowid IN (SELECT max(rowid) FROM main.${name} GROUP BY ${key});
INSERT INTO ${name}_shared (id, uses, ${shared})
SELECT part.shared, count(*), ${shared} FROM temp.part JOIN main.${name} AS whole ON whole.rowid = at GROUP BY 1;
INSERT INTO ${name}_own (${own}, shared)
SELECT ${own}, part.shared FROM temp.part JOIN main.${name} AS whole ON whole.rowid = at ORDER BY at;
DROP TABLE temp.part;
DROP TABLE main.${name};
`;
}

/** `10.0.0.1:104`, `[2001:db8::1]:104`. */
function endpoint(address: string, port: string): string {
  return `iif(instr(${address}, ':'), '[' || ${address} || ']', ${address}) || ':' || ${port}`;
}

/** `2026-03-01 08:30:00`. */
function utc(column: string): string {
  return `strftime('%Y-%m-%d %H:%M:%S', ${column} / 1000000, 'unixepoch')`;
}
