// Proves that of a command only what few of them say is kept, and that it outlives the fact.
import { expect, test } from 'vitest';
import { detailsOf } from '../../src/ledger/command-details.ts';
import type { Command } from '../../src/model/facts.ts';
import { parseCommandSet } from '../../src/protocols/dicom/dimse.ts';
import { u16of } from '../support/bytes.ts';
import { commandField, commandSet, implicitElement } from '../support/pdu.ts';

const read = (bytes: Uint8Array): Command | null => parseCommandSet(bytes, 0, bytes.length, 0, 1, () => '').command;

const echo = commandSet({ field: commandField.echoRq, messageId: 7 });

test('of most commands nothing', () => {
  expect(detailsOf(null)).toBe(null);
  expect(detailsOf(read(echo))).toBe(null);
});

test.each([
  ['moveDestination', 0x0600, Buffer.from('ARCHIVE '), 'ARCHIVE'],
  ['eventType', 0x1002, u16of('little', 1), 1],
  ['actionType', 0x1008, u16of('little', 2), 2],
  ['remaining', 0x1020, u16of('little', 0), 0],
  ['completed', 0x1021, u16of('little', 4), 4],
  ['failed', 0x1022, u16of('little', 5), 5],
  ['warning', 0x1023, u16of('little', 6), 6],
  ['moveOriginator', 0x1030, Buffer.from('CT1 '), 'CT1'],
  ['moveOriginatorMessageId', 0x1031, u16of('little', 9), 9],
])('%s, also when another command was read since', (name, element, value, says) => {
  const details = detailsOf(read(Buffer.concat([echo, implicitElement(element, value)])));
  read(echo);
  expect(details).toMatchObject({ [name]: says });
  expect(Object.values(details ?? {}).filter((each) => each !== null)).toEqual([says]);
});
