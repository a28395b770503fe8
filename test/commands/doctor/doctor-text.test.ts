// Proves how lines stand on a terminal: wrapped, remedies whole below them, nothing that could harm it.
import { expect, it } from 'vitest';
import { doctorText, type Told } from '../../../src/commands/doctor/doctor-text.ts';

const told: Told[] = [
  { check: 'clock', grade: 'ok', subject: null, says: 'synchronised', remedy: null },
  {
    check: 'offloads',
    grade: 'warning',
    subject: 'eth1',
    says: `merged ${'x '.repeat(30)}end`,
    remedy: 'ethtool -K eth1 gro off lro off rx-gro-hw off rx-gro-list off',
  },
  { check: 'sinks', grade: 'error', subject: 'so\x1bc', says: 'refused', remedy: null },
];

it('is a line each, in columns', () => {
  expect(doctorText(told, { ok: 1, warnings: 1, errors: 1 }, { columns: 80, colour: false })).toBe(
    `ok       clock          synchronised
warning  offloads       eth1: merged x x x x x x x x x x x x x x x x x x x x x x
                        x x x x x x x x end
                        → ethtool -K eth1 gro off lro off rx-gro-hw off rx-gro-list off
error    sinks          so\\u{1b}c: refused

1 ok, 1 warning, 1 error
`,
  );
});
