// Proves: the Wireshark filter of each page finds its subject in a recorded capture, and nothing in one without it.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { catalogue } from '../../src/detections/catalogue.ts';

const root = new URL('../../', import.meta.url);

/** Page, capture where the filter finds something, capture where it finds nothing. */
const cases = [
  ['phi-cleartext', 'store.pcap', 'echo.pcap'],
  ['dicom-cleartext', 'echo.pcap', 'tls13.pcap'],
  ['credentials-cleartext', 'user-identity-empty.pcap', 'store.pcap'],
  ['tls-null-cipher', 'tls-null.pcap', 'tls13.pcap'],
  ['tls-weak', 'tls-weak.pcap', 'tls12.pcap'],
  ['tls-certificate', 'tls-certificates.pcap', 'tls13.pcap'],
  ['tls-downgrade', 'tls-downgrade.pcap', 'midstream.pcapng'],
  ['ae-not-allowed', 'store.pcap', 'tls13.pcap'],
  ['called-ae-unknown', 'store.pcap', 'tls13.pcap'],
  ['ae-collision', 'wrong-address.pcap', 'theft.pcap'],
  ['ae-any-accepted', 'echo-sweep.pcap', 'tls13.pcap'],
  ['implementation-changed', 'store.pcap', 'ipv6.pcap'],
  ['public-address', 'outside-client.pcap', 'store.pcap'],
  ['no-authentication', 'user-identity.pcap', 'tls13.pcap'],
  ['ae-guessing', 'ae-guessing.pcap', 'store.pcap'],
  ['dicom-sweep', 'nmap.pcap', 'midstream.pcapng'],
  ['scanner-fingerprint', 'nmap.pcap', 'store.pcap'],
  ['association-idle', 'no-context.pcap', 'termscu.pcap'],
  ['capability-probe', 'many-contexts.pcap', 'echo.pcap'],
  ['bulk-query', 'theft.pcap', 'echo.pcap'],
  ['bulk-retrieval', 'theft.pcap', 'echo.pcap'],
  ['move-destination-unknown', 'move-unknown.pcap', 'store.pcap'],
  ['store-to-outside', 'outside-client.pcap', 'store.pcap'],
  ['object-replaced', 'store.pcap', 'echo.pcap'],
  ['unexpected-sender', 'store.pcap', 'echo.pcap'],
  ['destructive-operation', 'n-services.pcap', 'store.pcap'],
  ['executable-content', 'odd-values.pcap', 'store.pcap'],
  ['path-in-identifier', 'odd-values.pcap', 'store.pcap'],
  ['protocol-violation', 'broken-rules.pcap', 'store.pcap'],
  ['evasion-suspected', 'tiny-segments.pcap', 'store.pcap'],
  ['association-exhaustion', 'reject.pcap', 'ae-guessing.pcap'],
  ['sensor-blind', 'ack-before-data.pcap', 'store.pcap'],
  ['unexpected-protocol', 'ports.pcap', 'store.pcap'],
] as const;

const { PATH = '' } = process.env;
const tshark = PATH.split(':').some((folder) => existsSync(`${folder}/tshark`));

it('is tried for every detection', () => {
  expect(cases.map(([slug]) => slug)).toEqual(catalogue.map(({ slug }) => slug));
});

if (tshark) {
  describe.each(cases)('the filter of %s', (slug, present, absent) => {
    const page = readFileSync(new URL(`docs/detections/${slug}.md`, root), 'utf8');
    const filter = /```wireshark\n(.+)\n```/.exec(page)?.[1] ?? '';

    it(`finds packets in ${present}`, () => {
      expect(found(filter, present)).toBeGreaterThan(0);
    });

    it(`finds none in ${absent}`, () => {
      expect(found(filter, absent)).toBe(0);
    });
  });
}

function found(filter: string, capture: string): number {
  const path = fileURLToPath(new URL(`pcaps/${capture}`, root));
  const options = ['--enable-heuristic', 'dicom_tcp', '-o', 'dicom.tag_tree:TRUE', '-r', path, '-Y', filter];
  const output = execFileSync('tshark', options, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  return output.split('\n').filter((line) => line !== '').length;
}
