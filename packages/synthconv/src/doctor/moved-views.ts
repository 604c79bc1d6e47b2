/** Pictures of the batch as each run moves them, before anything is computed from them: flipped, cropped, turned. */
import { Parameter } from "../autograd/parameter.js";
import type { Tensor } from "../autograd/tensor.js";
import { observedLoss, putBack, type Subject } from "./observed-loss.js";
import { MOVES, type Origin, Trace } from "./trace.js";

export interface MovedView {
  readonly name: string;
  readonly origin: Origin;
  readonly isMoved: boolean;
  /** Of the entries of its first plane, the places in the picture that they come from. */
  readonly places: readonly number[];
}

export interface MovedRun {
  readonly trace: Trace;
  readonly loss: Tensor;
  readonly views: readonly MovedView[];
}

/** A flip in half of the runs is missed by a chance of 1 in 128. */
const RUNS = 8;
const MAX_ENTRIES = 200_000;

/** Runs that draw on, with numbers in the pictures by which each place is known; none where no two are of one size. */
export function movedRuns(subject: Subject, batch: ReadonlyMap<Tensor, string>): MovedRun[] {
  const pictures = [...batch].filter(([{ rank, size }]) => rank >= 3 && size <= MAX_ENTRIES);
  const planeOf = ({ shape }: Tensor): string => shape.slice(-2).join();
  const alike = pictures.filter(([one]) =>
    pictures.some(([other]) => other !== one && planeOf(other) === planeOf(one)),
  );
  if (alike.length === 0) return [];
  const restores = alike.map(([tensor]) => {
    const { data } = tensor;
    Reflect.set(
      tensor,
      "data",
      data.map((_, index) => (index + 1) / (data.length + 1)),
    );
    return () => Reflect.set(tensor, "data", data);
  });
  try {
    return putBack(subject, () => Array.from({ length: RUNS }, () => runWith(subject, alike)));
  } catch {
    // A program that takes no other pictures tells no more.
    return [];
  } finally {
    for (const restore of restores) restore();
  }
}

function runWith(subject: Subject, pictures: readonly (readonly [Tensor, string])[]): MovedRun {
  const trace = new Trace({ hasPrints: false });
  const loss = observedLoss(subject.loss, trace);
  return { trace, loss, views: pictures.flatMap(([picture, name]) => viewsOf(picture, name, trace)) };
}

/** What is moved and nothing else, as the first operation that computes takes it. */
function viewsOf(picture: Tensor, name: string, trace: Trace): MovedView[] {
  const known = new Map(Array.from(picture.data, (value, index) => [value, index]));
  const [height = 1, width = 1] = picture.shape.slice(-2);
  const site = trace.entries.find(({ tensor }) => tensor === picture)?.site;
  const found: MovedView[] = [];
  const moved = new Map<Tensor, Origin>();
  if (site !== undefined)
    moved.set(picture, { tensor: picture, order: -1, operation: "tensor", inputs: [], site });
  for (const origin of trace.origins.values()) {
    const [from] = origin.inputs;
    if (origin.inputs.length === 1 && from !== undefined && moved.has(from) && MOVES.has(origin.operation))
      moved.set(origin.tensor, origin);
  }
  for (const [tensor, origin] of moved) {
    const isTaken = [...trace.origins.values()].some(
      (one) => !moved.has(one.tensor) && one.inputs.includes(tensor) && !(tensor instanceof Parameter),
    );
    const [rows = 1, columns = 1] = tensor.shape.slice(-2);
    const plane = Array.from(tensor.data.subarray(0, rows * columns), (value) => known.get(value));
    if (!isTaken || plane.some((place) => place === undefined)) continue;
    const places = plane.map((place) => (place as number) % (height * width));
    found.push({ name, origin, isMoved: tensor !== picture, places });
  }
  return found;
}
