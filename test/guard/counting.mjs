// Preloaded into dicomtap by the guard (`node --import`): counts what COUNT names, and writes it to COUNT_TO at exit.
// Node preloads it into the store's thread too, which ends before or after the program: there nothing is counted.
import { createHook } from 'node:async_hooks';
import { writeFileSync } from 'node:fs';
import { GCProfiler, getHeapStatistics } from 'node:v8';
import { isMainThread } from 'node:worker_threads';

/** Each begins to count when called, and answers with a function that says how much there was. */
const counters = { allocated, copied, steps };

if (isMainThread) {
  const total = counters[process.env.COUNT]();
  process.on('exit', () => writeFileSync(process.env.COUNT_TO, String(total())));
}

/** Bytes allocated on the heap of JavaScript: what it grew by between one collection and the next, all together. */
function allocated() {
  const profiler = new GCProfiler();
  profiler.start();
  const begun = getHeapStatistics().used_heap_size;
  return () => {
    const ended = getHeapStatistics().used_heap_size;
    let after = begun;
    let bytes = 0;
    for (const { beforeGC, afterGC } of profiler.stop().statistics) {
      bytes += beforeGC.heapStatistics.usedHeapSize - after;
      after = afterGC.heapStatistics.usedHeapSize;
    }
    return bytes + ended - after;
  };
}

/** Bytes moved by the methods that move bytes. Loops over single bytes are not seen. */
function copied() {
  let bytes = 0;
  const typedArray = Object.getPrototypeOf(Uint8Array.prototype);
  const wrap = (object, name, moved) => {
    const original = object[name];
    object[name] = function (...args) {
      const result = original.apply(this, args);
      bytes += moved(this, args, result);
      return result;
    };
  };
  wrap(typedArray, 'set', (_, [source]) => source.byteLength ?? source.length);
  wrap(typedArray, 'slice', (_, __, result) => result.byteLength);
  wrap(typedArray, 'copyWithin', (self, [, start = 0, end = self.length]) => Math.max(0, end - start));
  wrap(Buffer.prototype, 'copy', (_, __, count) => count);
  wrap(Buffer, 'concat', (_, __, result) => result.length);
  wrap(Buffer, 'from', (_, [source], result) => (ArrayBuffer.isView(source) ? result.length : 0));
  wrap(Uint8Array, 'from', (_, __, result) => result.length);
  wrap(ArrayBuffer.prototype, 'slice', (_, __, result) => result.byteLength);
  return () => bytes;
}

/** Promises, ticks, timers and requests begun. */
function steps() {
  let count = 0;
  createHook({ init: () => count++ }).enable();
  return () => count;
}
