// Proves that what is odd on the wire reaches its detection: P-DATA over the negotiated length, requests in crumbs,
// resets that end nothing.
import { describe, expect, it } from 'vitest';
import { concat } from './support/bytes.ts';
import { client, conversation, frames, reset, type Segment, server, type Turn } from './support/conversation.ts';
import {
  associateAc,
  associateRq,
  commandField,
  commandSet,
  ctStorage,
  explicitDataSet,
  explicitLittle,
  explicitPixelData,
  patientRows,
  pData,
} from './support/pdu.ts';
import { split, tiny, withPayload } from './support/segments.ts';
import { said, sense, storing } from './support/sensing.ts';

/** What is found of that, as severity and what the evidence says. */
function found(segments: readonly Segment[], detection: string) {
  const sensing = sense(frames(segments));
  expect(sensing.bugs).toEqual([]);
  expect(sensing.records.operations.filter(({ command }) => command === 'C-STORE')).toHaveLength(1);
  return sensing.records.findings
    .filter((finding) => finding.detection === detection)
    .map(({ severity, evidence }) => ({ severity, ...evidence }));
}

/** A store in one P-DATA of so many bytes after the PDU header, to a server that takes 4096. */
function stored(bytes: number): Turn[] {
  const request = { field: commandField.storeRq, sopClass: ctStorage, messageId: 1, dataSet: true, instance: '1.2.3' };
  const object = concat(explicitDataSet(patientRows), explicitPixelData(bytes));
  const first = pData([{ bytes: object.subarray(0, bytes - 6), last: false }]);
  expect(first).toHaveLength(6 + bytes);
  const whole = concat(first, pData([{ bytes: object.subarray(bytes - 6) }]));
  const contexts = [{ id: 1, abstractSyntax: ctStorage, transferSyntaxes: [explicitLittle] }];
  return [
    client(associateRq({ contexts })),
    server(associateAc({ contexts: [{ id: 1, transferSyntax: explicitLittle }], maximumLength: 4096 })),
    client(concat(pData([{ command: true, bytes: commandSet(request) }]), whole)),
    ...said.storeResponse(),
    ...said.release(),
  ];
}

describe('a P-DATA of a client to a server that takes 4096 bytes', () => {
  it('is none too long at 4096, nor at twelve more, for some count headers otherwise', () => {
    for (const bytes of [4096, 4108]) expect(found(conversation(stored(bytes)), 'protocol-violation')).toEqual([]);
  });

  it('is at thirteen more', () => {
    expect(found(conversation(stored(4109)), 'protocol-violation')).toMatchObject([
      { severity: 'low', kind: 'p-data-length' },
    ]);
  });

  it('proves nothing where a packet is missing before it', () => {
    const wire = conversation(stored(4109));
    const [, acceptance] = withPayload(wire);
    const lossy = wire.filter((_, i) => i !== acceptance);
    expect(found(lossy, 'protocol-violation')).toEqual([]);
  });
});

describe('a request cut into segments', () => {
  const request = withPayload(conversation(storing))[0];
  const cut = (bytes: number): Segment[] =>
    conversation(storing).flatMap((segment, i) => (i === request ? tiny([segment], bytes) : [segment]));

  it('of eight bytes is hidden', () => {
    expect(found(cut(8), 'evasion-suspected')).toMatchObject([
      { severity: 'medium', means: ['a request cut into tiny segments'] },
    ]);
  });

  it('of nine is not, nor with a header of its own', () => {
    expect(found(cut(9), 'evasion-suspected')).toEqual([]);
    const header = conversation(storing).flatMap((segment, i) => (i === request ? split(segment, 6) : [segment]));
    expect(found(header, 'evasion-suspected')).toEqual([]);
  });
});

describe('a reset', () => {
  const wire = conversation(storing);
  const [, , request] = withPayload(wire);
  const forged = (sequence: number): Segment[] => {
    const of = wire[request];
    const one = { ...of, flags: 'R', sequence: sequence >>> 0, payload: new Uint8Array(0), at: of.at - 10 };
    return wire.toSpliced(request, 0, one);
  };

  it('far outside the window, and data after it, is meant for the sensor', () => {
    expect(found(forged(wire[request].sequence + 500_000_000), 'evasion-suspected')).toMatchObject([
      { severity: 'medium', means: ['a reset that ended nothing, and data after it'] },
    ]);
  });

  it('at the end of all is one as any', () => {
    const ended = conversation([...said.open(), ...said.store(), reset('client')]);
    expect(found(ended, 'evasion-suspected')).toEqual([]);
  });
});
