/** What the loss leaves of a parameter where it writes it in some of its runs. */
import type { Parameter } from "../autograd/parameter.js";
import type { Tensor } from "../autograd/tensor.js";
import { largest } from "../core/extremes.js";
import type { FloatArray } from "../core/float-array.js";
import { RandomStream } from "../core/random.js";
import { observedLoss, type Subject } from "./observed-loss.js";
import { sizeOf } from "./probe.js";
import { Trace } from "./trace.js";

export interface WriteEffect {
  /** For each entry, whether what is written there follows what stood there. */
  readonly follows: readonly boolean[];
  /** What is written where nothing is changed. */
  readonly written: FloatArray;
  /** What is written where every entry was changed. */
  readonly ofOthers: FloatArray;
}

/** Changes of random signs, each of which a write may cancel by chance: a mean of two entries does so in half of them. */
const PROBES = 5;
/** Below this share of a change nothing is left of it: a mean of many members keeps more. */
const LEFT = 0.05;

/**
 * Each entry is changed, up or down, before runs of the loss, until one of them writes the parameter.
 *
 * @param period runs after which it is written again at the latest.
 * @param size of the changes; default each entry's own.
 * @returns undefined where it is not written again, or other numbers are in every run.
 */
export function effectOfWrites(
  subject: Subject,
  parameter: Parameter,
  period: number,
  size?: number,
): WriteEffect | undefined {
  const written = nextWrite(subject, parameter, undefined, period);
  if (written === undefined) return undefined;
  const follows = Array.from(written, () => false);
  let ofOthers = written;
  const isGrid = isOfFewLevels(written);
  for (let probe = 0; probe < PROBES; probe++) {
    const random = new RandomStream({ seed: probe, purpose: "doctor writes" });
    const changes = parameter.data.map(
      (value) => (size ?? sizeOf(value)) * (random.uniform() < 0.5 ? -1 : 1),
    ) as FloatArray;
    const other = nextWrite(subject, parameter, changes, period);
    if (other === undefined) return undefined;
    ofOthers = other;
    // A grid that is as wide as the largest entry moves with that one: the place on it is what an entry keeps.
    const scale = isGrid ? largest(Array.from(written, Math.abs)) / largest(Array.from(other, Math.abs)) : 1;
    for (let i = 0; i < follows.length; i++) {
      const change = Math.abs(scale * (other[i] as number) - (written[i] as number));
      follows[i] ||= change > LEFT * Math.abs(changes[i] as number);
    }
  }
  return { follows, written, ofOthers };
}

/** What is drawn or trained has as many values as entries; a mask of zeros alone leaves more than half of them. */
const FEW = 1 / 2;

function isOfFewLevels(values: FloatArray): boolean {
  return new Set(values).size <= FEW * values.length;
}

/** What the next run that writes the parameter writes; its counters go on, and its numbers are put back. */
function nextWrite(
  { model, innerOptimizers, loss }: Subject,
  parameter: Parameter,
  changes: FloatArray | undefined,
  period: number,
): FloatArray | undefined {
  for (let at = 0; at < period; at++) {
    const restores = [model.snapshot(), ...[...innerOptimizers.keys()].map((one) => one.snapshot())];
    try {
      const { data } = parameter;
      for (let i = 0; i < data.length && changes !== undefined; i++)
        data[i] = (data[i] as number) + (changes[i] as number);
      const before = data.slice();
      const trace = new WriteTrace(parameter);
      observedLoss(loss, trace);
      const isStepped = trace.innerSteps.some(({ parameters }) => parameters.includes(parameter));
      const after = trace.values ?? (isStepped ? before : parameter.data.slice());
      if (trace.values !== undefined || after.some((value, i) => !Object.is(value, before[i]))) return after;
    } finally {
      for (const restore of restores) restore();
    }
  }
  return undefined;
}

/** Keeps what is assigned to a parameter last. */
class WriteTrace extends Trace {
  values: FloatArray | undefined;
  readonly #parameter: Parameter;

  constructor(parameter: Parameter) {
    super({ hasPrints: false });
    this.#parameter = parameter;
  }

  override assigned(parameter: Tensor & Parameter, values: FloatArray): void {
    super.assigned(parameter, values);
    if (parameter === this.#parameter) this.values = values.slice();
  }
}
