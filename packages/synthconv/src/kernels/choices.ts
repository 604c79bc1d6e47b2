/**
 * Which way the kernels take. Wherever they choose between implementations, or cut their work in more than one way, they
 * say what they chose; the conformance suite counts it, so that no way stays untested. Nobody else listens.
 */

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
