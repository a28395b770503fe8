// Command sets become commands, whatever is missing, repeated or wrong in them.
import { describe, expect, test } from 'vitest';
import {
  commandName,
  isCommandSet,
  isResponse,
  isWholeCommandSet,
  parseCommandSet,
  requestField,
  requestOf,
  startsCommandSet,
} from '../../../src/protocols/dicom/dimse.ts';
import { ascii, concat, u16of, u32of } from '../../support/bytes.ts';
import { commandField, commandSet, ctStorage, implicitElement, padded, studyRootFind } from '../../support/pdu.ts';

const hash = (domain: string, bytes: Uint8Array, start: number, end: number) =>
  `${domain}:${Buffer.from(bytes).toString('latin1', start, end)}`;
/** A copy: the next command set is read into the same object. */
const parse = (bytes: Uint8Array) => {
  const { command, malformed } = parseCommandSet(bytes, 0, bytes.length, 0, 5, hash);
  return { command: command === null ? null : { ...command }, malformed };
};
const us = (value: number) => u16of('little', value);

const absent = {
  kind: 'command',
  side: 0,
  contextId: 5,
  sopClass: null,
  instanceHash: null,
  messageId: null,
  respondedTo: null,
  status: null,
  hasDataSet: false,
  moveDestination: null,
  moveOriginator: null,
  moveOriginatorMessageId: null,
  remaining: null,
  completed: null,
  failed: null,
  warning: null,
  eventType: null,
  actionType: null,
  oddity: null,
};

describe('command sets', () => {
  const cases: readonly (readonly [string, Parameters<typeof commandSet>[0], object])[] = [
    [
      'C-STORE-RQ of a move',
      {
        sopClass: ctStorage,
        field: commandField.storeRq,
        messageId: 4,
        priority: 0,
        dataSet: true,
        instance: '1.2.3',
        moveOriginator: 'WORKSTATION',
        moveOriginatorMessageId: 9,
      },
      {
        sopClass: ctStorage,
        messageId: 4,
        hasDataSet: true,
        instanceHash: 'instance:1.2.3',
        moveOriginator: 'WORKSTATION',
        moveOriginatorMessageId: 9,
      },
    ],
    [
      'C-MOVE-RQ',
      { sopClass: studyRootFind, field: commandField.moveRq, messageId: 1, dataSet: true, moveDestination: ' STORE_1' },
      { sopClass: studyRootFind, messageId: 1, hasDataSet: true, moveDestination: 'STORE_1' },
    ],
    [
      'C-MOVE-RSP',
      {
        field: commandField.moveRsp,
        respondedTo: 1,
        status: 0xff00,
        remaining: 5,
        completed: 2,
        failed: 1,
        warning: 0,
      },
      { respondedTo: 1, status: 0xff00, remaining: 5, completed: 2, failed: 1, warning: 0 },
    ],
    [
      'N-EVENT-REPORT-RQ',
      {
        field: commandField.eventReportRq,
        messageId: 3,
        eventType: 2,
        sopClass: '1.2',
        instance: '1.2.4',
        dataSet: true,
      },
      { messageId: 3, eventType: 2, sopClass: '1.2', instanceHash: 'instance:1.2.4', hasDataSet: true },
    ],
    [
      'N-ACTION-RQ, whose class and instance are requested ones',
      {
        field: commandField.nActionRq,
        messageId: 3,
        actionType: 1,
        requestedSopClass: '1.2',
        requestedInstance: '1.2.40',
      },
      { messageId: 3, actionType: 1, sopClass: '1.2', instanceHash: 'instance:1.2.40' },
    ],
    ['C-CANCEL-RQ', { field: commandField.cancelRq, respondedTo: 8 }, { respondedTo: 8 }],
    [
      'a response whose comment is not kept',
      { field: commandField.findRsp, respondedTo: 1, status: 0xa700, errorComment: 'Invented^Ines' },
      { respondedTo: 1, status: 0xa700 },
    ],
    [
      'B37: a set without its group length',
      { field: commandField.echoRq, messageId: 1, groupLength: false },
      { messageId: 1 },
    ],
    [
      'B37: a set of a wrong group length',
      { field: commandField.echoRq, messageId: 1, groupLength: 2 },
      { messageId: 1 },
    ],
    ['B37: an unknown command', { field: 0x0777, messageId: 1 }, { messageId: 1 }],
  ];
  for (const [what, options, expected] of cases) {
    test(what, () => {
      expect(parse(commandSet(options))).toEqual({
        command: { ...absent, field: options.field, ...expected },
        malformed: null,
      });
    });
  }

  test('without a Command Field there is no command', () => {
    expect(parse(commandSet({ messageId: 1 }))).toEqual({
      command: null,
      malformed: { field: 'command-field', offset: 0, reason: 'absent' },
    });
  });

  test('B37: of a repeated element the first counts, and the second is said', () => {
    const bytes = concat(commandSet({ field: commandField.echoRq, messageId: 1 }), implicitElement(0x0110, us(2)));
    expect(parse(bytes)).toMatchObject({ command: { messageId: 1 }, malformed: { reason: 'is repeated' } });
  });

  test('what trails is said, and what came before is kept', () => {
    const whole = commandSet({ field: commandField.echoRq, messageId: 1 });
    for (const [trail, reason] of [
      [Uint8Array.of(0, 0, 0), 'cut'],
      [implicitElement(0x00080018, ascii('1.2 ')), 'is not of group 0000'],
      [concat(us(0), us(0x0902), u32of('little', 500)), 'is longer than its set'],
    ] as const) {
      expect(parse(concat(whole, trail))).toMatchObject({
        command: { messageId: 1 },
        malformed: { reason, offset: whole.length },
      });
    }
  });

  test('a number of another length than two bytes is said, and is null', () => {
    const bytes = concat(implicitElement(0x0100, us(0x30)), implicitElement(0x0110, u32of('little', 1)));
    expect(parse(bytes)).toMatchObject({
      command: { field: 0x30, messageId: null },
      malformed: { field: 'command-value-length', offset: 18 },
    });
  });

  test('an instance UID of padding alone is none', () => {
    const bytes = concat(implicitElement(0x0100, us(1)), implicitElement(0x1000, padded('\0', 'UI')));
    expect(parse(bytes).command?.instanceHash).toBeNull();
  });

  test('cut at every byte it gives what there is', () => {
    const whole = commandSet({ field: commandField.storeRq, messageId: 1, instance: '1.2.3', sopClass: ctStorage });
    for (let end = 0; end <= whole.length; end++) parse(whole.subarray(0, end));
    expect(parse(whole).malformed).toBeNull();
  });
});

describe('what may be a command set', () => {
  const whole = commandSet({ field: commandField.storeRq, messageId: 1, sopClass: ctStorage });
  const bare = commandSet({ field: commandField.storeRq, messageId: 1, sopClass: ctStorage, groupLength: false });

  test('starts with a group length, a SOP class or the field', () => {
    expect(startsCommandSet(whole, 0, whole.length)).toBe(true);
    expect(startsCommandSet(bare, 0, bare.length)).toBe(true);
    expect(startsCommandSet(implicitElement(0x0110, us(1)), 0, 10)).toBe(false);
    expect(startsCommandSet(implicitElement(0x00080005, ascii('ISO_IR 100')), 0, 18)).toBe(false);
  });

  test('is whole when it is as long as its group length says', () => {
    expect(isWholeCommandSet(whole, 0, whole.length)).toBe(true);
    expect(isWholeCommandSet(whole, 0, whole.length - 1)).toBe(false);
    expect(isWholeCommandSet(bare, 0, bare.length)).toBe(false);
  });

  test('is plain only when ascending, all of group 0000, of a known field, with nothing left over', () => {
    const is = (bytes: Uint8Array) => isCommandSet(bytes, 0, bytes.length);
    expect(is(whole)).toBe(true);
    expect(is(bare)).toBe(true);
    expect(is(whole.subarray(0, whole.length - 2))).toBe(false);
    expect(is(concat(whole, implicitElement(0x0110, us(1))))).toBe(false);
    expect(is(concat(whole, implicitElement(0x00080018, ascii('1.2 '))))).toBe(false);
    expect(is(commandSet({ field: 0x0777 }))).toBe(false);
    expect(is(commandSet({ messageId: 1 }))).toBe(false);
  });
});

test('commands have the names of PS3.7, in request and response', () => {
  expect(commandName(commandField.storeRsp)).toBe('C-STORE');
  expect(commandName(commandField.cancelRq)).toBe('C-CANCEL');
  expect(commandName(commandField.nDeleteRq)).toBe('N-DELETE');
  expect(commandName(0x8777)).toBe('0x0777');
  expect([requestOf(commandField.findRsp), requestOf(commandField.cancelRq)]).toEqual([0x0020, 0x0fff]);
  expect([isResponse(commandField.findRsp), isResponse(commandField.findRq)]).toEqual([true, false]);
});

describe('the name of a command', () => {
  test.each([
    ['C-STORE', 0x0001],
    ['N-EVENT-REPORT', 0x0100],
    ['C-CANCEL', 0x0fff],
    ['0x0ABC', 0x0abc],
    ['unknown', null],
  ])('%s is of field %s', (name, field) => {
    expect(requestField(name)).toBe(field);
    if (field !== null) expect(commandName(field)).toBe(name);
  });
});
