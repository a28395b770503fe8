import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

export interface Certificates {
  /** Authority, and what it signed: files in PEM. */
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** A new authority and a certificate of it, for `localhost`; valid for some days, or until yesterday. */
export function certificates(folder: string, name = 'server', days = 10): Certificates {
  const file = (what: string) => join(folder, `${name}-${what}.pem`);
  const openssl = (...words: string[]) => execFileSync('openssl', words, { stdio: 'pipe' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const root = ['-keyout', file('ca-key'), '-out', file('ca'), '-days', '10', '-subj', '/CN=Test Authority'];
  openssl('req', '-x509', ...key, ...root);
  openssl('req', ...key, '-keyout', file('key'), '-out', file('request'), '-subj', '/CN=localhost');
  const extensions = file('extensions');
  execFileSync('sh', ['-c', 'printf "subjectAltName=DNS:localhost,IP:127.0.0.1\\n" > "$0"', extensions]);
  const signed = ['-CA', file('ca'), '-CAkey', file('ca-key'), '-CAcreateserial', '-extfile', extensions];
  openssl('x509', '-req', '-in', file('request'), ...signed, '-out', file('cert'), '-days', String(days));
  return { ca: file('ca'), cert: file('cert'), key: file('key') };
}
