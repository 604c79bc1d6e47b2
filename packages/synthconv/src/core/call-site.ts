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

/** Where a parameter was frozen, and how many were frozen before it. */
interface Freezing {
  readonly site: CallSite;
  readonly order: number;
  readonly reason: string | undefined;
}

const freezings = new WeakMap<object, Freezing>();
let frozen = 0;

/** Remembers where, and perhaps why, a parameter is excluded from training. */
export function rememberFreezing(parameter: object, reason?: string): void {
  freezings.set(parameter, { site: callSite(), order: frozen++, reason });
}

/** Why a parameter was frozen, where that was said. */
export function freezingReason(parameter: object): string | undefined {
  return freezings.get(parameter)?.reason;
}

/** Where the last of these parameters was frozen. */
export function lastFreezingSite(parameters: readonly object[]): CallSite | undefined {
  let last: Freezing | undefined;
  for (const parameter of parameters) {
    const one = freezings.get(parameter);
    if (one !== undefined && one.order > (last?.order ?? -1)) last = one;
  }
  return last?.site;
}

const constructionSites = new WeakMap<object, CallSite>();

/** Remembers where a parameter or an optimizer is constructed, which is long before anyone asks. */
export function rememberConstruction(made: object): void {
  constructionSites.set(made, callSite());
}

const holders = new WeakMap<object, WeakRef<object>[]>();

/** Remembers which optimizers were made for a parameter. */
export function rememberHolder(parameter: object, optimizer: object): void {
  const known = holders.get(parameter)?.filter((one) => one.deref() !== undefined) ?? [];
  holders.set(parameter, [...known, new WeakRef(optimizer)]);
}

/** The last optimizer that was made for a parameter and is none of these. */
export function holderOf(parameter: object, except: readonly object[]): object | undefined {
  const all = holders.get(parameter)?.map((one) => one.deref()) ?? [];
  return all.findLast((one) => one !== undefined && !except.includes(one));
}

export function constructionSite(made: object): CallSite | undefined {
  return constructionSites.get(made);
}
