// Fragments of one context become commands and data sets, and in doubt nothing is taken for a beginning that is not.
import { describe, expect, test } from 'vitest';
import type { Fact } from '../../../src/model/facts.ts';
import { limits } from '../../../src/model/limits.ts';
import { Account } from '../../../src/protocols/account.ts';
import { MessageStream } from '../../../src/protocols/dicom/message-stream.ts';
import { Negotiation } from '../../../src/protocols/dicom/negotiation.ts';
import { Scanners } from '../../../src/protocols/dicom/scanners.ts';
import { brief, settled } from '../../support/dicom-dialogue.ts';
import { commandField, commandSet, ctStorage, implicitDataSet, patientRows } from '../../support/pdu.ts';

const storeRq = commandSet({ sopClass: ctStorage, field: commandField.storeRq, messageId: 1, dataSet: true });
const dataSet = implicitDataSet(patientRows);

function stream(doubt: boolean) {
  const facts: Fact[] = [];
  const account = new Account();
  const counts = {
    malformed: [] as string[],
    get unread() {
      return account.notParsed;
    },
  };
  const context = {
    emit: (fact: Fact) => facts.push({ ...fact }),
    hash: (domain: string) => domain,
    limits,
    reveal: false,
  };
  const shared = {
    side: 0 as const,
    context,
    negotiation: new Negotiation(),
    scanners: new Scanners(context),
    bytesLeft: limits.commandSetBytesMax as number,
    malformed: (_: number, field: string) => counts.malformed.push(field),
    account,
  };
  const one = new MessageStream(shared, 5, doubt);
  const fragment = (control: number, bytes: Uint8Array, missing = 0) => {
    one.begin(control, 0, bytes.length + missing);
    one.bytes(bytes, 0, bytes.length);
    if (missing > 0) one.gap(missing);
    one.end(control);
  };
  return { one, fragment, counts, budget: shared, says: () => settled(facts).map(brief) };
}

describe('certain', () => {
  test('a command, then its data set in fragments', () => {
    const { fragment, says, counts } = stream(false);
    fragment(1, storeRq.subarray(0, 9));
    fragment(3, storeRq.subarray(9));
    fragment(0, dataSet.subarray(0, 40));
    fragment(2, dataSet.subarray(40));
    expect(says()).toEqual(['0 command 5 0x0001', `0 data-set 5 whole ${dataSet.length}`]);
    expect(counts).toEqual({ unread: 0, malformed: [] });
  });

  test('a command with bytes missing is none, and its bytes are counted', () => {
    const { fragment, says, counts, budget } = stream(false);
    fragment(3, storeRq.subarray(0, 30), storeRq.length - 30);
    expect(says()).toEqual([]);
    expect(counts.unread).toBe(30);
    expect(budget.bytesLeft).toBe(limits.commandSetBytesMax);
  });

  test('two commands of which the first is whole by its length, not by its mark', () => {
    const { fragment, says, counts } = stream(false);
    fragment(1, storeRq);
    fragment(3, storeRq);
    expect(says()).toEqual(['0 command 5 0x0001', '0 data-set 5 cut 0', '0 command 5 0x0001']);
    expect(counts.malformed).toEqual(['message-control']);
  });
});

describe('in doubt', () => {
  test('the middle of a command is none, and its end makes certain', () => {
    const { fragment, says, counts } = stream(true);
    fragment(3, storeRq.subarray(20));
    fragment(2, dataSet);
    expect(says()).toEqual([`0 data-set 5 whole ${dataSet.length}`]);
    expect(counts.unread).toBe(storeRq.length - 20);
  });

  test('the middle of a data set is passed over to its end, however short its fragments', () => {
    for (const size of [3, 50, 500]) {
      const { fragment, says } = stream(true);
      const rest = dataSet.subarray(21);
      for (let at = 0; at < rest.length; at += size) {
        fragment(at + size >= rest.length ? 2 : 0, rest.subarray(at, at + size));
      }
      fragment(3, storeRq);
      expect(says()).toEqual([`0 data-set-skipped 5 ${rest.length}`, '0 command 5 0x0001']);
    }
  });

  test('the beginning of a data set is known when it is seen', () => {
    const { fragment, says } = stream(true);
    fragment(2, dataSet);
    expect(says()).toEqual([`0 data-set 5 whole ${dataSet.length}`]);
  });

  test('after a hole a data set goes on unread, until one begins', () => {
    const { one, fragment, says } = stream(false);
    fragment(3, storeRq);
    fragment(0, dataSet.subarray(0, 40));
    one.hole(100);
    fragment(0, dataSet.subarray(61, 90));
    one.hole(0);
    fragment(2, dataSet);
    expect(says()).toEqual([
      '0 command 5 0x0001',
      '0 data-set 5 gap 69 missed 100',
      `0 data-set 5 whole ${dataSet.length}`,
    ]);
  });

  test('a head that could not be kept for want of memory is passed over, not dropped', () => {
    const { fragment, says, budget } = stream(true);
    budget.bytesLeft = 10;
    fragment(2, dataSet);
    expect(says()).toEqual([`0 data-set-skipped 5 ${dataSet.length}`]);
  });
});

test('closed, what is open is stated as cut, and what still comes is counted', () => {
  const { one, fragment, says, counts } = stream(false);
  fragment(3, storeRq);
  one.begin(0, 0, 60);
  one.bytes(dataSet, 0, 40);
  one.close();
  one.bytes(dataSet, 40, 60);
  expect(says()).toEqual(['0 command 5 0x0001', '0 data-set 5 cut 40']);
  expect(counts.unread).toBe(20);
});
