/**
 * Where the program itself takes plain numbers out of tensors: item, toArray and `data`. Only a run that looks for
 * them pays: each tensor then has an accessor in the place of its array.
 */
import type { Tensor } from "../autograd/tensor.js";
import type { FloatArray } from "../core/float-array.js";
import type { Place } from "./diagnosis.js";
import { observedLoss, putBack, type Subject } from "./observed-loss.js";
import { callerPlaces } from "./place.js";
import { Trace } from "./trace.js";

export interface Read {
  readonly tensor: Tensor;
  /** Of the tensor in the run's trace; undefined for one that was there before. */
  readonly order: number | undefined;
  /** Where it was read, and what called that, from the inside out. */
  readonly places: readonly Place[];
  readonly place: Place | undefined;
}

/** What a read gives in place of the numbers. */
export type Change = (read: Read, data: FloatArray, trace: Trace) => FloatArray;

export interface ReadRun {
  readonly reads: readonly Read[];
  readonly trace: Trace;
  readonly loss: Tensor;
}

/** Runs the loss and notes what its own lines read of tensors that it made, and of the given ones. */
export function readsOf(subject: Subject, given: readonly Tensor[] = []): readonly Read[] {
  return readRun(subject, { given }).reads;
}

export function readRun(
  subject: Subject,
  { given = [], change = (_, data) => data }: { given?: readonly Tensor[]; change?: Change },
): ReadRun {
  return putBack(subject, () => {
    const trace = new ReadTrace(change);
    const release = given.map((tensor) => trace.watch(tensor));
    try {
      const loss = observedLoss(subject.loss, trace);
      return { reads: trace.reads, trace, loss };
    } finally {
      trace.isOver = true;
      for (const one of release) one();
    }
  });
}

class ReadTrace extends Trace {
  readonly reads: Read[] = [];
  isOver = false;
  readonly #change: Change;
  readonly #changed = new Map<Tensor, FloatArray>();
  #isInside = false;

  constructor(change: Change) {
    super();
    this.#change = change;
  }

  override created(tensor: Tensor): void {
    super.created(tensor);
    this.watch(tensor);
  }

  /** Notes reads of a tensor's array from now on. @returns what ends it. */
  watch(tensor: Tensor): () => void {
    const { data } = tensor;
    const get = (): FloatArray => (this.isOver || this.#isInside ? data : this.#readBy(tensor, data));
    Object.defineProperty(tensor, "data", { configurable: true, enumerable: true, get });
    return () => {
      Object.defineProperty(tensor, "data", {
        configurable: true,
        enumerable: true,
        writable: true,
        value: data,
      });
    };
  }

  #readBy(tensor: Tensor, data: FloatArray): FloatArray {
    this.#isInside = true;
    try {
      const places = callerPlaces();
      if (places.length === 0) return data;
      const { order } = this.origins.get(tensor) ?? {};
      const read = { tensor, order, places, place: places[0] };
      this.reads.push(read);
      const known = this.#changed.get(tensor);
      const changed = known ?? this.#change(read, data, this);
      if (changed !== data) this.#changed.set(tensor, changed);
      return changed;
    } finally {
      this.#isInside = false;
    }
  }
}
