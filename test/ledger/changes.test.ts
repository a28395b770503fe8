// What must not wait is due at once, the rest when its time has come; in the order of entry, each once, and not what was dropped.
import { expect, test } from 'vitest';
import { Changes } from '../../src/ledger/changes.ts';
import type { Conversation } from '../../src/ledger/conversation.ts';

function conversation(slot: number): Conversation {
  return { slot, dirty: false, urgent: false, writtenAt: 0 } as Conversation;
}

const slots = (conversations: Conversation[]): number[] => conversations.map(({ slot }) => slot);

test('in the order of entry, each once; what can wait, after its time', () => {
  const changes = new Changes(1000);
  const [one, two, three] = [conversation(1), conversation(2), conversation(3)];
  for (const each of [two, one, three, two]) changes.touch(each);
  changes.hasten(three);
  changes.hasten(one);
  expect(changes.urgent).toBe(2);
  expect(slots(changes.due(false, 5))).toEqual([1, 3]);
  expect(changes.urgent).toBe(0);
  changes.touch(one);
  expect(slots(changes.due(false, 999_999))).toEqual([]);
  expect(slots(changes.due(false, 1_000_000))).toEqual([2]);
  expect(slots(changes.due(true, 1_000_000))).toEqual([1]);
  expect(changes.due(true, 9e9)).toEqual([]);
});

test('what was dropped is not due', () => {
  const changes = new Changes(1000);
  const [one, two] = [conversation(1), conversation(2)];
  changes.hasten(one);
  changes.hasten(two);
  changes.drop(one);
  expect(slots(changes.due(true, 0))).toEqual([2]);
});
