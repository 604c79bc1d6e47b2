/** Which parameters of a network a generator writes. */
import { check } from "../core/arguments.js";
import { describeValue } from "../core/describe-value.js";
import { ValueError } from "../core/errors.js";
import { isListOf, type Kind, kind, STRING } from "../core/kinds.js";
import { nearestName } from "../core/nearest-name.js";
import { type Module, type ParameterPlace, parameterPlaces } from "../nn/index.js";

/** All of them, those whose dotted path a pattern finds, or those of a list of paths. */
export type ParameterChoice = "all" | RegExp | readonly string[];

export const PARAMETER_CHOICE: Kind<ParameterChoice> = kind(
  '"all", a regular expression or a list of paths',
  (value) => value === "all" || value instanceof RegExp || isListOf(STRING, value),
  (value) => (typeof value === "string" ? `Write [${describeValue(value)}].` : undefined),
);

/**
 * One place for each parameter, its first, in the network's order.
 *
 * @throws {ValueError} when a path names none, or there is none to choose.
 */
export function chooseParameters(network: Module, choice: ParameterChoice): ParameterPlace[] {
  check("hypernetize", "parameters", choice, PARAMETER_CHOICE);
  const places = parameterPlaces(network);
  const firsts = places.filter(
    ({ parameter }, index) => places.findIndex((other) => other.parameter === parameter) === index,
  );
  if (Array.isArray(choice)) return chooseByPath(places, firsts, choice);
  const isChosen = ({ path }: ParameterPlace): boolean =>
    choice === "all" || path.search(choice as RegExp) >= 0;
  const chosen = firsts.filter(isChosen);
  if (chosen.length > 0) return chosen;
  throw nothingChosen(String(choice), firsts);
}

function chooseByPath(
  places: readonly ParameterPlace[],
  firsts: readonly ParameterPlace[],
  paths: readonly string[],
): ParameterPlace[] {
  const wanted = new Set(
    paths.map((path) => {
      const place = places.find((one) => one.path === path);
      if (place === undefined) throw nothingChosen(path, firsts);
      return place.parameter;
    }),
  );
  if (wanted.size === 0) throw nothingChosen("an empty list", firsts);
  return firsts.filter(({ parameter }) => wanted.has(parameter));
}

function nothingChosen(received: string, places: readonly ParameterPlace[]): ValueError {
  const known = places.map(({ path }) => path);
  const near = nearestName(received.replace(/[^\w.]/g, ""), known);
  const some = known.length > 8 ? `${known.slice(0, 8).join(", ")}, ...` : known.join(", ");
  return new ValueError({
    where: "hypernetize parameters",
    expected: "at least one parameter of the network",
    received,
    repair: `${near === undefined ? "" : `Did you mean ${near}? `}It has ${some || "none"}.`,
  });
}
