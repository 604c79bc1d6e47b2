/**
 * Memory of results that is used again. Fresh memory for a result of 4 MB costs as much processor time as adding two of them: the
 * pages are faulted in one by one, the cache does not hold them, and what died is collected in bursts (2^20 sums of two, in the
 * mean of many calls: 2.3 ms into fresh memory, 0.9 into memory that was used before).
 *
 * It cannot be misused: what is given back is taken from its holders first. Its bytes move on to another ArrayBuffer, and every
 * array over the old one has the length 0 from then on. Nobody ever sees the numbers of somebody else.
 */

/** The results that were made within one scope. */
export interface Arena {
  /** The memory of all of them, small and shared ones too. */
  readonly made: Set<ArrayBufferLike>;
}

// Below it moving the bytes (0.2 us, 3 to 5 where there is no transfer) costs more than fresh memory.
const MIN_BYTES = 16_384;

// Memory that so many outermost scopes in a row had no use for is let go: an evaluation may stand between two steps, and a
// training whose sizes change must not keep all that it ever had.
const PATIENCE = 4;

interface FreeMemory {
  readonly buffer: ArrayBuffer;
  /** When it was given back, in scopes. */
  readonly since: number;
}

/** By bytes; the last one given back is the first one taken, for the cache may hold it still. */
const free = new Map<number, FreeMemory[]>();
let scopes = 0;
let depth = 0;
let current: Arena | undefined;

/** Makes an arena for all results from here on, until it is closed. Arenas nest. */
export function openArena(): { readonly arena: Arena; readonly close: (kept: Kept) => void } {
  const arena: Arena = { made: new Set() };
  const outer = current;
  current = arena;
  depth++;
  return {
    arena,
    close: ({ returned, forGood }) => {
      current = outer;
      depth--;
      for (const memory of arena.made) {
        if (forGood.has(memory)) continue;
        if (returned.has(memory)) outer?.made.add(memory);
        else giveBack(memory);
      }
      if (depth === 0) letGo();
    },
  };
}

export interface Kept {
  /** What belongs to the arena outside from now on, if there is one. */
  readonly returned: ReadonlySet<ArrayBufferLike>;
  /** What belongs to none. */
  readonly forGood: ReadonlySet<ArrayBufferLike>;
}

/** Memory of just this many bytes that was given back, with whatever lies in it. */
export function usedMemory(bytes: number): ArrayBuffer | undefined {
  return current === undefined ? undefined : free.get(bytes)?.pop()?.buffer;
}

/** Counts memory among the results of the arena that is open, if one is. */
export function noteResult(memory: ArrayBufferLike): void {
  current?.made.add(memory);
}

/** Bytes that wait for their next use. */
export function freeBytes(): number {
  let total = 0;
  for (const [bytes, list] of free) total += bytes * list.length;
  return total;
}

function giveBack(memory: ArrayBufferLike): void {
  // What a caller has transferred away has no bytes left.
  const bytes = memory.byteLength;
  if (!(memory instanceof ArrayBuffer) || bytes < MIN_BYTES) return;
  const entry = { buffer: moved(memory), since: scopes };
  const list = free.get(bytes);
  if (list === undefined) free.set(bytes, [entry]);
  else list.push(entry);
}

/** Another buffer with the bytes of this one, which has none from then on. */
function moved(memory: ArrayBuffer): ArrayBuffer {
  // Node 20 and browsers before 2024 have none; a clone takes ten times as long (Node 24 and Chromium 156).
  const { transfer } = memory as ArrayBuffer & { readonly transfer?: () => ArrayBuffer };
  return transfer?.call(memory) ?? structuredClone(memory, { transfer: [memory] });
}

function letGo(): void {
  scopes++;
  for (const [bytes, list] of free) {
    const recent = list.filter(({ since }) => scopes - since <= PATIENCE);
    if (recent.length === 0) free.delete(bytes);
    else if (recent.length < list.length) free.set(bytes, recent);
  }
}
