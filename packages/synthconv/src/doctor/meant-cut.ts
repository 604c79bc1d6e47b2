/**
 * Cuts beside open ways that an algorithm is made of: what is held fixed is compared with something that learns, weighs
 * a term, or stands for what is beside it. A cut on the way through a network is none of these.
 */
import { Parameter } from "../autograd/parameter.js";
import type { Tensor } from "../autograd/tensor.js";
import type { Births } from "./births.js";
import { isFoundFrom } from "./found-from.js";
import type { ObservedStep } from "./observed-step.js";
import { operationsThat } from "./operations.js";
import { placeOf } from "./place.js";
import { placeText } from "./report/words.js";
import { TermWay } from "./term-way.js";
import { type Edge, MOVES, type Origin } from "./trace.js";

/** Where what was held fixed comes together with what carries a gradient. */
interface Meeting {
  readonly held: Tensor;
  readonly origin: Origin;
}

const DIFFERENCES: ReadonlySet<string> = new Set(["subtract", "maximum", "minimum"]);
const PRODUCTS: ReadonlySet<string> = new Set(["multiply", "divide", "matmul", "where"]);
const SCORES = operationsThat("scores");

export class MeantCuts {
  readonly #step: ObservedStep;
  readonly #births: Births;
  readonly #ways: TermWay;

  constructor(step: ObservedStep, births: Births) {
    this.#step = step;
    this.#births = births;
    this.#ways = new TermWay(step);
  }

  has(edge: Edge): boolean {
    if (edge.passage !== "detached" && edge.passage !== "noTape") return false;
    const cone = this.#coneOf(edge.to);
    if (this.#isState(cone)) return true;
    const meetings = this.#meetingsOf(cone);
    // A term of the loss that is a constant as a whole teaches nobody.
    if (meetings.length === 0) return false;
    if (meetings.every((meeting) => this.#isMeant(meeting, edge))) return true;
    return this.#isRefined(edge, meetings) || this.#isShownTwice(edge, meetings);
  }

  /** Whether the value of what is cut is taken away again, so that the loss follows nothing of it: only its gradient does. */
  isTakenAway(edge: Edge): boolean {
    const meetings = this.#meetingsOf(this.#coneOf(edge.to));
    return meetings.some(
      ({ held, origin }) => origin.inputs.includes(edge.from) && this.#standsForItself(origin, held, edge),
    );
  }

  /** What is computed from a tensor and carries no gradient either. */
  #coneOf(start: Tensor): Set<Tensor> {
    const { flow } = this.#step;
    const cone = new Set([start]);
    for (const one of cone) {
      for (const { to, passage } of flow.edgesOutOf(one))
        if (passage === "tape" && !to.requiresGrad && flow.feedsTape(to)) cone.add(to);
    }
    return cone;
  }

  #meetingsOf(cone: ReadonlySet<Tensor>): Meeting[] {
    const { flow, trace } = this.#step;
    return [...cone].flatMap((held) =>
      flow.edgesOutOf(held).flatMap(({ to, passage }): Meeting[] => {
        const origin = trace.origins.get(to);
        const isMeeting = passage === "tape" && to.requiresGrad && flow.feedsTape(to);
        if (!isMeeting || origin === undefined) return [];
        return this.#isSumOfTerms(origin) ? [] : [{ held, origin }];
      }),
    );
  }

  /** A constant among the terms of the loss changes no gradient. */
  #isSumOfTerms({ operation, tensor, inputs }: Origin): boolean {
    const isSum = operation === "add" || operation === "subtract";
    return isSum && tensor.size === 1 && inputs.every(isSingle) && !this.#ways.isError(tensor);
  }

  #isMeant({ held, origin }: Meeting, edge: Edge): boolean {
    const { operation, inputs, tensor } = origin;
    const open = inputs.filter((one) => one !== held && one.requiresGrad);
    if (open.includes(edge.from) && this.#standsForItself(origin, held, edge)) return true;
    if (SCORES.has(operation)) return inputs[1] === held && this.#ways.isStraight(tensor);
    if (DIFFERENCES.has(operation)) return this.#ways.isStraight(tensor);
    if (operation === "matmul" && isFoundFrom(held, open, edge.from, this.#step.trace)) return true;
    if (!PRODUCTS.has(operation) || open.some((one) => this.#isOfParametersAlone(one))) return false;
    if (operation === "where" && inputs[0] !== held) return false;
    if (!this.#hasLossOfItsOwn(edge, tensor)) return false;
    // Rows that are compared by their products are scored, where one network gave both.
    const isOfOne = open.some((one) => this.#teaches(one, edge));
    return this.#ways.isStraight(tensor, { isScored: isOfOne });
  }

  /** x / held(x), and x - held(x) in any sum: the value of one is taken away, the gradient of the other stays. */
  #standsForItself({ operation, inputs, tensor }: Origin, held: Tensor, edge: Edge): boolean {
    if (operation === "divide") return inputs[0] === edge.from && held === edge.to;
    if (operation !== "add" && operation !== "subtract") return false;
    const sign = this.#signOf(held, edge.to);
    const isTakenAway = operation === "add" ? sign === -1 : sign === 1;
    return isTakenAway && tensor.size === edge.from.size;
  }

  /** How a sum follows one of its terms: 1 or -1; 0 where it is more than a sum. */
  #signOf(sum: Tensor, term: Tensor): number {
    if (sum === term) return 1;
    const { operation = "", inputs = [] } = this.#step.trace.origins.get(sum) ?? {};
    const cone = this.#coneOf(term);
    const at = inputs.findIndex((input) => cone.has(input));
    if (at < 0) return 0;
    const sign = this.#signOf(inputs[at] as Tensor, term);
    if (operation === "negate" || (operation === "subtract" && at === 1)) return -sign;
    return operation === "add" || operation === "subtract" || MOVES.has(operation) ? sign : 0;
  }

  #isOfParametersAlone(tensor: Tensor): boolean {
    const { trace } = this.#step;
    const origin = trace.origins.get(tensor);
    if (tensor instanceof Parameter) return true;
    return origin !== undefined && origin.inputs.length > 0 && MOVES.has(origin.operation)
      ? origin.inputs.every((input) => this.#isOfParametersAlone(input))
      : false;
  }

  /**
   * Whether what was held learns by something that it is held against, and not by a penalty on itself alone: the value
   * behind an advantage by its error, a weight by the term that it weighs.
   */
  #hasLossOfItsOwn(edge: Edge, meeting: Tensor): boolean {
    const { trace } = this.#step;
    const met = new Set([edge.from]);
    for (const one of met) {
      const uses = this.#openUsesOf(one, met);
      if (uses.some((use) => this.#ways.isHeldAgainst(use, one, meeting))) return true;
      // What has a use of its own, and none of these, speaks for all that is behind it.
      if (uses.length > 0) continue;
      for (const input of trace.origins.get(one)?.inputs ?? []) if (input.requiresGrad) met.add(input);
    }
    return false;
  }

  /** Results beside the way to the cut that lead to the loss by the tape. */
  #openUsesOf(tensor: Tensor, onTheWay: ReadonlySet<Tensor>): Tensor[] {
    const { flow } = this.#step;
    return flow
      .edgesOutOf(tensor)
      .filter(({ to, passage }) => passage === "tape" && flow.feedsTape(to) && !onTheWay.has(to))
      .map(({ to }) => to)
      .filter((to) => to.requiresGrad);
  }

  /** Whether all that is behind the cut learns by this one, too. */
  #teaches(open: Tensor, edge: Edge): boolean {
    const taught = this.#parametersBehind(open, true);
    return [...this.#parametersBehind(edge.from, false)].every((one) => taught.has(one));
  }

  #parametersBehind(tensor: Tensor, onTape: boolean): Set<Tensor> {
    const met = new Set([tensor]);
    for (const one of met)
      for (const { from, passage } of this.#step.flow.edgesInto(one))
        if (!onTape || passage === "tape") met.add(from);
    return new Set([...met].filter((one) => one instanceof Parameter && one.trainable));
  }

  /** A guess that has its own error is held where the next stage starts from it, which is compared with the same. */
  #isRefined(edge: Edge, meetings: readonly Meeting[]): boolean {
    const targets = this.#ways.targetsOf(edge.from);
    return (
      targets.size > 0 &&
      meetings.every(({ origin }) =>
        [...this.#ways.targetsBehind(origin.tensor)].some((target) => targets.has(target)),
      )
    );
  }

  /** A critic gets it held for its own term, which trains nothing but the critic, and as it is for the other one's. */
  #isShownTwice(edge: Edge, meetings: readonly Meeting[]): boolean {
    const { flow } = this.#step;
    const readers = meetings.map(({ origin }) => origin.inputs.filter((one) => one instanceof Parameter));
    if (readers.some((parameters) => parameters.length === 0)) return false;
    const open = new Set([edge.from]);
    for (const one of open)
      for (const { to, passage } of flow.edgesOutOf(one))
        if (passage === "tape" && flow.feedsTape(to)) open.add(to);
    const isShown = readers
      .flat()
      .every((one) => flow.edgesOutOf(one).some(({ to }) => open.has(to) && this.#isFedBy(to, open)));
    return isShown && this.#trainsAlone(meetings.map(({ origin }) => origin.tensor));
  }

  /** Whether all that results come together with, until they are terms, learns by parameters that they are applied to. */
  #trainsAlone(results: readonly Tensor[]): boolean {
    const { flow, trace } = this.#step;
    const ahead = new Set(results);
    for (const one of ahead) {
      if (one.size === 1) continue;
      for (const { to, passage } of flow.edgesOutOf(one)) if (passage === "tape") ahead.add(to);
    }
    const beside = [...ahead]
      .filter((one) => one.size > 1)
      .flatMap((one) => trace.origins.get(one)?.inputs ?? [])
      .filter((input) => input.requiresGrad && !ahead.has(input));
    const applied = new Set<Tensor>(beside.filter((input) => input instanceof Parameter));
    return beside.every((input) => [...this.#parametersBehind(input, true)].every((one) => applied.has(one)));
  }

  #isFedBy(tensor: Tensor, open: ReadonlySet<Tensor>): boolean {
    const inputs = this.#step.trace.origins.get(tensor)?.inputs ?? [];
    return inputs.some((input) => !(input instanceof Parameter) && open.has(input));
  }

  /** What is computed at the same place in every step, of what the step before left there: an average, an iterated vector. */
  #isState(cone: ReadonlySet<Tensor>): boolean {
    const { trace, flow } = this.#step;
    const places = new Set([...cone].map((one) => textOf(trace.origins.get(one)?.site)));
    const behind = new Set(cone);
    for (const one of behind) {
      for (const { from } of flow.edgesInto(one)) {
        if (from.requiresGrad) continue;
        if (this.#births.isEarlier(from) && places.has(textOf(this.#births.of(from)?.site))) return true;
        behind.add(from);
      }
    }
    return false;
  }
}

function textOf(site: Origin["site"] | undefined): string {
  const place = placeOf(site);
  return place === undefined ? "" : placeText(place);
}

function isSingle({ size }: Tensor): boolean {
  return size === 1;
}
