/** What each parameter got in each of the steps that were watched: small enough to be kept for all of them. */

import type { Parameter } from "../autograd/parameter.js";
import type { Tensor } from "../autograd/tensor.js";
import type { CallSite } from "../core/call-site.js";
import type { WatchedStep } from "../train/watch.js";
import type { Births } from "./births.js";
import { copyOf, keptFrom } from "./copied-numbers.js";
import { cutComplaint } from "./cut-complaints.js";
import type { ParameterDiagnosis, ParameterNumbers } from "./diagnosis.js";
import type { GradientFate } from "./gradient-watch.js";
import { descentOf } from "./hand-steps.js";
import { zeroSlices } from "./history-events.js";
import type { InnerUpdate } from "./inner-updates.js";
import type { ObservedStep } from "./observed-step.js";
import { changeOf, reachOf, sizesOf } from "./sizes.js";
import { isOthersTurn, taskOf } from "./tasks.js";
import { type Edge, givenTensors } from "./trace.js";
import { type Explained, explainTurn, type Turn } from "./turn.js";
import { insideOf, turnInside } from "./turn-inside.js";

export interface ParameterSeries {
  readonly name: string;
  readonly parameter: Parameter;
  readonly turns: readonly Turn[];
  /** Why it did not learn, the last time that a turn of this kind began. */
  readonly explained: ReadonlyMap<Turn, Explained>;
  /** What each step computed its loss from: alike in steps that are about the same. */
  readonly tasks: readonly string[];
  /** Steps in which the run of the loss itself wrote it. */
  readonly written: readonly boolean[];
  /** Prints of what was written in these steps. */
  readonly prints: readonly number[];
  /** Prints of what each step assigned to it first, where it did. */
  readonly assigned: readonly (number | undefined)[];
  /** Steps in which an optimizer updated it inside of the loss. */
  readonly inner: readonly boolean[];
  /** What became in each step of the gradient that the loss itself propagated. */
  readonly fates: readonly GradientFate[];
  readonly numbers: ParameterNumbers;
  /** Sum of |gradient| |weight| over |loss| in each step: the share of the loss that its first order tells of. */
  readonly reach: readonly number[];
  /** The product of each update with the gradient before it: below 0 where it goes down. */
  readonly descent: readonly number[];
  /** Whether an update changed any of its bits. */
  readonly moved: boolean;
  readonly nonFinite: { readonly of: string; readonly step: number } | undefined;
  readonly deadUnits: ParameterDiagnosis["deadUnits"];
}

interface Draft {
  /** What followed from the passage that cut it last. */
  cutInto?: ReadonlySet<Tensor>;
  readonly name: string;
  parameter: Parameter;
  readonly turns: Turn[];
  readonly explained: Map<Turn, Explained>;
  readonly tasks: string[];
  readonly written: boolean[];
  readonly prints: number[];
  readonly assigned: (number | undefined)[];
  readonly inner: boolean[];
  readonly fates: GradientFate[];
  readonly gradientNorm: (number | null)[];
  readonly weightNorm: number[];
  readonly updateRatio: (number | null)[];
  readonly reach: number[];
  readonly descent: number[];
  moved: boolean;
  /** Whether a loss without a tape has written it. */
  isByHand: boolean;
  nonFinite: ParameterSeries["nonFinite"];
  notFinite: number;
  dead: number | undefined;
}

/** Collects the series while a model is trained. */
export class SeriesRecorder {
  readonly #drafts = new Map<string, Draft>();
  #inner: ObservedStep["innerUpdates"] = new Map();
  readonly #births: Births;

  constructor(births: Births) {
    this.#births = births;
  }

  readonly losses: number[] = [];
  /** All that came into a run from outside, in any of the steps. */
  readonly usedInputs: Set<Tensor> = new Set();
  /** Where the run of the loss wrote a parameter, the last time; unknown where it went by its array. */
  readonly writeSites: Map<string, CallSite> = new Map();

  /** Takes a step before its update. */
  add(step: ObservedStep): void {
    this.losses.push(step.loss.data[0] as number);
    this.#inner = step.innerUpdates;
    const task = taskOf(step);
    for (const tensor of givenTensors(step.trace)) this.usedInputs.add(tensor);
    for (const [name, parameter] of step.parameters) this.#add(name, parameter, step, task);
    for (const { tensor, kind, site } of step.trace.entries) {
      if (kind !== "assigned") continue;
      for (const [name, parameter] of step.parameters) {
        if (parameter === tensor) this.writeSites.set(name, site);
      }
    }
  }

  /**
   * Takes what the update made of it.
   *
   * @param isRefused true where there was none.
   */
  end({ parameters }: WatchedStep, isRefused: boolean): void {
    const last = this.losses.length - 1;
    for (const { name, parameter: now, value, gradient } of parameters) {
      const draft = this.#drafts.get(name);
      if (draft === undefined || draft.weightNorm.length > last) continue;
      const inner = this.#inner.get(now);
      const weight = inner?.weight ?? sizesOf(value);
      const slope = sizesOf(gradient) ?? inner?.gradient;
      const change = inner?.change ?? (isRefused ? undefined : changeOf(value, now.data));
      const loss = Math.abs(this.losses[last] as number);
      draft.weightNorm.push(weight?.norm ?? 0);
      draft.gradientNorm.push(slope?.norm ?? null);
      const hasRatio = weight !== undefined && weight.norm > 0 && change !== undefined;
      draft.updateRatio.push(hasRatio ? change.norm / weight.norm : null);
      draft.reach.push(gradient === undefined ? 0 : reachOf(value, gradient) / Math.max(loss, 1e-30));
      const descent = gradient === undefined || isRefused ? 0 : descentOf(value, now.data, gradient);
      draft.descent.push(inner?.descent ?? descent);
      draft.moved ||= change !== undefined && change.norm > 0;
      draft.notFinite = slope?.nonFinite ?? 0;
      for (const [of, sizes] of [
        ["value", weight],
        ["gradient", slope],
        ["update", change],
      ] as const) {
        if (sizes !== undefined && sizes.nonFinite > 0) draft.nonFinite ??= { of, step: last };
      }
      const { parameter } = draft;
      if (gradient === undefined || parameter.rank < 2) continue;
      const dead = zeroSlices(gradient, parameter.shape[0] as number);
      draft.dead = Math.min(draft.dead ?? dead, dead);
    }
  }

  series(): Map<string, ParameterSeries> {
    return new Map(
      Array.from(this.#drafts, ([name, draft]) => {
        const { gradientNorm, weightNorm, updateRatio, notFinite, dead, isByHand: _, ...rest } = draft;
        const units = draft.parameter.shape[0] as number;
        const deadUnits = dead === undefined ? undefined : { dead, units };
        const numbers = { gradientNorm, weightNorm, updateRatio, nonFinite: notFinite };
        return [name, { ...rest, numbers, deadUnits }];
      }),
    );
  }

  /** Where a parameter learned, or was cut, in an earlier step: its numbers may go by the tape in this one. */
  #numbersOf(draft: Draft, step: ObservedStep, task: string): Edge | undefined {
    const { turns, parameter, cutInto } = draft;
    const kept = turns.includes("cut") ? keptFrom(parameter, step, this.#births) : undefined;
    if (kept !== undefined && cutInto?.has(kept.to) === true) return kept;
    if (!turns.includes("learns") || isOthersTurn(draft, step, task)) return undefined;
    return copyOf(parameter, step) ?? keptFrom(parameter, step, this.#births);
  }

  #add(name: string, parameter: Parameter, step: ObservedStep, task: string): void {
    const draft = this.#drafts.get(name) ?? fresh(name, parameter);
    this.#drafts.set(name, draft);
    draft.parameter = parameter;
    const isInner = step.trace.innerSteps.some(({ moved }) => moved.has(parameter));
    // A loss that nothing is to be differentiated from may have stepped by hand.
    const way = turnOf(parameter, step);
    const isWithoutTape = way !== "frozen" && (step.isOwnLoop || !step.loss.requiresGrad);
    const isWritten =
      isWithoutTape && (step.written.has(parameter) || isOwnHand(step.innerUpdates.get(parameter)));
    // Who tries changes keeps those that are better: not in every step.
    const isByHand = isWritten || (isWithoutTape && way === "cut" && draft.isByHand);
    draft.isByHand ||= isWritten;
    const hand = step.innerUpdates.get(parameter);
    const isIdleHand = isOwnHand(hand) && hand?.gradient?.norm === 0;
    const found = isIdleHand ? "zero" : isInner || isByHand ? "learns" : way;
    const copy = found === "idle" ? this.#numbersOf(draft, step, task) : undefined;
    const turn = copy === undefined ? found : "cut";
    const before = draft.turns.at(-1);
    draft.turns.push(turn);
    // Numbers hide what they were computed from.
    draft.tasks.push(copy === undefined ? task : (draft.tasks[draft.turns.lastIndexOf("learns")] ?? task));
    draft.inner.push(isInner);
    draft.assigned.push(assignedPrint(parameter, step));
    draft.fates.push(step.fates.get(parameter) ?? {});
    const print = step.written.get(parameter);
    draft.written.push(print !== undefined);
    if (print !== undefined) draft.prints.push(print);
    const reach = step.flow.reachOf(parameter);
    if (reach.kind === "cut") draft.cutInto = step.flow.influenceOf(reach.edge.to);
    // What is kept explains more than the one step in which it was cut.
    const isKeptNow = copy !== undefined && draft.cutInto?.has(copy.to) === true;
    if ((turn === before && !isKeptNow) || turn === "learns" || turn === "frozen") return;
    draft.explained.set(
      turn,
      copy === undefined
        ? explainTurn(turn, parameter, insideOf(parameter, step))
        : { complaint: cutComplaint(copy, step.trace), step: step.index },
    );
  }
}

function fresh(name: string, parameter: Parameter): Draft {
  return {
    ...{ name, parameter, turns: [], explained: new Map(), tasks: [], written: [], prints: [], inner: [] },
    ...{ fates: [], assigned: [] },
    ...{ gradientNorm: [], weightNorm: [], updateRatio: [], reach: [], descent: [] },
    ...{ moved: false, isByHand: false, nonFinite: undefined, notFinite: 0, dead: undefined },
  };
}

function assignedPrint(parameter: Parameter, { trace }: ObservedStep): number | undefined {
  return trace.entries.find(({ kind, tensor }) => kind === "assigned" && tensor === parameter)?.print;
}

function turnOf(parameter: Parameter, step: ObservedStep): Turn {
  const { flow, gradients, isOwnLoop } = step;
  if (!parameter.trainable) return "frozen";
  if (isOwnLoop) return turnInside(parameter, step) ?? "idle";
  const { kind } = flow.reachOf(parameter);
  if (kind === "cut" || kind === "declared") return kind;
  if (kind === "unused") return "idle";
  return gradients.get(parameter)?.data.some((value) => value !== 0) ? "learns" : "zero";
}

/** Whether a step by hand moved it. */
function isOwnHand(update: InnerUpdate | undefined): boolean {
  return update?.descent !== undefined && update.change.norm > 0;
}
