/** Views, each with what one row of it is. Their columns are in `migrations.ts`. */
export const views = {
  exposure_attribute: 'attribute that one association showed',
  endpoint_total: 'endpoint, with its associations and data set bytes with TLS and without',
  connection_readable: 'connection, with times in words',
  association_readable: 'association, with times in words',
  operation_readable: 'operation, with times in words',
  tls_session_readable: 'TLS handshake, with its grade and times in words',
  finding_readable: 'finding that stands, with its time in words',
  alert_readable: 'alert, with times in words',
} as const;
