/** Why a sink does not deliver, in a sentence without its full stop. Never holds a secret, nor what a message said. */
export class SinkTrouble extends Error {
  constructor(sentence: string, cause?: unknown) {
    super(sentence, { cause });
    this.name = 'SinkTrouble';
  }
}

/** What went wrong with `target` (an address, a path or a URL), for `sink status`. */
export function troubleInWords(error: unknown, target: string): string {
  if (error instanceof SinkTrouble) return error.message;
  const { code, message } = error as { code?: unknown; message?: unknown };
  const known = typeof code === 'string' ? sentences[code] : undefined;
  if (known !== undefined) return `${target}: ${known}`;
  const system = typeof code === 'string' ? ` (${plain(code)})` : '';
  return `${target}: ${plain(String(message)).slice(0, SENTENCE_MAX)}${system}`;
}

const SENTENCE_MAX = 300;

/** What a peer said of itself may be in an error of TLS: no control character of it goes further. */
export function plain(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ').trim();
}

const sentences: Readonly<Record<string, string>> = {
  ENOTFOUND: 'the name does not resolve',
  EAI_AGAIN: 'the name could not be resolved: no answer from the name server',
  ECONNREFUSED: 'the connection was refused: nothing listens there',
  ECONNRESET: 'the connection was reset by the other side',
  EPIPE: 'the other side closed the connection',
  ETIMEDOUT: 'no answer in time',
  EHOSTUNREACH: 'there is no way to that host',
  ENETUNREACH: 'there is no way to that network',
  EADDRNOTAVAIL: 'no local address or port is free for it',
  EMSGSIZE: 'a message is larger than the path takes: lower message_bytes_max',
  EACCES: 'this user may not',
  EPERM: 'this user may not, or a firewall forbids it',
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'a part of the path is no folder',
  EISDIR: 'it is a folder',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota of the disk is used up',
  EROFS: 'the disk is read-only',
  EIO: 'the disk reports an error',
  EMFILE: 'too many files are open',
  CERT_HAS_EXPIRED: 'the certificate of the server has expired',
  CERT_NOT_YET_VALID: 'the certificate of the server is not valid yet: look at both clocks',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate of the server is signed by itself: give it as ca, or its fingerprint',
  SELF_SIGNED_CERT_IN_CHAIN: 'the authority of the server is not one that is believed: give it as ca',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'the certificate of the server is by nobody that is believed: give its authority as ca',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'the certificate of the server is by nobody that is believed: give its authority as ca',
  UNABLE_TO_GET_ISSUER_CERT: 'the certificate of the server is by nobody that is believed: give its authority as ca',
  CERT_SIGNATURE_FAILURE: 'the signature of the certificate of the server is wrong',
  CERT_REVOKED: 'the certificate of the server is revoked',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate of the server is for another name: give server_name',
  ERR_SSL_WRONG_VERSION_NUMBER: 'the other side does not speak TLS there',
  ERR_SSL_NO_PROTOCOLS_AVAILABLE: 'no version of TLS is left to offer',
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: 'the server does not take this version of TLS',
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: 'the server refused the TLS handshake',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: 'the server asks for a client certificate: give cert and key',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: 'the server does not believe the authority of the client certificate',
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: 'the server does not take the client certificate',
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: 'the server does not take the client certificate',
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: 'the client certificate has expired',
  ERR_SSL_TLSV1_ALERT_ACCESS_DENIED: 'the server refused the client certificate',
};
