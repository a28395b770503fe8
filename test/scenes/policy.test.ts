// Proves that the site's policy (pcaps/demo.yaml) finds in each scene what is wrong there by it, and nothing else.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { catalogue } from '../../src/detections/catalogue.ts';
import type { FindingRecord } from '../../src/model/records.ts';
import { parsePolicy } from '../../src/policy/parse.ts';
import { replay } from '../support/replay.ts';
import { captureBytes, pcaps, sceneName, scenePath, scenes } from '../support/scenes.ts';

/** Patient data in clear between ends that are where they belong: what most scenes are about. */
const stores = ['high phi-cleartext: CT_ROOM1'];
const found: Record<string, readonly string[]> = {
  abort: [...stores, 'low dicom-cleartext: CT_ROOM1'],
  'abort-by-provider': [...stores, 'medium called-ae-unknown other-port: ARCHIVE'],
  'ack-before-data': [
    'critical store-to-outside: RESEARCH',
    'critical phi-cleartext: RESEARCH',
    'critical public-address: RESEARCH',
    'high ae-not-allowed wrong-address: RESEARCH',
  ],
  'ae-guessing': [
    'critical ae-guessing: STRANGER',
    'high ae-not-allowed unknown-title: STRANGER',
    'low dicom-cleartext: STRANGER',
    'medium ae-not-allowed unknown-title: STRANGER',
    'medium called-ae-unknown other-address: RIS',
    ...['ANY-SCP', 'CT', 'DICOM', 'MAIN', 'MR', 'PACS', 'SERVER', 'STORE', 'TEST'].map(
      (title) => `medium called-ae-unknown unknown-title: ${title}`,
    ),
  ],
  // The worklist server's clear text is tolerated.
  cancel: ['high phi-cleartext: VIEWER', 'info phi-cleartext: CT_ROOM1'],
  charsets: ['high phi-cleartext: GATEWAY'],
  'client-killed': stores,
  commitment: ['low dicom-cleartext: CT_ROOM1'],
  'commitment-reverse': ['low dicom-cleartext: ARCHIVE', 'low dicom-cleartext: CT_ROOM1'],
  concurrent: [
    'medium unexpected-sender not-a-sender: VIEWER',
    'high ae-not-allowed wrong-role: VIEWER',
    ...stores,
    'high phi-cleartext: MR_ROOM2',
    'high phi-cleartext: VIEWER',
  ],
  deidentified: ['low dicom-cleartext: GATEWAY'],
  echo: ['low dicom-cleartext: CT_ROOM1'],
  'find-patient': ['high phi-cleartext: VIEWER'],
  'find-study': ['high phi-cleartext: VIEWER'],
  get: ['high phi-cleartext: VIEWER'],
  halfclose: stores,
  ipv6: [
    'critical phi-cleartext: CT_ROOM1',
    'critical phi-cleartext: VIEWER',
    'critical public-address: CT_ROOM1',
    'critical public-address: VIEWER',
    'high ae-not-allowed wrong-address: CT_ROOM1',
    'high ae-not-allowed wrong-address: VIEWER',
    'low dicom-cleartext: CT_ROOM1',
    'medium called-ae-unknown other-address: ARCHIVE',
  ],
  'large-object': stores,
  'many-contexts': [...stores, 'low dicom-cleartext: VIEWER'],
  midstream: ['high phi-cleartext: null'],
  'midstream-large': ['low dicom-cleartext: null'],
  move: ['high phi-cleartext: ARCHIVE', 'low dicom-cleartext: VIEWER'],
  'move-unknown': ['high move-destination-unknown unknown: VIEWER', 'low dicom-cleartext: VIEWER'],
  mpps: ['info phi-cleartext: CT_ROOM1'],
  'n-services': [
    'high ae-not-allowed wrong-peer: VIEWER',
    'low dicom-cleartext: VIEWER',
    'medium called-ae-unknown unknown-title: PRINTER',
  ],
  'no-context': ['info association-idle: CT_ROOM1', 'low dicom-cleartext: CT_ROOM1'],
  'outside-client': [
    'critical store-to-outside: RESEARCH',
    'critical phi-cleartext: RESEARCH',
    'critical public-address: RESEARCH',
    'high ae-not-allowed wrong-address: RESEARCH',
  ],
  'port-reuse': [...stores, 'low dicom-cleartext: CT_ROOM1'],
  ports: ['info unexpected-protocol not-dicom: null', ...stores, 'medium called-ae-unknown other-port: ARCHIVE'],
  'quiet-day': [],
  reject: [
    'medium ae-not-allowed unknown-title: STRANGER',
    'medium ae-not-allowed wrong-peer: CT_ROOM1',
    'medium ae-not-allowed wrong-peer: VIEWER',
    'medium called-ae-unknown other-port: ARCHIVE',
    'medium called-ae-unknown unknown-title: NOBODY',
  ],
  reset: stores,
  restored: ['medium object-replaced: CT_ROOM1', ...stores],
  'odd-values': ['high executable-content: GATEWAY', 'high path-in-identifier: GATEWAY', 'high phi-cleartext: GATEWAY'],
  'broken-rules': [
    'high protocol-violation: CT_ROOM1',
    'info association-idle: CT_ROOM1',
    'low dicom-cleartext: CT_ROOM1',
    'low protocol-violation: CT_ROOM1',
  ],
  misuse: [
    'high ae-not-allowed unknown-title: STRANGER',
    'high ae-not-allowed wrong-role: VIEWER',
    'high destructive-operation: VIEWER',
    'low association-idle: STRANGER',
    'low dicom-cleartext: CT_ROOM1',
    'low dicom-cleartext: STRANGER',
    'low dicom-cleartext: VIEWER',
    'low implementation-changed: CT_ROOM1',
    'medium association-exhaustion: MR_ROOM2',
    'medium called-ae-unknown other-port: ARCHIVE',
    'medium capability-probe: STRANGER',
  ],
  store: stores,
  'store-several': ['high phi-cleartext: GATEWAY'],
  'store-syntaxes': ['high ae-not-allowed unknown-title: MODALITY', 'high phi-cleartext: MODALITY'],
  termscu: ['medium ae-not-allowed unknown-title: STRANGER'],
  'tiny-segments': ['medium evasion-suspected: CT_ROOM1', ...stores],
  'tls-null': ['critical tls-null-cipher: null', 'high phi-cleartext: CT_ROOM1'],
  'tls-downgrade': ['high phi-cleartext: CT_ROOM1', 'high tls-downgrade pair: CT_ROOM1'],
  'tls-broken': ['medium tls-weak: null'],
  'tls-certificates': ['medium tls-certificate: null', 'medium tls-weak: null'],
  'tls-weak': ['medium tls-weak: null'],
  tls12: [],
  tls13: [],
  'tls13-node': [],
  'user-identity': ['high credentials-cleartext: CT_ROOM1', ...stores],
  'user-identity-empty': ['critical credentials-cleartext: CT_ROOM1', ...stores],
  theft: [
    'high ae-not-allowed unknown-title: STRANGER',
    'high ae-not-allowed wrong-peer: ORTHANC',
    'high bulk-query: STRANGER',
    'high bulk-retrieval: ORTHANC',
    'high move-destination-unknown unknown: STRANGER',
    'high phi-cleartext: ORTHANC',
    'high phi-cleartext: STRANGER',
    'low dicom-cleartext: STRANGER',
    'medium called-ae-unknown unknown-title: STRANGER',
  ],
  nmap: [
    'critical ae-guessing: ECHOSCU',
    'high ae-not-allowed unknown-title: ECHOSCU',
    'high dicom-sweep: null',
    'low association-idle: ECHOSCU',
    'low dicom-cleartext: ECHOSCU',
    'medium ae-not-allowed unknown-title: ECHOSCU',
    'medium called-ae-unknown other-address: RIS',
    'medium called-ae-unknown unknown-title: ANY-SCP',
    'medium called-ae-unknown unknown-title: BACKUP',
    'medium called-ae-unknown unknown-title: CT',
    'medium called-ae-unknown unknown-title: DICOM',
    'medium called-ae-unknown unknown-title: IMAGES',
    'medium called-ae-unknown unknown-title: MAIN',
    'medium called-ae-unknown unknown-title: MR',
    'medium called-ae-unknown unknown-title: PACS',
    'medium called-ae-unknown unknown-title: SERVER',
    'medium called-ae-unknown unknown-title: STORE',
    'medium called-ae-unknown unknown-title: TEST',
    'medium called-ae-unknown unknown-title: XRAY',
    'medium scanner-fingerprint: ECHOSCU',
  ],
  'echo-sweep': [
    'high ae-not-allowed unknown-title: ECHOSCU',
    'high dicom-sweep: ECHOSCU',
    'low dicom-cleartext: ECHOSCU',
    'medium ae-any-accepted: ECHOSCU',
    'medium called-ae-unknown unknown-title: ANY-SCP',
    'medium called-ae-unknown unknown-title: PACS',
    'medium called-ae-unknown unknown-title: WHATEVER',
    'medium scanner-fingerprint: ECHOSCU',
  ],
  worklist: ['info phi-cleartext: CT_ROOM1'],
  'wrong-address': ['high ae-collision: CT_ROOM1', 'high ae-not-allowed wrong-address: CT_ROOM1', ...stores],
};

/** What the detections implemented so far say; a new one adds its lines above. */
const detections: readonly string[] = catalogue.map(({ slug }) => slug);

const { policy, problems } = await parsePolicy(readFileSync(join(pcaps, 'demo.yaml'), 'utf8'), 0);

describe('the policy of the demo', () => {
  it('is one', () => expect(problems).toEqual([]));

  for (const file of scenes()) {
    it(`finds in ${file}`, async () => {
      const { findings } = await replay(captureBytes(scenePath(file)), { policy: policy! });
      const lines = findings.filter(({ detection }) => detections.includes(detection)).map(line);
      expect([...new Set(lines)].sort()).toEqual([...found[sceneName(file)]].sort());
    });
  }

  it('asks for the identity that it is told to ask for', async () => {
    const asking = (kinds: string) =>
      `version: 1\nnetworks: { internal: [10.20.0.0/16] }\nae_titles: [{ title: CT_ROOM1 }, { title: ARCHIVE, identity: ${kinds} }]\n`;
    for (const [kinds, missing] of [
      ['any', []],
      ['[username-passcode, kerberos]', ['username', 'saml', 'jwt']],
    ] as const) {
      const { policy: own } = await parsePolicy(asking(kinds), 0);
      const { findings } = await replay(captureBytes(scenePath('user-identity.pcap')), { policy: own! });
      const found = findings.filter(({ detection }) => detection === 'no-authentication');
      expect(
        found.map(({ severity, evidence }) => `${severity} ${evidence['reason']} ${evidence['identityType']}`),
      ).toEqual(missing.map((kind) => `medium other-kind ${kind}`));
      const store = await replay(captureBytes(scenePath('store.pcap')), { policy: own! });
      const without = store.findings.filter(({ detection }) => detection === 'no-authentication');
      expect(without.map(({ evidence }) => evidence['reason'])).toEqual(['none-offered']);
    }
  });

  it('knows the impostor by its address', async () => {
    const { findings } = await replay(captureBytes(scenePath('wrong-address.pcap')), { policy: policy! });
    const impostors = findings.filter(({ detection }) => detection === 'ae-not-allowed');
    expect(impostors.map(({ clientAddress }) => clientAddress)).toEqual(['10.20.30.66']);
  });
});

/** Severity, detection, reason, and the AE title that it is about. */
function line({ severity, detection, evidence, callingAe, calledAe }: FindingRecord): string {
  const reason = evidence['reason'] === undefined ? '' : ` ${evidence['reason']}`;
  return `${severity} ${detection}${reason}: ${detection === 'called-ae-unknown' ? calledAe : callingAe}`;
}
