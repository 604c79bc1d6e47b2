/** Runs of the loss that draw on, and which of the tensors that enter them are noise: fresh random numbers, one for each entry. */
import type { ObservedOperation, Tensor } from "../autograd/tensor.js";
import { RandomStream } from "../core/random.js";
import { observedLoss, putBack, type Subject } from "./observed-loss.js";
import { type Origin, Trace } from "./trace.js";
import { operationsOf } from "./way.js";

/** Noise of one place of the program, with what it was in each of the runs. */
export interface Noise {
  readonly tensor: Tensor;
  readonly draws: readonly ArrayLike<number>[];
}

export interface NoisyRuns {
  /** Of the first run. */
  readonly trace: DrawingTrace;
  readonly loss: Tensor;
  readonly origins: readonly Origin[];
  readonly noise: readonly Noise[];
  /** The same value of every run, by its place among the operations of the first. */
  readonly valuesOf: (tensor: Tensor) => readonly Tensor[];
}

/** Draws of 16 samples with 4 entries are then 512, of which a correlation of 0.2 is no chance. */
const RUNS = 8;

/** Undefined where nothing is drawn, or the runs take different ways. */
export function noisyRuns(subject: Subject): NoisyRuns | undefined {
  const runs = drawnRuns(subject);
  const [first] = runs;
  if (first === undefined) return undefined;
  const way = operationsOf(first.trace);
  if (runs.some(({ trace }) => operationsOf(trace) !== way)) return undefined;
  const positions = new Map(first.tensors.map((tensor, at) => [tensor, at]));
  const valuesOf = (tensor: Tensor): Tensor[] => {
    const at = positions.get(tensor);
    return runs.map(({ tensors }) => (at === undefined ? tensor : (tensors[at] as Tensor)));
  };
  let spent = 0;
  const noise = [...first.trace.drawnBefore].flatMap(([tensor, drawn]): Noise[] => {
    const draws = valuesOf(tensor).map(({ data }) => data);
    // Rows of a data set take a draw or none for many entries.
    if (!isFresh(draws) || drawn < spent + tensor.size) return [];
    spent += tensor.size;
    return [{ tensor, draws }];
  });
  const { trace, loss } = first;
  return noise.length < 2
    ? undefined
    : { trace, loss, origins: [...trace.origins.values()], noise, valuesOf };
}

interface DrawnRun {
  readonly trace: DrawingTrace;
  readonly loss: Tensor;
  readonly tensors: readonly Tensor[];
}

/** None where nothing is drawn: one run shows it, and the others are spared. */
function drawnRuns(subject: Subject): DrawnRun[] {
  const run = (): DrawnRun => {
    const trace = new DrawingTrace();
    const loss = observedLoss(subject.loss, trace);
    return { trace, loss, tensors: [...trace.origins.keys()] };
  };
  return putBack(subject, () => {
    const end = countDraws();
    try {
      const first = run();
      if (count === 0 || first.trace.drawnBefore.size < 2) return [];
      return [first, ...Array.from({ length: RUNS - 1 }, run)];
    } catch {
      // A program that cannot run on has no more to tell.
      return [];
    } finally {
      end();
    }
  });
}

function isFresh([first, second]: readonly ArrayLike<number>[]): boolean {
  if (first === undefined || second === undefined) return false;
  return Array.from(first).some((one, at) => one !== second[at]);
}

let count = 0;

/** Counts what streams and `Math.random` give. @returns what ends it. */
function countDraws(): () => void {
  const { uint32 } = RandomStream.prototype;
  const { random } = Math;
  count = 0;
  RandomStream.prototype.uint32 = function () {
    count++;
    return uint32.call(this);
  };
  Math.random = () => {
    count++;
    return random();
  };
  return () => {
    RandomStream.prototype.uint32 = uint32;
    Math.random = random;
  };
}

/** Notes tensors that the run makes of plain numbers, with what had been drawn when they were first used. */
export class DrawingTrace extends Trace {
  readonly drawnBefore: Map<Tensor, number> = new Map();
  readonly #start = count;

  override recorded(output: Tensor, operation: ObservedOperation): void {
    for (const input of operation.inputs) {
      const origin = this.origins.get(input);
      if (origin?.inputs.length === 0 && input.size > 1 && !this.drawnBefore.has(input))
        this.drawnBefore.set(input, count - this.#start);
    }
    super.recorded(output, operation);
  }
}
