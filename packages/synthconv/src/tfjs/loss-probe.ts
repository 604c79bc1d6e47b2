/**
 * Finds influence that TensorFlow.js' tape does not show: the loss runs again with variables changed, and what
 * happens in that run is compared with the run before. Two runs without a change tell first what differs by
 * itself (dropout, a counter).
 */
import { RandomStream } from "../core/random.js";
import { disposingAll, type VariableSnapshot } from "./engine-variables.js";
import { type LossEvent, type LossRun, runLoss } from "./observed-loss.js";
import type { TensorFlow, TfjsVariable } from "./tensorflow.js";

// Numbers may be rounded or compared on their way: where a change of a hundredth is not seen, one of the
// variable's own size may be, in one direction or the other.
const CHANGES = [0.01, 1, -1] as const;
const MIN_SIZE = 0.1;

export interface Influence {
  /** Whether the loss follows; undefined where it is another in every run, or not finite. */
  readonly onLoss: boolean | undefined;
  /** The first event whose numbers follow. */
  readonly event: LossEvent | undefined;
}

export class LossProbe {
  readonly #tf: TensorFlow;
  readonly #loss: () => unknown;
  readonly #snapshot: VariableSnapshot;
  readonly #base: LossRun;
  /** Events whose numbers are the same in runs without a change, by their index. */
  readonly #steady: readonly number[];
  readonly #isLossSteady: boolean;

  /** @param snapshot of the variables as every run of the loss is to find them. */
  constructor(tf: TensorFlow, loss: () => unknown, snapshot: VariableSnapshot) {
    this.#tf = tf;
    this.#loss = loss;
    this.#snapshot = snapshot;
    this.#base = this.#run([], 0);
    const again = this.#run([], 0);
    const isAlike = this.#base.events.length === again.events.length;
    this.#steady = [...this.#base.events.keys()].filter(
      (index) => isAlike && this.#base.events[index]?.print === again.events[index]?.print,
    );
    this.#isLossSteady = Number.isFinite(again.value) && this.#base.value === again.value;
  }

  /** What happens in a run of the loss. */
  get events(): readonly LossEvent[] {
    return this.#base.events;
  }

  /** What follows these variables when all of them change. */
  influenceOf(variables: readonly TfjsVariable[]): Influence {
    let first: LossEvent | undefined;
    for (const change of CHANGES) {
      const { value, events } = this.#run(variables, change);
      const follows = this.#steady.filter(
        (index) => this.#base.events[index]?.print !== events[index]?.print,
      );
      first ??= this.#base.events[this.#firstOf(follows)];
      if (this.#isLossSteady && !Object.is(value, this.#base.value)) return { onLoss: true, event: first };
    }
    return { onLoss: this.#isLossSteady ? false : undefined, event: first };
  }

  /** Assignments into variables that are not trained come last: running statistics of the same numbers. */
  #firstOf(indices: readonly number[]): number {
    const first = indices.find((index) => this.#base.events[index]?.variable?.trainable !== false);
    return first ?? indices[0] ?? -1;
  }

  #run(variables: readonly TfjsVariable[], change: number): LossRun {
    const random = new RandomStream({ seed: 0, purpose: "doctor probe" });
    try {
      return disposingAll(this.#tf, () => {
        for (const variable of variables) this.#change(variable, change, random);
        return runLoss(this.#tf, this.#loss);
      });
    } finally {
      this.#snapshot.restore();
    }
  }

  #change(variable: TfjsVariable, change: number, random: RandomStream): void {
    const changed = variable.dataSync<"float32">().map((value) => {
      const size = Math.max(Math.abs(value), MIN_SIZE);
      return value + change * size * (random.uniform() < 0.5 ? -1 : 1);
    });
    variable.assign(this.#tf.tensor(changed, variable.shape));
  }
}
