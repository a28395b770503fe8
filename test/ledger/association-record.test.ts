// Proves the record of an association: client and server told apart, outcomes in words, and why it is not whole.
import { describe, expect, it } from 'vitest';
import type { Fact } from '../../src/model/facts.ts';
import type { AssociationRecord } from '../../src/model/records.ts';
import { Flag } from '../../src/tcp/slots.ts';
import {
  abort,
  accept,
  client,
  command,
  ctStorage,
  dataSet,
  explicitLittle,
  reject,
  releaseRequest,
  releaseResponse,
  request,
  response,
  server,
  shown,
  store,
  studyRootFind,
  user,
} from './facts.ts';
import { begin, bothSeen, type ConnectOptions, high, low, recordsOf, shaken } from './scribe.ts';

type Options = ConnectOptions & Parameters<typeof recordsOf>[1];

function recorded(facts: readonly Fact[], options?: Options): AssociationRecord {
  const { associations } = recordsOf(facts, options);
  if (associations.length !== 1) throw new Error(`${associations.length} associations`);
  return associations[0];
}

const whole = [request(), accept(), ...store(), releaseRequest, releaseResponse] as const;

describe('a whole association', () => {
  it('tells who talked to whom, of what, and what passed', () => {
    expect(recorded(whole)).toMatchObject({
      ordinal: 1,
      clientAddress: low.address,
      clientPort: low.port,
      serverAddress: high.address,
      serverPort: high.port,
      callingAe: 'MODALITY',
      calledAe: 'ARCHIVE',
      ended: true,
      outcome: 'released',
      outcomeDetail: null,
      accepted: true,
      clientImplementationVersion: 'TEST',
      serverImplementationVersion: 'SERVER',
      midStream: false,
      start: begin,
      end: begin + 6000,
      firstCapture: 'first-capture',
      firstFrame: 1,
      lastFrame: 7,
      operations: 1,
      objects: 1,
      clientDataBytes: 100,
      serverDataBytes: 0,
      patientData: false,
      patientDataTime: null,
      complete: true,
      incomplete: [],
    });
  });

  it('turns when the other side is the client', () => {
    const turned = whole.map((fact) => ({ ...fact, side: 1 - fact.side }) as Fact);
    const record = recorded(turned, { flags: bothSeen | (Flag.syn << 1) | (Flag.initial << 1) });
    expect(record).toMatchObject({
      clientAddress: high.address,
      clientImplementationVersion: 'TEST',
      clientDataBytes: 100,
      serverDataBytes: 0,
    });
  });

  it('says when and where patient data was shown first', () => {
    const record = recorded([request(), accept(), ...store(1, { shown: shown('PatientName') })]);
    expect(record).toMatchObject({
      patientData: true,
      patientDataTime: begin + 3000,
      patientDataCapture: 'first-capture',
      patientDataFrame: 4,
    });
  });
});

describe('presentation contexts', () => {
  it('are listed as asked, with roles and answers; unanswered ones say so', () => {
    const asked = [1, 3, 5].map((id) => ({
      id,
      abstractSyntax: id === 5 ? studyRootFind : ctStorage,
      transferSyntaxes: [explicitLittle],
    }));
    const answered = [
      { id: 3, result: 3, transferSyntax: explicitLittle },
      { id: 1, result: 0, transferSyntax: explicitLittle },
    ];
    const roles = [{ sopClass: ctStorage, scu: false, scp: true }];
    const record = recorded([request({ contexts: asked, user: user({ roles }) }), accept({ contexts: answered })]);
    expect(
      record.contexts.map(({ id, result, acceptedTransferSyntax, scuRole, scpRole }) => [
        id,
        result,
        acceptedTransferSyntax,
        scuRole,
        scpRole,
      ]),
    ).toEqual([
      [1, 0, explicitLittle, false, true],
      [3, 3, null, false, true],
      [5, null, null, null, null],
    ]);
  });

  it('that were only answered come without an abstract syntax', () => {
    expect(recorded([accept()]).contexts).toEqual([
      {
        id: 1,
        abstractSyntax: null,
        transferSyntaxes: [],
        scuRole: null,
        scpRole: null,
        result: 0,
        acceptedTransferSyntax: explicitLittle,
      },
    ]);
  });
});

describe('user identity', () => {
  const withIdentity = (secondaryBytes: number, acknowledged = false) => [
    request({
      user: user({ identity: { type: 'username-passcode', responseRequested: true, primaryBytes: 4, secondaryBytes } }),
    }),
    accept({ user: user({ identityAcknowledged: acknowledged }) }),
  ];

  it('is told by its kind, and whether its passcode was empty', () => {
    expect(recorded(withIdentity(0))).toMatchObject({
      identityType: 'username-passcode',
      identityPasscodeEmpty: true,
      identityResponseRequested: true,
      identityAcknowledged: false,
    });
    expect(recorded(withIdentity(6, true))).toMatchObject({ identityPasscodeEmpty: false, identityAcknowledged: true });
  });

  it('is null where none was offered', () => {
    expect(recorded(whole)).toMatchObject({
      identityType: null,
      identityPasscodeEmpty: null,
      identityAcknowledged: null,
    });
  });
});

describe('the outcome', () => {
  it.each<[name: string, facts: readonly Fact[], ended: Options['ended'], outcome: Partial<AssociationRecord>]>([
    [
      'rejected for the called AE title',
      [request(), reject()],
      'fin',
      {
        outcome: 'rejected',
        outcomeDetail: 'rejected permanently by the service user: called AE title not recognised',
        accepted: false,
        rejectResult: 1,
        rejectSource: 1,
        rejectReason: 7,
        complete: true,
      },
    ],
    [
      'rejected for now',
      [request(), reject({ result: 2, source: 3, reason: 2 })],
      'fin',
      { outcomeDetail: 'rejected for now by the service provider (presentation): local limit exceeded' },
    ],
    [
      'rejected with numbers nobody defined',
      [request(), reject({ result: 9, source: 8, reason: 77 })],
      'fin',
      { outcomeDetail: 'result 9 by the source 8: reason 77', rejectReason: 77 },
    ],
    [
      'aborted by the client',
      [request(), accept(), abort()],
      'reset',
      {
        outcome: 'aborted',
        outcomeDetail: 'by the client, service user',
        accepted: true,
        abortSource: 0,
        complete: true,
      },
    ],
    [
      'aborted by the server’s provider',
      [request(), accept(), abort({ side: server, source: 2, reason: 2 })],
      'fin',
      { outcomeDetail: 'by the server, service provider: unexpected PDU', abortReason: 2 },
    ],
    ['aborted before the answer', [request(), abort()], 'fin', { outcome: 'aborted', accepted: null }],
    [
      'released without an answer',
      [request(), accept(), releaseRequest],
      'fin',
      { outcome: 'released', outcomeDetail: 'the answer to the release was not seen' },
    ],
    ['closed', [request(), accept()], 'fin', { outcome: 'cut', outcomeDetail: 'the connection was closed' }],
    ['reset', [request(), accept()], 'reset', { outcome: 'cut', outcomeDetail: 'the connection was reset' }],
    ['not answered', [request()], 'fin', { outcome: 'cut', accepted: null }],
    ['silent', [request(), accept()], 'expired', { outcomeDetail: 'the connection fell silent', incomplete: ['cut'] }],
    ['open at the end', [request(), accept()], 'input-end', { outcomeDetail: 'the input ended', incomplete: ['cut'] }],
    ['evicted', [request(), accept()], 'evicted', { outcome: 'cut', incomplete: ['evicted'] }],
    ['replaced', [request(), accept()], 'replaced', { outcome: 'cut', incomplete: ['cut'] }],
  ])('%s', (_, facts, ended, outcome) => {
    expect(recorded(facts, ended === undefined ? {} : { ended })).toMatchObject({ ended: true, ...outcome });
  });

  it('of a clean release does not suffer from how the connection ended', () => {
    for (const ended of ['expired', 'input-end', 'evicted', 'reset'] as const) {
      expect(recorded(whole, { ended })).toMatchObject({ outcome: 'released', complete: true, incomplete: [] });
    }
  });
});

describe('what makes it incomplete', () => {
  it.each<[reason: string, facts: readonly Fact[], options: Options]>([
    [
      'mid-stream',
      [{ kind: 'mid-stream', side: client }, ...store(), releaseRequest, releaseResponse],
      { flags: bothSeen },
    ],
    ['mid-stream', [accept(), ...store(), releaseRequest, releaseResponse], { flags: shaken }],
    [
      'lost-step',
      [...whole.slice(0, 2), { kind: 'lost-step', side: client, offset: 9, bytes: 9 }, ...whole.slice(2)],
      {},
    ],
    ['ambiguous', whole, { flags: shaken | Flag.ambiguous }],
    ['truncated', whole, { flags: shaken | Flag.truncated }],
    ['one-direction', whole, { flags: shaken & ~(Flag.seen << 1) }],
    ['not-decodable', [...whole.slice(0, 2), ...store(1, { incomplete: 'malformed' }), ...whole.slice(5)], {}],
    [
      'not-decodable',
      [
        ...whole.slice(0, 2),
        { kind: 'data-set-skipped', side: client, contextId: 1, bytes: 9, reason: 'x' },
        ...whole.slice(2),
      ],
      {},
    ],
  ])('%s', (reason, facts, options) => {
    expect(recorded(facts, options)).toMatchObject({ complete: false, incomplete: [reason] });
  });

  it('is not that the connection was joined in the middle, when its own request was seen', () => {
    expect(recorded(whole, { flags: bothSeen })).toMatchObject({ complete: true });
  });
});

describe('joined in the middle', () => {
  it('counts as accepted, and names nobody', () => {
    const facts = [{ kind: 'mid-stream', side: client } as const, command(), dataSet(), response(1)];
    expect(recorded(facts, { flags: bothSeen })).toMatchObject({
      midStream: true,
      accepted: true,
      callingAe: null,
      calledAe: null,
      contexts: [],
      protocolVersion: null,
    });
  });

  it('takes the titles from an acceptance, which repeats them', () => {
    expect(recorded([accept()], { flags: bothSeen })).toMatchObject({
      callingAe: 'MODALITY',
      calledAe: 'ARCHIVE',
      accepted: true,
      serverImplementationVersion: 'SERVER',
    });
  });
});
