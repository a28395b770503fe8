/**
 * The first schema. Keys and indices serve the writer (what hangs on a connection, what lies inside one) and the
 * queries. Tables with many rows have unique indices for keys, which can be left out while an empty store is filled
 * (`filling.ts`).
 */
export const step1 = `
CREATE TABLE run (
  id INTEGER PRIMARY KEY,
  program TEXT NOT NULL,
  arguments TEXT NOT NULL,
  policy_digest TEXT,
  hash_key_id TEXT NOT NULL,
  sensor TEXT NOT NULL,
  reveal INTEGER NOT NULL,
  "begin" INTEGER NOT NULL,
  "end" INTEGER,
  ending TEXT
) STRICT;

CREATE TABLE capture (
  id TEXT NOT NULL,
  run_id INTEGER NOT NULL,
  path TEXT NOT NULL,
  format TEXT NOT NULL,
  size INTEGER NOT NULL,
  packets INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  first_time INTEGER,
  last_time INTEGER,
  link_types TEXT NOT NULL,
  losses TEXT NOT NULL,
  complete INTEGER NOT NULL,
  error TEXT,
  PRIMARY KEY (run_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE connection (
  id TEXT NOT NULL,
  community_id TEXT NOT NULL,
  client_address TEXT NOT NULL,
  client_port INTEGER NOT NULL,
  client_mac TEXT,
  server_address TEXT NOT NULL,
  server_port INTEGER NOT NULL,
  server_mac TEXT,
  client_why TEXT NOT NULL,
  vlan TEXT NOT NULL,
  tunnel TEXT NOT NULL,
  start INTEGER NOT NULL,
  "end" INTEGER NOT NULL,
  client_bytes INTEGER NOT NULL,
  server_bytes INTEGER NOT NULL,
  client_missed INTEGER NOT NULL,
  server_missed INTEGER NOT NULL,
  client_unseen INTEGER NOT NULL,
  server_unseen INTEGER NOT NULL,
  began TEXT NOT NULL,
  ended TEXT NOT NULL,
  protocol TEXT NOT NULL,
  why TEXT NOT NULL,
  first_capture TEXT NOT NULL,
  first_frame INTEGER NOT NULL,
  last_capture TEXT NOT NULL,
  last_frame INTEGER NOT NULL,
  complete INTEGER NOT NULL,
  incomplete TEXT NOT NULL
) STRICT;

CREATE TABLE association (
  id TEXT NOT NULL,
  connection_id TEXT NOT NULL,
  ordinal INTEGER NOT NULL,
  client_address TEXT NOT NULL,
  client_port INTEGER NOT NULL,
  server_address TEXT NOT NULL,
  server_port INTEGER NOT NULL,
  calling_ae TEXT,
  called_ae TEXT,
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
  tls INTEGER NOT NULL,
  mid_stream INTEGER NOT NULL,
  start INTEGER NOT NULL,
  "end" INTEGER NOT NULL,
  first_capture TEXT NOT NULL,
  first_frame INTEGER NOT NULL,
  last_capture TEXT NOT NULL,
  last_frame INTEGER NOT NULL,
  operations INTEGER NOT NULL,
  objects INTEGER NOT NULL,
  deidentified_objects INTEGER NOT NULL,
  client_data_bytes INTEGER NOT NULL,
  server_data_bytes INTEGER NOT NULL,
  patients ANY NOT NULL,
  studies ANY NOT NULL,
  patient_data INTEGER NOT NULL,
  patient_data_time INTEGER,
  patient_data_capture TEXT,
  patient_data_frame INTEGER,
  complete INTEGER NOT NULL,
  incomplete TEXT NOT NULL
) STRICT;

CREATE TABLE operation (
  id TEXT NOT NULL,
  association_id TEXT NOT NULL,
  connection_id TEXT NOT NULL,
  ordinal INTEGER NOT NULL,
  command TEXT NOT NULL,
  requester TEXT NOT NULL,
  context_id INTEGER NOT NULL,
  message_id INTEGER,
  sop_class TEXT,
  transfer_syntax TEXT,
  transfer_syntax_guessed INTEGER NOT NULL,
  status INTEGER,
  status_text TEXT,
  status_kind TEXT,
  responses INTEGER NOT NULL,
  answers INTEGER NOT NULL,
  remaining INTEGER,
  completed INTEGER,
  failed INTEGER,
  warning INTEGER,
  cancelled INTEGER NOT NULL,
  request_bytes INTEGER NOT NULL,
  response_bytes INTEGER NOT NULL,
  missed_bytes INTEGER NOT NULL,
  query_level TEXT,
  patient_hash TEXT,
  study_hash TEXT,
  instance_hash TEXT,
  patients ANY NOT NULL,
  move_destination TEXT,
  move_originator TEXT,
  move_originator_message_id INTEGER,
  event_type INTEGER,
  action_type INTEGER,
  deidentified TEXT,
  patient_data INTEGER NOT NULL,
  start INTEGER NOT NULL,
  "end" INTEGER NOT NULL,
  duration_micros INTEGER NOT NULL,
  first_capture TEXT NOT NULL,
  first_frame INTEGER NOT NULL,
  last_capture TEXT NOT NULL,
  last_frame INTEGER NOT NULL,
  complete INTEGER NOT NULL,
  incomplete TEXT NOT NULL
) STRICT;

CREATE TABLE exposure (
  association_id TEXT NOT NULL,
  connection_id TEXT NOT NULL,
  direct INTEGER NOT NULL,
  quasi INTEGER NOT NULL,
  clinical INTEGER NOT NULL,
  staff INTEGER NOT NULL,
  device INTEGER NOT NULL,
  uid INTEGER NOT NULL,
  attributes TEXT NOT NULL,
  revealed TEXT
) STRICT;

CREATE TABLE endpoint (
  id TEXT PRIMARY KEY NOT NULL,
  ae_title TEXT NOT NULL,
  address TEXT NOT NULL,
  port INTEGER,
  service TEXT NOT NULL,
  role TEXT NOT NULL,
  first_seen INTEGER NOT NULL,
  last_seen INTEGER NOT NULL,
  implementation_uid TEXT,
  implementation_version TEXT,
  sop_classes TEXT NOT NULL
) STRICT;

CREATE TABLE endpoint_group (
  id TEXT NOT NULL,
  endpoint_id TEXT NOT NULL,
  implementation_uid TEXT,
  implementation_version TEXT,
  sop_classes TEXT NOT NULL,
  PRIMARY KEY (id, endpoint_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE endpoint_sighting (
  association_id TEXT NOT NULL,
  group_id TEXT NOT NULL,
  first_seen INTEGER NOT NULL,
  last_seen INTEGER NOT NULL
) STRICT;

CREATE TABLE tls_session (
  id TEXT NOT NULL,
  connection_id TEXT NOT NULL,
  client_address TEXT NOT NULL,
  client_port INTEGER NOT NULL,
  server_address TEXT NOT NULL,
  server_port INTEGER NOT NULL,
  why TEXT NOT NULL,
  version TEXT,
  cipher_suite TEXT,
  server_name TEXT,
  ja4 TEXT,
  certificate_subject TEXT,
  certificate_issuer TEXT,
  certificate_not_before INTEGER,
  certificate_not_after INTEGER,
  certificate_fingerprint TEXT,
  certificate_key TEXT,
  certificate_key_bits INTEGER,
  certificate_signature TEXT,
  certificate_self_signed INTEGER,
  client_certificate_asked INTEGER,
  client_certificate_sent INTEGER,
  grade TEXT,
  grade_why TEXT,
  start INTEGER NOT NULL,
  "end" INTEGER NOT NULL,
  client_bytes INTEGER NOT NULL,
  server_bytes INTEGER NOT NULL,
  first_capture TEXT NOT NULL,
  first_frame INTEGER NOT NULL
) STRICT;

CREATE TABLE finding (
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
  evidence TEXT NOT NULL,
  "references" TEXT NOT NULL,
  capture TEXT NOT NULL,
  frame INTEGER NOT NULL,
  partial INTEGER NOT NULL,
  withdrawn INTEGER NOT NULL
) STRICT;

CREATE TABLE alert (
  id TEXT PRIMARY KEY NOT NULL,
  detection TEXT NOT NULL,
  "key" TEXT NOT NULL,
  kind TEXT NOT NULL,
  window_start INTEGER NOT NULL,
  severity TEXT NOT NULL,
  count INTEGER NOT NULL,
  first_time INTEGER NOT NULL,
  last_time INTEGER NOT NULL,
  finding_id TEXT NOT NULL,
  related TEXT NOT NULL
) STRICT;

CREATE TABLE health (
  id INTEGER PRIMARY KEY,
  run_id INTEGER NOT NULL,
  "begin" INTEGER NOT NULL,
  "end" INTEGER NOT NULL,
  interface TEXT,
  state TEXT NOT NULL,
  why TEXT,
  packets INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  received INTEGER,
  drops TEXT NOT NULL,
  losses TEXT NOT NULL,
  lag_micros INTEGER NOT NULL,
  memory_bytes INTEGER NOT NULL,
  queues TEXT NOT NULL,
  stream_bytes INTEGER NOT NULL,
  not_understood_bytes INTEGER NOT NULL
) STRICT;

CREATE TABLE log (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  record_id TEXT NOT NULL,
  revision INTEGER NOT NULL,
  removed INTEGER NOT NULL
) STRICT;

CREATE TABLE revision (
  record_id TEXT PRIMARY KEY NOT NULL,
  revision INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE log_mark (
  seq INTEGER PRIMARY KEY,
  time INTEGER NOT NULL
) STRICT;

CREATE TABLE sink (
  name TEXT PRIMARY KEY NOT NULL,
  kind TEXT NOT NULL,
  wants TEXT NOT NULL,
  cursor INTEGER NOT NULL,
  delivered INTEGER NOT NULL,
  repeated INTEGER NOT NULL,
  dropped INTEGER NOT NULL,
  lost INTEGER NOT NULL,
  lost_to INTEGER NOT NULL,
  notes TEXT NOT NULL,
  last_confirmed INTEGER,
  last_error TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE meta (
  name TEXT PRIMARY KEY NOT NULL,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX connection_id ON connection (id);
CREATE UNIQUE INDEX association_id ON association (id);
CREATE UNIQUE INDEX operation_id ON operation (association_id, ordinal);
CREATE UNIQUE INDEX exposure_id ON exposure (association_id);
CREATE UNIQUE INDEX endpoint_sighting_id ON endpoint_sighting (association_id);
CREATE UNIQUE INDEX tls_session_id ON tls_session (id);
CREATE UNIQUE INDEX finding_id ON finding (id);
CREATE INDEX connection_end ON connection ("end");
CREATE INDEX connection_community ON connection (community_id, start);
CREATE INDEX association_connection ON association (connection_id);
CREATE INDEX association_start ON association (start);
CREATE INDEX operation_start ON operation (start);
CREATE INDEX endpoint_group_endpoint ON endpoint_group (endpoint_id);
CREATE INDEX endpoint_sighting_group ON endpoint_sighting (group_id);
CREATE INDEX tls_session_connection ON tls_session (connection_id);
CREATE INDEX finding_association ON finding (association_id);
CREATE INDEX finding_connection ON finding (connection_id) WHERE association_id IS NULL;
CREATE INDEX finding_key ON finding (detection, "key", time);
CREATE INDEX alert_key ON alert (detection, "key", window_start);

CREATE VIEW exposure_attribute AS
SELECT
  e.association_id,
  e.connection_id,
  a.value ->> 'attribute' AS attribute,
  a.value ->> 'tag' AS tag,
  a.value ->> 'class' AS class,
  a.value ->> 'seenIn' AS seen_in,
  a.value ->> 'count' AS count,
  a.value ->> 'deidentifiedCount' AS deidentified_count
FROM exposure AS e, json_each(e.attributes) AS a;

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
LEFT JOIN association AS a ON a.id = s.association_id
GROUP BY e.id;

CREATE VIEW connection_readable AS
SELECT
  ${utc('start')} AS start_utc,
  ${utc('"end"')} AS end_utc,
  ${endpoint('client_address', 'client_port')} AS client,
  ${endpoint('server_address', 'server_port')} AS server,
  protocol, client_bytes, server_bytes, client_missed, server_missed, began, ended, id
FROM connection ORDER BY start, id;

CREATE VIEW association_readable AS
SELECT
  ${utc('start')} AS start_utc,
  ${utc('"end"')} AS end_utc,
  ${endpoint('client_address', 'client_port')} AS client,
  ${endpoint('server_address', 'server_port')} AS server,
  calling_ae, called_ae, outcome, outcome_detail, tls, patient_data, patients, studies, operations, objects,
  client_data_bytes, server_data_bytes, complete, incomplete, id
FROM association ORDER BY start, id;

CREATE VIEW operation_readable AS
SELECT
  ${utc('o.start')} AS start_utc,
  a.calling_ae, a.called_ae, o.command, o.requester, o.sop_class, o.status_text, o.answers, o.patient_data,
  o.request_bytes, o.response_bytes, o.duration_micros / 1e6 AS duration_seconds, o.id, o.association_id
FROM operation AS o JOIN association AS a ON a.id = o.association_id ORDER BY o.start, o.id;

CREATE VIEW tls_session_readable AS
SELECT
  ${utc('start')} AS start_utc,
  ${endpoint('client_address', 'client_port')} AS client,
  ${endpoint('server_address', 'server_port')} AS server,
  grade, grade_why, version, cipher_suite, server_name, why, certificate_subject,
  ${utc('certificate_not_after')} AS certificate_not_after_utc,
  client_certificate_asked, client_certificate_sent, id, connection_id
FROM tls_session ORDER BY start, id;

CREATE VIEW finding_readable AS
SELECT
  ${utc('time')} AS time_utc, severity, detection, summary,
  ${endpoint('client_address', 'client_port')} AS client,
  ${endpoint('server_address', 'server_port')} AS server,
  calling_ae, called_ae, id, association_id
FROM finding WHERE NOT withdrawn ORDER BY time, id;

CREATE VIEW alert_readable AS
SELECT
  ${utc('a.first_time')} AS first_utc,
  ${utc('a.last_time')} AS last_utc,
  a.severity, a.detection, a.count, f.summary, a.related, a.id, a.finding_id
FROM alert AS a JOIN finding AS f ON f.id = a.finding_id ORDER BY a.first_time, a.id;
`;

/** `10.0.0.1:104`, `[2001:db8::1]:104`. */
function endpoint(address: string, port: string): string {
  return `iif(instr(${address}, ':'), '[' || ${address} || ']', ${address}) || ':' || ${port}`;
}

/** `2026-03-01 08:30:00`. */
function utc(column: string): string {
  return `strftime('%Y-%m-%d %H:%M:%S', ${column} / 1000000, 'unixepoch')`;
}
