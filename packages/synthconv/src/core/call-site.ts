/** Where in a program something is done, for those who ask later. */

/**
 * The calls that lead to a place: its stack is a string only when it is asked for, which costs far more than
 * keeping it. Engines call it an Error.
 */
export interface CallSite {
  readonly stack?: string | undefined;
}

/** The calls that lead here. */
export function callSite(): CallSite {
  return new Error("call site");
}

const freezingSites = new WeakMap<object, CallSite>();

/** Remembers where parameters are excluded from training. */
export function rememberFreezing(parameters: readonly object[]): void {
  const site = callSite();
  for (const parameter of parameters) freezingSites.set(parameter, site);
}

export function freezingSite(parameter: object): CallSite | undefined {
  return freezingSites.get(parameter);
}

const constructionSites = new WeakMap<object, CallSite>();

/** Remembers where a parameter or an optimizer is constructed, which is long before anyone asks. */
export function rememberConstruction(made: object): void {
  constructionSites.set(made, callSite());
}

export function constructionSite(made: object): CallSite | undefined {
  return constructionSites.get(made);
}
