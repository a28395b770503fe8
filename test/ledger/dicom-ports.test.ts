// Proves: ports of DICOM are the well-known ones and those that spoke it; unanswered SYNs are told from answers not
// captured.
import { describe, expect, it } from 'vitest';
import { otherRecord } from '../../src/ledger/connection.ts';
import { connectionOver, DicomPorts } from '../../src/ledger/dicom-ports.ts';
import { Flag } from '../../src/tcp/slots.ts';
import { bothSeen, Scribe, shaken } from './scribe.ts';

describe('ports of DICOM', () => {
  it('are the well-known ones, and those that were added', () => {
    const ports = new DicomPorts();
    expect([104, 2762, 4242, 11_112, 443, 8104].map((port) => ports.has(port))).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
    ]);
    ports.add(8104);
    expect(ports.has(8104)).toBe(true);
  });

  it('concern a connection by either end', () => {
    const scribe = new Scribe();
    const slot = scribe.open();
    expect(new DicomPorts().concern(scribe.slots, slot)).toBe(true);
  });
});

const syn = Flag.seen | Flag.syn | Flag.initial;

describe('the end of a connection', () => {
  it.each([
    ['no-answer', 'to a SYN that nobody answered', syn, 'too few bytes to tell'],
    ['no-answer', 'to one that was reset', syn | (Flag.seen << 1) | (Flag.reset << 1), 'too few bytes to tell'],
    ['unclear', 'where the answer was not captured', syn | (Flag.acknowledged << 1), 'too few bytes to tell'],
    ['unclear', 'that was opened and left', shaken, 'too few bytes to tell'],
    ['other', 'whose first bytes are no protocol of ours', shaken, 'no protocol of ours'],
    ['unclear', 'where bytes were lost', shaken | Flag.missed, 'no protocol of ours'],
    ['unclear', 'that was joined in the middle', bothSeen, 'no protocol of ours'],
  ])('is %s %s', (how, _, flags, why) => {
    const scribe = new Scribe();
    const { slots } = scribe;
    const slot = scribe.open({ flags });
    const parts = { ended: 'expired', protocol: 'unknown', why, captures: ['first-capture'] } as const;
    const record = otherRecord(slots, slot, { vlan: [], tunnel: [] }, parts);
    expect(connectionOver(slots, slot, record, why, false)).toMatchObject({ how, connection: { id: record.id } });
    expect(connectionOver(slots, slot, record, why, true)).not.toHaveProperty('connection');
  });
});
