// What must not wait is due at once, the rest when its time has come; in the order of entry, each once, and not what
// was dropped. What is open waits where a batch is full, for one more.
import { expect, test } from 'vitest';
import { Changes } from '../../src/ledger/changes.ts';
import type { Conversation } from '../../src/ledger/conversation.ts';

function conversation(slot: number): Conversation {
  return { slot, dirty: false, urgent: false, heldOver: false, frozen: null, writtenAt: 0 } as Conversation;
}

const slots = (conversations: Conversation[]): number[] => conversations.map(({ slot }) => slot);

test('in the order of entry, each once; what can wait, after its time', () => {
  const changes = new Changes(1000);
  const [one, two, three] = [conversation(1), conversation(2), conversation(3)];
  for (const each of [two, one, three, two]) changes.touch(each);
  changes.hasten(three);
  changes.hasten(one);
  expect(changes.urgent).toBe(2);
  expect(slots(changes.due('asked', 5))).toEqual([1, 3]);
  expect(changes.urgent).toBe(0);
  changes.touch(one);
  expect(slots(changes.due('asked', 999_999))).toEqual([]);
  expect(slots(changes.due('asked', 1_000_000))).toEqual([2]);
  expect(slots(changes.due('end', 1_000_000))).toEqual([1]);
  expect(changes.due('end', 9e9)).toEqual([]);
});

test('when a batch is full, what is open waits for the next, and what is over does not', () => {
  const changes = new Changes(1000);
  const [open, over, later] = [conversation(1), conversation(2), conversation(3)];
  over.frozen = {} as Conversation['frozen'];
  for (const each of [open, over]) changes.hasten(each);
  expect(slots(changes.due('full', 5_000_000))).toEqual([2]);
  changes.hasten(later);
  expect(slots(changes.due('full', 5_000_001))).toEqual([1]);
  changes.hasten(open);
  expect(slots(changes.due('full', 5_000_002))).toEqual([3]);
  expect(slots(changes.due('asked', 5_000_003))).toEqual([1]);
});

test('what was dropped is not due', () => {
  const changes = new Changes(1000);
  const [one, two] = [conversation(1), conversation(2)];
  changes.hasten(one);
  changes.hasten(two);
  changes.drop(one);
  expect(slots(changes.due('end', 0))).toEqual([2]);
});

test('what was dropped is let go, and the rest stays in order', () => {
  const changes = new Changes(1000);
  const all = Array.from({ length: 1000 }, (_, slot) => conversation(slot));
  for (const each of all) {
    changes.touch(each);
    if (each.slot % 100 !== 0) changes.drop(each);
  }
  expect(Reflect.get(changes, 'waiting').length).toBeLessThan(200);
  expect(slots(changes.due('end', 0))).toEqual([0, 100, 200, 300, 400, 500, 600, 700, 800, 900]);
});
