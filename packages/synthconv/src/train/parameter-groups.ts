/** Parameters in groups that have settings of their own. */
import type { Parameter } from "../autograd/parameter.js";
import { checkOptions, type Fields } from "../core/arguments.js";
import { isPlainObject } from "../core/describe-value.js";
import { ValueError } from "../core/errors.js";
import { type Kind, optional } from "../core/kinds.js";
import { checkedParameters } from "./optimizer.js";

/** Parameters, and the settings in which they differ from the optimizer's. */
export type ParameterGroup<Settings> = Partial<Settings> & { readonly parameters: Iterable<Parameter> };

/** One list of parameters, or several with settings of their own (`torch.optim`'s parameter groups). */
export type OptimizedParameters<Settings> = Iterable<Parameter> | readonly ParameterGroup<Settings>[];

interface Grouped<Settings> {
  readonly parameters: Parameter[];
  /** Of those in groups. */
  readonly settings: ReadonlyMap<Parameter, Settings>;
  /** Of each group its size and what it sets, for the optimizer's description; undefined without groups. */
  readonly groups: readonly object[] | undefined;
}

/**
 * The parameters of an optimizer, and the settings of each that is in a group.
 *
 * @throws {ValueError} when an entry is neither a parameter nor a group, a setting is out of range, or a parameter is in
 *   two groups.
 */
export function readGroups<Settings extends object>(
  where: string,
  given: OptimizedParameters<Settings>,
  defaults: Settings,
  fields: Fields<Settings>,
): Grouped<Settings> {
  if (!isListOfGroups(given)) {
    return {
      parameters: checkedParameters(where, given as Iterable<Parameter>),
      settings: new Map(),
      groups: undefined,
    };
  }
  const settings = new Map<Parameter, Settings>();
  const kinds = Object.fromEntries(
    Object.entries(fields as Record<string, Kind>).map(([name, kind]) => [name, optional(kind)]),
  ) as Fields<Partial<Settings>>;
  const groups = given.map((group, index) => {
    const { parameters, ...own } = group as ParameterGroup<Settings> & object;
    checkOptions(`${where} parameters[${index}]`, own, kinds as Fields<object>);
    const members = checkedParameters(`${where} parameters[${index}]`, parameters);
    for (const parameter of members) {
      if (settings.has(parameter)) throw inTwoGroups(where, parameter);
      settings.set(parameter, { ...defaults, ...defined(own) });
    }
    return { ...own, parameters: members.length };
  });
  return { parameters: [...settings.keys()], settings, groups };
}

function isListOfGroups(given: unknown): given is readonly object[] {
  return (
    Array.isArray(given) &&
    given.length > 0 &&
    given.every((one) => isPlainObject(one) && "parameters" in one)
  );
}

function defined(own: object): object {
  return Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
}

function inTwoGroups(where: string, parameter: Parameter): ValueError {
  return new ValueError({
    where: `${where} parameters`,
    expected: "each parameter in one group",
    received: `${parameter.label} in two`,
  });
}

/** The learning rates of those in groups. */
export function ratesOf(
  settings: ReadonlyMap<Parameter, { readonly learningRate: number }>,
): Map<Parameter, number> {
  return new Map(Array.from(settings, ([parameter, { learningRate }]) => [parameter, learningRate]));
}
