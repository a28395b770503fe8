// Proves that each byte of a dialogue is in the one place where it belongs, and that all places together hold all
// bytes.
import { describe, expect, it } from 'vitest';
import { limits } from '../../src/model/limits.ts';
import { Account } from '../../src/protocols/account.ts';
import { TlsAnalyzer } from '../../src/protocols/tls/analyzer.ts';
import { concat, hex } from '../support/bytes.ts';
import { client, type Hearing, hear, type Step, server } from '../support/dicom-dialogue.ts';
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
  pdu,
  releaseRq,
} from '../support/pdu.ts';

const contexts = [{ id: 1, abstractSyntax: ctStorage, transferSyntaxes: [explicitLittle] }];
const request = associateRq({ contexts });
const acceptance = associateAc({ contexts: [{ id: 1, transferSyntax: explicitLittle }] });
const storeRq = commandSet({ sopClass: ctStorage, field: commandField.storeRq, messageId: 1, dataSet: true });
const head = explicitDataSet(patientRows);
const pixels = 6000;
/** Of the values before the pixels those that nobody asks for; the first is read, for it may be the key of a query. */
const passed = 2;
const object = concat(head, explicitPixelData(pixels));
const opened: Step[] = [
  [client, request],
  [server, acceptance],
];
const command = pData([{ command: true, bytes: storeRq }]);
const closed: Step[] = [
  [client, 'cut'],
  [server, 'cut'],
];

/** The client's places that hold any of its bytes, and all of them. */
function told(steps: readonly Step[], hearing: Hearing = {}): Record<string, number> {
  const { accounts } = hear([...steps, ...closed], hearing);
  const all = Object.entries(accounts[client]).filter(([, bytes]) => bytes > 0);
  return { ...Object.fromEntries(all), total: accounts[client].total };
}

describe('of DICOM', () => {
  it('a whole store: headers, what is kept, what is scanned, what is skipped', () => {
    const stored = pData([{ bytes: object }]);
    const total = request.length + command.length + stored.length;
    expect(told([...opened, [client, command], [client, stored]])).toEqual({
      headers: 6 + 12 + 12,
      kept: request.length - 6 + storeRq.length,
      scanned: object.length - pixels - passed,
      skipped: pixels + passed,
      total,
    });
  });

  it('of PDUs that break their format nothing else is said', () => {
    const bad = pdu(9, new Uint8Array(20));
    expect(told([...opened, [client, bad]])).toEqual({
      headers: 6,
      kept: request.length - 6,
      malformed: bad.length,
      total: request.length + bad.length,
    });
  });

  it('after too much of that it is given up', () => {
    const bad = pdu(9, new Uint8Array(20));
    expect(told([...opened, [client, concat(bad, command)]], { limits: { malformedMax: 1 } })).toMatchObject({
      malformed: 6,
      givenUp: 20 + command.length,
    });
  });

  it('what a hole leaves of a PDU is lost', () => {
    const rest = request.subarray(100);
    expect(
      told([
        [client, request.subarray(0, 60)],
        [client, 40],
        [client, rest],
      ]),
    ).toEqual({
      lostStep: request.length - 40,
      total: request.length - 40,
    });
  });

  it('the rest of a command with a hole is lost too', () => {
    const at = 12 + 20;
    const steps: Step[] = [
      [client, command.subarray(0, at)],
      [client, 10],
      [client, command.subarray(at + 10)],
    ];
    expect(told([...opened, ...steps])).toMatchObject({ lostStep: storeRq.length - 10 });
  });

  it('a data set that was joined in its middle was not begun', () => {
    const stored = pData([{ bytes: object }]);
    const second = concat(pData([{ bytes: object.subarray(1000, 3000) }]), command);
    const cut: Step[] = [[client, concat(stored.subarray(500), second, second)]];
    expect(told(cut, { midStream: true })).toMatchObject({ notBegun: 2000 });
  });

  it('a data set that makes no sense is not scanned after its first header', () => {
    const stored = pData([{ bytes: new Uint8Array(3000).fill(0xff) }]);
    expect(told([...opened, [client, command], [client, stored]])).toMatchObject({ notScanned: 2992 });
  });

  it('nor is one after a hole between its elements', () => {
    const stored = pData([{ bytes: head }]);
    const steps: Step[] = [
      [client, stored.subarray(0, 30)],
      [client, 30],
      [client, stored.subarray(60)],
    ];
    const { notScanned, scanned } = told([...opened, [client, command], ...steps]);
    expect([scanned, notScanned]).toEqual([18, stored.length - 60]);
  });

  it('what goes on after an abort within a value is lost', () => {
    const stored = pData([{ bytes: head }]);
    const abort = pdu(7, new Uint8Array(4));
    const steps: Step[] = [
      [client, stored.subarray(0, 40)],
      [server, abort],
      [client, stored.subarray(40)],
    ];
    expect(told([...opened, [client, command], ...steps, [client, releaseRq()]])).toMatchObject({
      scanned: 28,
      lostStep: stored.length - 40,
    });
  });
});

describe('of TLS', () => {
  const context = { emit: () => {}, hash: () => '', limits, reveal: false };
  const alert = hex('1503030002 0228');

  it('records: headers, handshake, and all after it passed over', () => {
    const analyzer = new TlsAnalyzer(context);
    const bytes = concat(alert, hex('1603030004 00000000'), hex('1703030003 aabbcc'), new Uint8Array(90));
    analyzer.data(0, bytes, 0, bytes.length);
    analyzer.data(0, bytes, 0, 10);
    const { headers, kept, skipped, total } = analyzer.accounts[0];
    expect({ headers, kept, skipped, total }).toEqual({ headers: 15, kept: 4, skipped: 2 + 93 + 10, total: 124 });
  });

  it('what is no record, and all after it, is malformed', () => {
    const analyzer = new TlsAnalyzer(context);
    const bytes = concat(hex('9903030002 0228'), new Uint8Array(90));
    analyzer.data(0, bytes, 0, bytes.length);
    analyzer.data(0, bytes, 0, 10);
    expect(analyzer.accounts[0]).toMatchObject({ headers: 5, malformed: 2 + 90 + 10 });
  });
});

it('an account sums its places', () => {
  const account = Object.assign(new Account(), {
    headers: 1,
    kept: 2,
    scanned: 4,
    skipped: 8,
    lostStep: 16,
    malformed: 32,
    givenUp: 64,
    notBegun: 128,
    notScanned: 256,
  });
  expect([account.total, account.notParsed]).toEqual([511, 240]);
});
