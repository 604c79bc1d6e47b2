/**
 * One seam for every choice between implementations: a list of objects of one interface, the best first, of which the
 * first that covers a call does it. What is chosen is noted, as are the ways in which an implementation may cut its work:
 * tests ask which one ran, and the conformance suite counts them, so that no way stays untested.
 */

/** One way to do a piece of work. */
export interface Implementation<Call extends readonly unknown[], Prepared> {
  readonly name: string;
  /** Makes ready for a call on this thread; undefined where this implementation does not cover it. */
  readonly prepare: (...call: Call) => Prepared | undefined;
}

/**
 * What the first implementation that covers a call prepares; the last of a list covers every call.
 *
 * @param work what is noted as the place of the choice: `pixel network forward`.
 */
export function choose<Call extends readonly unknown[], Prepared>(
  work: string,
  implementations: readonly Implementation<Call, Prepared>[],
  ...call: Call
): Prepared {
  for (const { name, prepare } of implementations) {
    const prepared = prepare(...call);
    if (prepared === undefined) continue;
    noteChoice(work, name);
    return prepared;
  }
  throw new Error(`${work}: the last implementation must cover every call`);
}

/** Called with a place where a choice is made, `conv2d image gradient`, and what was chosen there, `winograd`. */
export type ChoiceObserver = (where: string, taken: string) => void;

let observer: ChoiceObserver | undefined;

/** Costs a comparison while nobody observes, as long as both texts are constants. */
export function noteChoice(where: string, taken: string): void {
  if (observer !== undefined) observer(where, taken);
}

/**
 * Calls back for every choice of this thread from now on, in place of whoever observed before; `undefined` ends it.
 * The choices of workers are not seen.
 */
export function observeChoices(next: ChoiceObserver | undefined): void {
  observer = next;
}

/**
 * What did a piece of work while `body` ran, on this thread: `implementationOf("pixel network forward", () => ...)` is
 * `fused`, say; several names, joined by commas, where there were several; undefined where the work was not done.
 */
export function implementationOf(work: string, body: () => void): string | undefined {
  const names = new Set<string>();
  const before = observer;
  observer = (where, taken) => {
    before?.(where, taken);
    if (where === work) names.add(taken);
  };
  try {
    body();
  } finally {
    observer = before;
  }
  return names.size === 0 ? undefined : [...names].join(", ");
}
