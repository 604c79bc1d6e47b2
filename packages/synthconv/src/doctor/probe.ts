/**
 * Finds influence that no passage shows, because values went on as plain numbers: the loss function runs again
 * with a parameter changed a little, and what enters that run as numbers is compared with the run before. Two
 * runs without a change tell first what differs by itself (a random mask, a counter).
 */
import type { Parameter } from "../autograd/parameter.js";
import type { Tensor } from "../autograd/tensor.js";
import type { FloatArray } from "../core/float-array.js";
import { RandomStream } from "../core/random.js";
import { observedLoss, repeatableLoss, type Subject } from "./observed-loss.js";
import { type Entry, Trace } from "./trace.js";
import { wayOf } from "./way.js";

interface Run {
  readonly loss: number;
  readonly entries: readonly Entry[];
  /** The operations, in order: another way through the program shows in them. */
  readonly way: string;
}

/** What followed a change of parameters. */
export interface Effect {
  readonly loss: number;
  /** Positions, among the run's entries, of numbers that are others now; those of the parameters themselves left out. */
  readonly entries: readonly number[];
  /** Whether the run took another way through the program: entries cannot be compared then. */
  readonly isOtherWay: boolean;
}

/** Runs a loss function again and again from the same numbers, with some of them changed. */
export class Probe {
  readonly #loss: () => Tensor;
  readonly #base: Run;
  /** Entries that are the same in runs without a change. */
  readonly #steady: readonly number[];
  /** Whether runs without a change give the same loss: one with a random mask cannot be compared. */
  readonly isSteady: boolean;

  constructor(subject: Subject) {
    this.#loss = repeatableLoss(subject);
    this.#base = runOf(this.#loss);
    const again = runOf(this.#loss);
    this.isSteady = Object.is(this.#base.loss, again.loss);
    const isSameRun = this.#base.entries.length === again.entries.length;
    const positions = this.#base.entries.map((_, position) => position);
    this.#steady = positions.filter(
      (position) => isSameRun && this.#base.entries[position]?.print === again.entries[position]?.print,
    );
  }

  get loss(): number {
    return this.#base.loss;
  }

  /** Changes every parameter by some share of its size, in a random direction. */
  effectOf(parameters: readonly Parameter[], change: number): Effect {
    return this.#with(parameters, () => changeBySize(parameters, change));
  }

  /** Adds a multiple of a direction, of the parameter's length, to it. */
  effectAlong(parameter: Parameter, direction: FloatArray, factor: number): Effect {
    return this.#with([parameter], () => {
      const { data } = parameter;
      for (let i = 0; i < data.length; i++) data[i] = (data[i] as number) + factor * (direction[i] as number);
    });
  }

  #with(parameters: readonly Parameter[], change: () => void): Effect {
    const restores = parameters.map((parameter) => parameter.snapshot());
    const own = new Set<Tensor>(parameters);
    change();
    try {
      const { loss, entries, way } = runOf(this.#loss);
      // What is assigned only where a bound was crossed (a largest norm) shifts all entries behind it.
      const isShifted = kindsOf(entries) !== kindsOf(this.#base.entries);
      const isOtherWay = way !== this.#base.way || isShifted;
      const isChanged = (position: number): boolean => {
        const before = this.#base.entries[position] as Entry;
        return !own.has(before.tensor) && before.print !== entries[position]?.print;
      };
      return { loss, entries: isOtherWay ? [] : this.#steady.filter(isChanged), isOtherWay };
    } finally {
      for (const restore of restores) restore();
    }
  }
}

/** Changes every number by some share of its size, up or down at random. */
export function changeBySize(parameters: readonly Parameter[], change: number): void {
  const random = new RandomStream({ seed: 0, purpose: "doctor probe" });
  for (const { data } of parameters) {
    for (let i = 0; i < data.length; i++) {
      const sign = random.uniform() < 0.5 ? -1 : 1;
      data[i] = (data[i] as number) + change * sign * sizeOf(data[i] as number);
    }
  }
}

/** The size that a change of a number is measured by; 0 counts as a tenth, which weights usually are. */
export function sizeOf(value: number): number {
  return Math.max(Math.abs(value), 0.1);
}

function kindsOf(entries: readonly Entry[]): string {
  return entries.map(({ kind }) => kind).join();
}

function runOf(loss: () => Tensor): Run {
  const trace = new Trace();
  const value = observedLoss(loss, trace);
  return { loss: value.data[0] as number, entries: trace.entries, way: wayOf(trace) };
}
