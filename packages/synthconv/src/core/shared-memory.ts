/**
 * Memory that threads share, and the garbage collector. V8 collects early when ordinary arrays have grown, and counts
 * shared memory nowhere: neither where it was made nor in the workers that received it. A loop that makes few objects
 * and much shared memory would keep all of it (9.5 GB in 100,000 training steps on two threads). So it is counted here,
 * on every thread for itself, and for so many bytes of it an ordinary array of as many bytes is made, which V8 counts.
 */

// 32 MB: what is dead and not collected yet stays about twice that. From there on the C library takes zeros from the
// system, which cost no memory before they are touched. Less would collect more often: 1 ms for each 32 MB.
const COUNTED_BYTES = 2 ** 25;
// An array that is dropped at once dies young, and V8 would never look at shared memory that has survived a while: one
// of four is kept for a time. If all were, a training with convolutions would take a tenth more processor time.
const KEPT_ONE_OF = 4;
const KEPT_ARRAYS = 3;

let made = 0;
let uncounted = 0;
const kept: ArrayBuffer[] = [];
const seen = new WeakSet<SharedArrayBuffer>();

/** Zeros in shared memory, counted. */
export function newSharedMemory(bytes: number): SharedArrayBuffer {
  const memory = new SharedArrayBuffer(bytes);
  countOnce(memory);
  return memory;
}

/** Counts memory of whatever origin, the first time that this thread comes across it. */
export function countOnce(memory: SharedArrayBuffer): void {
  if (seen.has(memory)) return;
  seen.add(memory);
  countSharedBytes(memory.byteLength);
}

/** Counts shared memory that this thread holds from now on. */
export function countSharedBytes(bytes: number): void {
  uncounted += bytes;
  if (uncounted < COUNTED_BYTES) return;
  uncounted = 0;
  askForCollection();
}

/** What is dead by now goes, however little it is and however long it has lived. */
export function collectSharedMemory(): void {
  uncounted = 0;
  for (let i = 0; i <= KEPT_ARRAYS; i++) keep(new ArrayBuffer(COUNTED_BYTES));
}

function askForCollection(): void {
  const array = new ArrayBuffer(COUNTED_BYTES);
  if (++made % KEPT_ONE_OF === 0) keep(array);
}

function keep(array: ArrayBuffer): void {
  kept.push(array);
  if (kept.length > KEPT_ARRAYS) kept.shift();
}
