/** The seed of a run that was given none: the same on every machine for a day. */

/** @param environment SYNTHCONV_CONFORMANCE_SEED gives the seed of an earlier run back. */
export function seedOfTheDay(environment: Readonly<Record<string, string | undefined>>): number {
  const given = Number(environment.SYNTHCONV_CONFORMANCE_SEED);
  if (Number.isSafeInteger(given) && given > 0) return given;
  return Number(new Date().toISOString().slice(0, 10).replaceAll("-", ""));
}
