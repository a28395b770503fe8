// Proves that listeners are known by address and port, from this run or from the past.
import { expect, it } from 'vitest';
import { Listeners } from '../../src/ledger/listeners.ts';
import { noHistory } from '../../src/model/history.ts';

it('knows what was added, and nothing near it', () => {
  const listeners = new Listeners(
    noHistory,
    () => 0,
    () => false,
  );
  listeners.add('10.0.0.2', 104);
  expect(listeners.known('10.0.0.2', 104)).toBe(true);
  expect(listeners.known('10.0.0.2', 11112)).toBe(false);
  expect(listeners.known('10.0.0.21', 104)).toBe(false);
  expect(listeners.known('10.0.0.3', 104)).toBe(false);
});

it('asks the past', () => {
  const listeners = new Listeners(
    { ...noHistory, listenerKnown: (address, port, before) => address === '10.0.0.9' && port === 4242 && before === 7 },
    () => 7,
    () => false,
  );
  expect(listeners.known('10.0.0.9', 4242)).toBe(true);
  expect(listeners.known('10.0.0.9', 104)).toBe(false);
});
