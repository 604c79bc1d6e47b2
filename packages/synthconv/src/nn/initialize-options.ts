import { checkOptions, type Fields } from "../core/arguments.js";
import { whole } from "../core/kinds.js";

export interface InitializeOptions {
  /** A whole number of 0 or more. */
  readonly seed: number;
}

const asSeed = (value: unknown): string | undefined =>
  value === undefined || typeof value === "number" ? `Write initialize({ seed: ${value ?? 0} }).` : undefined;

/** @param more what a module's own `initialize` takes besides. */
export function checkInitializeOptions<Options extends InitializeOptions>(
  options: Options,
  more: Fields<Omit<Options, "seed">>,
): void {
  const fields = { seed: whole(0), ...more } as Fields<Options>;
  checkOptions("initialize", options, fields, { repair: asSeed });
}
