/** How much of a parameter is left of its own after the loss function wrote into it. */
import type { Parameter } from "../autograd/parameter.js";
import { RandomStream } from "../core/random.js";
import { putBack, type Subject } from "./observed-loss.js";
import { sizeOf } from "./probe.js";

const CHANGE = 0.05;

/** Whether an entry goes up. */
type Signs = (index: number, size: number) => boolean;

/**
 * At random; and every other one, and one half, for numbers that are divided by their own sum or size, of all of them,
 * of a row or of a column: of signs that are alike there nothing is left.
 */
const SIGNS: readonly (Signs | undefined)[] = [
  undefined,
  (index) => index % 2 === 0,
  (index, size) => 2 * index < size,
];

/** Fewer entries than this share keep what training wrote: more, and it is a clip or a constraint. */
export const LOST = 0.1;

/**
 * Changes every entry of a parameter, runs the loss and looks at how much of each change is still there.
 *
 * @returns the share of entries that kept a third of their change or more: 1 where the loss leaves it alone or clips
 *   it, 0 where it overwrites it with other numbers.
 */
export function retentionOf(subject: Subject, parameter: Parameter): number {
  const kept = keptEntries(subject, parameter);
  return kept.filter((was) => was).length / kept.length;
}

/** Which entries keep a third or more of a change, to one side or the other. */
function keptEntries(subject: Subject, parameter: Parameter): boolean[] {
  const plain = valueAfter(subject, parameter, undefined);
  const kept = Array.from(plain, () => false);
  for (const signs of SIGNS) {
    const changes = signedChanges(parameter, signs);
    // What stands at a clip keeps changes to one side alone.
    for (const one of [changes, changes.map((change) => -change)]) {
      const changed = valueAfter(subject, parameter, one);
      for (let i = 0; i < kept.length; i++) {
        const least = Math.abs(changes[i] as number) / 3;
        kept[i] ||= Math.abs((changed[i] as number) - (plain[i] as number)) > least;
      }
    }
    if (kept.filter((was) => was).length >= LOST * kept.length) break;
  }
  return kept;
}

/** The one number that the loss sets all entries of a parameter to, whatever stood there; undefined where it does not. */
export function writtenConstant(subject: Subject, parameter: Parameter): number | undefined {
  if (parameter.size < 2) return undefined;
  const changes = signedChanges(parameter);
  const runs = [changes, changes.map((change) => -change)].map((one) => valueAfter(subject, parameter, one));
  // A -0 is the same 0.
  const first = (runs[0]?.[0] ?? 0) + 0;
  return runs.every((run) => Array.prototype.every.call(run, (value) => value === first)) ? first : undefined;
}

/** The one factor by which the loss multiplies all entries of a parameter; undefined where it writes anything else. */
export function writtenFactor(subject: Subject, parameter: Parameter): number | undefined {
  const before = parameter.data.slice();
  const after = valueAfter(subject, parameter, undefined);
  let largest = 0;
  for (let i = 1; i < before.length; i++) {
    if (Math.abs(before[i] as number) > Math.abs(before[largest] as number)) largest = i;
  }
  const factor = (after[largest] as number) / (before[largest] as number);
  const scale = Math.abs(before[largest] as number);
  const isProduct = before.every(
    (value, index) => Math.abs((after[index] as number) - factor * value) <= 1e-5 * scale * Math.abs(factor),
  );
  return isProduct && Number.isFinite(factor) && parameter.size > 1 ? factor : undefined;
}

/** Whether what the loss writes into a parameter follows others that are trained. */
export function followsOthers(
  subject: Subject,
  parameter: Parameter,
  others: readonly Parameter[],
): Parameter[] {
  const plain = valueAfter(subject, parameter, undefined);
  return others.filter((other) => {
    const changed = valueAfter(subject, parameter, signedChanges(other), other);
    return Array.prototype.some.call(changed, (value, index) => value !== plain[index]);
  });
}

function valueAfter(
  subject: Subject,
  parameter: Parameter,
  changes: Float64Array | undefined,
  { data }: Parameter = parameter,
): ArrayLike<number> {
  return putBack(subject, () => {
    if (changes !== undefined)
      for (let i = 0; i < data.length; i++) data[i] = (data[i] as number) + (changes[i] as number);
    subject.loss();
    return parameter.data.slice();
  });
}

function signedChanges({ data }: Parameter, goesUp?: Signs): Float64Array {
  const random = new RandomStream({ seed: 0, purpose: "doctor retention" });
  const isUp = goesUp ?? (() => random.uniform() >= 0.5);
  return Float64Array.from(
    data,
    (value, index) => (isUp(index, data.length) ? CHANGE : -CHANGE) * sizeOf(value),
  );
}
