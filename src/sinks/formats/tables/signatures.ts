/** What Suricata's `alert` says of a rule; categories are words of its classification.config. */
export interface Signature {
  readonly id: number;
  readonly category: string;
}

/**
 * Generator id of our alerts in Suricata's format: no rule of Suricata's or Snort's has it. And signature ids, which
 * are for ever: rules, filters and reports of a site name them. A detection that goes leaves its number behind.
 */
export const generatorId = 11112;

export const signatures: Readonly<Record<string, Signature>> = {
  'phi-cleartext': { id: 1_111_201, category: 'Information Leak' },
  'dicom-cleartext': { id: 1_111_202, category: 'Potentially Bad Traffic' },
  'credentials-cleartext': { id: 1_111_203, category: 'Information Leak' },
  'tls-null-cipher': { id: 1_111_204, category: 'Information Leak' },
  'tls-weak': { id: 1_111_205, category: 'Potentially Bad Traffic' },
  'tls-certificate': { id: 1_111_206, category: 'Potentially Bad Traffic' },
  'tls-downgrade': { id: 1_111_207, category: 'Potentially Bad Traffic' },
  'ae-not-allowed': { id: 1_111_208, category: 'Attempted Information Leak' },
  'called-ae-unknown': { id: 1_111_209, category: 'Attempted Information Leak' },
  'ae-collision': { id: 1_111_210, category: 'Potentially Bad Traffic' },
  'ae-any-accepted': { id: 1_111_211, category: 'Potentially Bad Traffic' },
  'implementation-changed': { id: 1_111_212, category: 'Potentially Bad Traffic' },
  'public-address': { id: 1_111_213, category: 'Potentially Bad Traffic' },
  'no-authentication': { id: 1_111_214, category: 'Potentially Bad Traffic' },
  'ae-guessing': { id: 1_111_215, category: 'Attempted Information Leak' },
  'dicom-sweep': { id: 1_111_216, category: 'Detection of a Network Scan' },
  'scanner-fingerprint': { id: 1_111_217, category: 'Detection of a Network Scan' },
  'association-idle': { id: 1_111_218, category: 'Potentially Bad Traffic' },
  'capability-probe': { id: 1_111_219, category: 'Attempted Information Leak' },
  'bulk-query': { id: 1_111_220, category: 'Large Scale Information Leak' },
  'bulk-retrieval': { id: 1_111_221, category: 'Large Scale Information Leak' },
  'move-destination-unknown': { id: 1_111_222, category: 'Information Leak' },
  'store-to-outside': { id: 1_111_223, category: 'Large Scale Information Leak' },
  'object-replaced': { id: 1_111_224, category: 'Potentially Bad Traffic' },
  'unexpected-sender': { id: 1_111_225, category: 'Potentially Bad Traffic' },
  'destructive-operation': { id: 1_111_226, category: 'Potentially Bad Traffic' },
  'executable-content': { id: 1_111_227, category: 'Executable code was detected' },
  'path-in-identifier': { id: 1_111_228, category: 'Potentially Bad Traffic' },
  'protocol-violation': { id: 1_111_229, category: 'Generic Protocol Command Decode' },
  'evasion-suspected': { id: 1_111_230, category: 'Potentially Bad Traffic' },
  'association-exhaustion': { id: 1_111_231, category: 'Attempted Denial of Service' },
  'sensor-blind': { id: 1_111_232, category: 'Not Suspicious Traffic' },
  'unexpected-protocol': { id: 1_111_233, category: 'Generic Protocol Command Decode' },
};

/** Of words of the sensor itself that are alerts in Suricata's format. */
export const ownSignatures = {
  gap: { id: 1_111_298, category: 'Not Suspicious Traffic' },
  test: { id: 1_111_299, category: 'Not Suspicious Traffic' },
} as const;

/** Of a detection that has none yet. */
export const otherSignature: Signature = { id: 1_111_200, category: 'Potentially Bad Traffic' };
