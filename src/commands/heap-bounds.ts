import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** For this thread and those it begins, before much is made. */
export function boundHeaps(): void {
  // Of what survives a collection a quarter as much again may come before the next: the default lets garbage grow
  // fourfold.
  setFlagsFromString('--heap-growing-percent=25');
  // A thread begun later has at once what its young generation may grow to, for that of this one is held.
  setFlagsFromString('--min-semi-space-size=1');
  // What is loaded lives on, and would let the young generation grow before it is looked at first.
  setFlagsFromString('--semi-space-growth-factor=1');
}

/**
 * What the young generation may take, in bytes: two halves, for what lives is copied from one to the other. V8 would go
 * up to 32 MiB.
 */
let youngBytesMax = 4 << 20;

/**
 * Holds down the memory in which new objects are made: nearly all are dead before it is full, so that more of it saves
 * little. No option bounds it in a heap that is there, but V8 reads the factor by which it grows whenever it grows. The
 * heap of each new thread sets that back to two, so this is called again and again. (A bound of V8's own would cost
 * more: what is made in a young generation that can grow no more, and often lives on there, V8 makes in the old one,
 * where most of it is garbage soon.)
 */
export function holdYoungGeneration(): void {
  const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
  const isFull = young !== undefined && young.space_size >= youngBytesMax;
  setFlagsFromString(`--semi-space-growth-factor=${isFull ? 1 : 2}`);
}

/**
 * When the thread of the store has begun: it sets the factor back at a moment that nobody tells, so until then half
 * must do.
 */
export function letYoungGenerationGrow(): void {
  youngBytesMax = 8 << 20;
}
