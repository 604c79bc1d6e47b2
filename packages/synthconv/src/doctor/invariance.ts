/** Whether the loss is the same whatever a parameter is, and at which operation its influence ends. */

import type { Parameter } from "../autograd/parameter.js";
import type { Tensor } from "../autograd/tensor.js";
import { largest } from "../core/extremes.js";
import { RandomStream } from "../core/random.js";
import { observedLoss, putBack, type Subject } from "./observed-loss.js";
import type { ObservedStep } from "./observed-step.js";
import { sizeOf } from "./probe.js";
import { type Origin, Trace } from "./trace.js";
import type { Spot } from "./zero/spot.js";

/** Rounding of a float32 loss that sums many entries. */
const ROUNDING = 1e-6;
/** An influence that one operation reduces by this factor ends there. */
const CLIFF = 1e-3;
/** By the parameter's own size, up and down. */
const CHANGES = [1, -1] as const;
/** Where a large change leads elsewhere, a small one shows what the slope at this place is. */
const SMALL = 0.01;

/** Undefined where the loss follows the parameter, or runs cannot be compared. */
export function whereInfluenceEnds(
  subject: Subject,
  parameter: Parameter,
  step: ObservedStep,
): Spot | "everywhere" | undefined {
  const base = run(subject);
  const again = run(subject);
  if (!Object.is(base.loss, again.loss)) return undefined;
  // The same operation in the step whose gradients are known: runs of one way are counted alike.
  const knownOrigins = [...step.trace.origins.values()];
  const influence = step.flow.influenceOf(parameter);
  const isSameWay = knownOrigins.length === base.origins.length;
  // What a copy of it does (a teacher that follows) is no way of its own.
  const absorbedIn = (origins: readonly Origin[]): Origin | undefined =>
    firstThatAbsorbs(base.origins, origins, parameter, {
      isAsked: (at) => !isSameWay || influence.has((knownOrigins[at] as Origin).tensor),
    });
  let origin: Origin | undefined;
  let isConstant = true;
  let isSame = true;
  for (const change of CHANGES) {
    const changed = run(subject, () => changeAll(parameter, change));
    if (changed.origins.length !== base.origins.length) return undefined;
    isSame &&= Object.is(changed.loss, base.loss);
    if (Math.abs(changed.loss - base.loss) > ROUNDING * Math.abs(base.loss)) {
      origin = undefined;
      isConstant = false;
      break;
    }
    origin ??= absorbedIn(changed.origins);
  }
  if (!isConstant) {
    const near = run(subject, () => changeAll(parameter, SMALL));
    origin = near.origins.length === base.origins.length ? absorbedIn(near.origins) : undefined;
  }
  if (origin === undefined) return isConstant && isSame ? "everywhere" : undefined;
  const known = knownOrigins[base.origins.indexOf(origin)];
  if (known === undefined || known.operation !== origin.operation) return "everywhere";
  const from = known.inputs.find((input) => influence.has(input));
  return from === undefined ? "everywhere" : { parameter, origin: known, from, step };
}

interface Run {
  readonly loss: number;
  readonly origins: readonly Origin[];
}

function run(subject: Subject, before: () => void = () => {}): Run {
  return putBack(subject, () => {
    before();
    const trace = new Trace();
    const loss = observedLoss(subject.loss, trace).data[0] as number;
    return { loss, origins: [...trace.origins.values()] };
  });
}

function changeAll({ data }: Parameter, change: number): void {
  const random = new RandomStream({ seed: 0, purpose: "doctor invariance" });
  for (let i = 0; i < data.length; i++) {
    // Not the same for all entries: a shift of all at once may be what nothing follows.
    data[i] = (data[i] as number) + change * (0.5 + random.uniform()) * sizeOf(data[i] as number);
  }
}

interface AbsorbOptions {
  /** What may be left of a change where it ends. */
  readonly left?: number;
  /** Of an operation, by its place in the run. */
  readonly isAsked?: (at: number) => boolean;
}

/** The first operation whose result hardly follows a change of what goes into it; the change began at `start`. */
export function firstThatAbsorbs(
  base: readonly Origin[],
  changed: readonly Origin[],
  start: Tensor,
  { left = CLIFF * CLIFF, isAsked = () => true }: AbsorbOptions = {},
): Origin | undefined {
  const position = new Map(base.map(({ tensor }, index) => [tensor, index]));
  const shares = base.map(({ tensor }, index) => changeOf(tensor, changed[index]?.tensor));
  const shareOf = (tensor: Tensor): number => {
    const at = position.get(tensor);
    return at === undefined ? Number(tensor === start) : (shares[at] as number);
  };
  return base.find(({ inputs }, index) => {
    if (!isAsked(index)) return false;
    const most = largest(inputs.map(shareOf), 0);
    return most > CLIFF && (shares[index] as number) < left * Math.max(1, most);
  });
}

/** Numbers as large as these are masks (scores of -1e9): beside them no other entry would count. */
const MASK = 1e8;

/** Largest change of an entry over the largest entry. */
function changeOf(before: Tensor, after: Tensor | undefined): number {
  if (after === undefined || after.size !== before.size) return 1;
  const hasOthers = before.data.some((value) => Math.abs(value) < MASK);
  let change = 0;
  let size = 0;
  for (let i = 0; i < before.size; i++) {
    const value = before.data[i] as number;
    if (hasOthers && Math.abs(value) >= MASK) continue;
    change = Math.max(change, Math.abs((after.data[i] as number) - value));
    size = Math.max(size, Math.abs(value), Math.abs(after.data[i] as number));
  }
  return size === 0 ? 0 : change / size;
}
