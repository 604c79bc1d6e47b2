/** States that can be gone back to. They are values that share what did not change, so that keeping a hundred costs little. */

/** More than a person goes back. */
const MOST = 100;
/** Changes of one kind that follow each other within this time, in milliseconds, are one: a slider that is dragged. */
const ONE_MOVE = 1000;

export interface UndoState<State> {
  readonly past: readonly State[];
  readonly now: State;
  readonly future: readonly State[];
  /** Of the last change, and when it was: the next one of the same kind may belong to it. */
  readonly last?: { readonly kind: string; readonly time: number };
}

export function undoable<State>(now: State): UndoState<State> {
  return { past: [], now, future: [] };
}

/**
 * @param kind changes of the same kind in quick succession become one; undefined stands for itself.
 * @param time in milliseconds.
 */
export function changed<State>(
  { past, now, last }: UndoState<State>,
  next: State,
  kind: string | undefined,
  time: number,
): UndoState<State> {
  const isSameMove = kind !== undefined && last?.kind === kind && time - last.time < ONE_MOVE;
  return {
    past: isSameMove ? past : [...past, now].slice(-MOST),
    now: next,
    future: [],
    ...(kind !== undefined && { last: { kind, time } }),
  };
}

/** A state that follows by itself, as a look that is learned: going back leaves it out, and it takes nobody's place. */
export function replaced<State>(state: UndoState<State>, now: State): UndoState<State> {
  return { ...state, now };
}

export function undone<State>({ past, now, future }: UndoState<State>): UndoState<State> {
  const before = past.at(-1);
  if (before === undefined) return { past, now, future };
  return { past: past.slice(0, -1), now: before, future: [now, ...future] };
}

export function redone<State>({ past, now, future }: UndoState<State>): UndoState<State> {
  const [next, ...others] = future;
  if (next === undefined) return { past, now, future };
  return { past: [...past, now], now: next, future: others };
}
