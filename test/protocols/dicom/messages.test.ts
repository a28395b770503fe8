// Values go to the streams of their contexts, which share one bound and one mention of each mistake.
import { expect, test } from 'vitest';
import type { Fact } from '../../../src/model/facts.ts';
import { limits } from '../../../src/model/limits.ts';
import { Account } from '../../../src/protocols/account.ts';
import { Messages } from '../../../src/protocols/dicom/messages.ts';
import { Negotiation } from '../../../src/protocols/dicom/negotiation.ts';
import { Scanners } from '../../../src/protocols/dicom/scanners.ts';
import { ascii, concat } from '../../support/bytes.ts';
import { brief } from '../../support/dicom-dialogue.ts';
import { commandField, commandSet, implicitElement } from '../../support/pdu.ts';

function messages(commandSetBytesMax: number = limits.commandSetBytesMax) {
  const facts: Fact[] = [];
  const malformed: string[] = [];
  const context = {
    emit: (fact: Fact) => facts.push({ ...fact }),
    hash: (domain: string) => domain,
    limits: { ...limits, commandSetBytesMax },
    reveal: false,
  };
  const sink = {
    malformed: (_: 0 | 1, __: number, field: string, reason: string) => malformed.push(`${field} ${reason}`),
  };
  const all = new Messages(0, context, new Negotiation(), new Scanners(context), sink, new Account(), false);
  const value = (contextId: number, control: number, bytes: Uint8Array) => {
    all.begin(contextId, control, 0, bytes.length);
    all.bytes(bytes, 0, bytes.length);
    all.end();
  };
  return { all, value, malformed, says: () => facts.map(brief) };
}

const echo = commandSet({ field: commandField.echoRq, messageId: 1 });

test('each context has a stream of its own', () => {
  const { value, says } = messages();
  value(1, 1, echo.subarray(0, 10));
  value(3, 3, echo);
  value(1, 3, echo.subarray(10));
  expect(says()).toEqual(['0 command 3 0x0030', '0 command 1 0x0030']);
});

test('a mistake that a sender makes in each message is said once', () => {
  const { value, malformed } = messages();
  const trailing = concat(echo, implicitElement(0x00080018, ascii('1.2 ')));
  for (let i = 0; i < 50; i++) value(2 * i, 3, trailing);
  expect(malformed).toEqual(['presentation-context-id is even', 'command-element is not of group 0000']);
});

test('unfinished commands of all contexts together stay under the bound of one', () => {
  const { value, malformed, says } = messages(100);
  for (let id = 1; id < 20; id += 2) value(id, 1, echo.subarray(0, 30));
  expect(malformed).toEqual(['command-set is too long']);
  for (let id = 1; id < 20; id += 2) value(id, 3, echo.subarray(30));
  // Three fitted; the first to go on finds no room, and what it gives back lets the two others end.
  expect(says()).toEqual(['0 command 3 0x0030', '0 command 5 0x0030']);
  value(1, 3, echo);
  expect(says()).toHaveLength(3);
});

test('a reset closes what is open, and doubts only the side that did not ask', () => {
  for (const asks of [true, false]) {
    const { all, value, says } = messages();
    value(1, 0, ascii('whatever'));
    all.reset(asks);
    value(1, 2, new Uint8Array(40).fill(0x41));
    expect(says()[0]).toMatch(/data-set 1 cut|data-set 1 .* 8/);
    expect(says()[1]).toMatch(asks ? /data-set 1/ : /data-set-skipped 1 40/);
  }
});

test('contexts that take turns are told apart, and nothing of one message is left for the next of another', () => {
  const { value, malformed, all, says } = messages();
  const store = commandSet({ field: commandField.storeRq, messageId: 2, dataSet: true });
  const object = implicitElement(0x00080018, ascii('1.2 '));
  for (const contextId of [1, 3, 1]) {
    value(contextId, 3, store);
    value(contextId, 2, object);
  }
  all.begin(5, 3, 0, echo.length);
  all.bytes(echo, 0, 20);
  // The rest of the command is missing, and the beginnings of messages may be.
  all.hole(echo.length - 20);
  value(3, 2, object);
  value(3, 3, echo);
  const stored = (contextId: number) => [`0 command ${contextId} 0x0001`, `0 data-set ${contextId} whole 12`];
  expect(says()).toEqual([...stored(1), ...stored(3), ...stored(1), '0 data-set-skipped 3 12', '0 command 3 0x0030']);
  expect(malformed).toEqual([]);
});
