/** How what two tensors come to goes on to the loss: as a term of it, or through a network and against a target. */
import { Parameter } from "../autograd/parameter.js";
import type { Tensor } from "../autograd/tensor.js";
import type { ObservedStep } from "./observed-step.js";
import { OPERATIONS, operationsThat } from "./operations.js";
import { MOVES, type Origin } from "./trace.js";

const SCORES = operationsThat("scores");
const SIZES: ReadonlySet<string> = new Set(["abs", "square", "pow"]);
const SOFTENED: ReadonlySet<string> = new Set(["softmax", "logSoftmax"]);
/** Errors are made of these: what a constant was taken away from goes into one. */
const BENDS = new Set([...operationsThat("bends"), ...operationsThat("squashes")]);
for (const linear of ["negate", "cast", "dropout"]) BENDS.delete(linear);

interface StraightOptions {
  /** Whether it may be a score that is held against the others, or against a class. Default false. */
  readonly isScored?: boolean;
}

export class TermWay {
  readonly #step: ObservedStep;

  constructor(step: ObservedStep) {
    this.#step = step;
  }

  /**
   * Whether a result goes to the loss by itself: through functions of its entries, weights and sums. A layer on its way,
   * or a target that it is compared with once more, makes a part of a prediction of it.
   */
  isStraight(tensor: Tensor, { isScored = false }: StraightOptions = {}): boolean {
    const ahead = new Set([tensor]);
    const compared = new Set<Tensor>();
    for (const one of ahead) {
      for (const origin of this.#usesOf(one)) {
        const { operation, inputs, tensor: to } = origin;
        if (isLayer(origin)) return false;
        if (!isScored && (SCORES.has(operation) || SOFTENED.has(operation))) return false;
        const isSquared = inputs.length > 1 && inputs.every((input) => input === one);
        if (compared.has(one) && (BENDS.has(operation) || isSquared)) return false;
        const other = inputs.find((input) => input !== one && !input.requiresGrad && input.size > 1);
        const isCompared = (operation === "add" || operation === "subtract") && other !== undefined;
        if ((isCompared || compared.has(one)) && !compared.has(to)) {
          compared.add(to);
          // It may have been met before by a way that compares it with nothing.
          ahead.delete(to);
        }
        ahead.add(to);
      }
    }
    return true;
  }

  /** Whether a use of a tensor brings it together with something that does not come from it, before it is the loss. */
  isHeldAgainst(use: Tensor, of: Tensor, meeting: Tensor): boolean {
    const own = this.#step.flow.influenceOf(of);
    const ahead = new Set([use]);
    for (const one of ahead) {
      if (one === meeting) return true;
      const { inputs = [], operation = "" } = this.#step.trace.origins.get(one) ?? {};
      const isTermOnly = (input: Tensor): boolean => isTerm(input, one) && !this.isError(one);
      if (SCORES.has(operation) || inputs.some((input) => !own.has(input) && !isTermOnly(input))) return true;
      for (const { tensor } of this.#usesOf(one)) ahead.add(tensor);
    }
    return false;
  }

  /** A difference of two numbers of which the size is taken: no sum of terms. */
  isError(difference: Tensor): boolean {
    return (
      this.#step.trace.origins.get(difference)?.operation === "subtract" &&
      this.#usesOf(difference).some(
        ({ operation, inputs }) => SIZES.has(operation) || inputs.every((input) => input === difference),
      )
    );
  }

  /** The numbers from outside that a tensor is directly taken away from, or the other way round. */
  targetsOf(tensor: Tensor): Set<Tensor> {
    const targets = new Set<Tensor>();
    const ahead = new Set([tensor]);
    for (const one of ahead) {
      for (const { operation, inputs, tensor: to } of this.#usesOf(one)) {
        if (MOVES.has(operation)) ahead.add(to);
        if (operation === "subtract")
          for (const input of inputs) if (this.#isGiven(input)) targets.add(input);
      }
    }
    return targets;
  }

  /** The same for all that is computed from it by the tape. */
  targetsBehind(tensor: Tensor): Set<Tensor> {
    const ahead = new Set([tensor]);
    for (const one of ahead) for (const { tensor: to } of this.#usesOf(one)) ahead.add(to);
    return new Set([...ahead].flatMap((one) => [...this.targetsOf(one)]));
  }

  #isGiven(tensor: Tensor): boolean {
    const isMade = (this.#step.trace.origins.get(tensor)?.inputs.length ?? 0) > 0;
    return !isMade && !(tensor instanceof Parameter) && tensor.size > 1;
  }

  #usesOf(tensor: Tensor): Origin[] {
    const { flow, trace } = this.#step;
    return flow.edgesOutOf(tensor).flatMap(({ to, passage }) => {
      const origin = trace.origins.get(to);
      return passage === "tape" && flow.feedsTape(to) && origin !== undefined ? [origin] : [];
    });
  }
}

/** Where entries are mixed by factors, or measured against each other. */
function isLayer({ operation }: Origin): boolean {
  const kind = OPERATIONS[operation];
  const isProduct = operation === "multiply" || operation === "divide";
  return kind === "normalizes" || (kind === "multiplies" && !isProduct);
}

/** Terms of a loss stand beside each other: none is held against another. */
function isTerm(input: Tensor, sum: Tensor): boolean {
  return input.size === 1 && sum.size === 1;
}
