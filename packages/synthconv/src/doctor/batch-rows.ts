/** Whose rows stand in the values of a run: numbers of the batch that were moved, and not changed, are known again. */
import type { Tensor } from "../autograd/tensor.js";
import type { FloatArray } from "../core/float-array.js";
import type { Flow } from "./flow.js";
import type { Subject } from "./observed-loss.js";
import { type Run, runOf } from "./sample-runs.js";
import type { Origin } from "./trace.js";

/** A value of which every row is one of a tensor of the batch, and the sample that each belongs to. */
export interface KnownRows {
  readonly origin: Origin;
  readonly samples: readonly number[];
}

/** More numbers than these are not looked through row by row. */
const MAX_ENTRIES = 200_000;

/** Rows of a tensor of the batch, by their numbers; those of a layout with two axes of samples and places as well. */
export class RowBook {
  /** By the width of a row. */
  readonly #rows = new Map<number, ReadonlyMap<string, number>>();

  constructor({ shape, data, size, rank }: Tensor) {
    const [samples = 1] = shape;
    let rows = 1;
    for (const side of shape.slice(0, Math.max(1, rank - 1))) {
      rows *= side;
      const known = new Map<string, number>();
      for (let row = 0; row < rows; row++)
        known.set(rowText(data, row, size / rows), Math.floor(row / (rows / samples)));
      // Rows that are alike tell no samples apart.
      if (known.size === rows && rows > 1) this.#rows.set(size / rows, known);
    }
  }

  get isEmpty(): boolean {
    return this.#rows.size === 0;
  }

  /** Undefined where some row is none of these. */
  samplesOf({ shape, data, size }: Tensor): readonly number[] | undefined {
    const [rows = 1] = shape;
    const known = size === 0 || size > MAX_ENTRIES ? undefined : this.#rows.get(size / rows);
    if (known === undefined || rows < 2) return undefined;
    const found: number[] = [];
    for (let row = 0; row < rows; row++) {
      const sample = known.get(rowText(data, row, size / rows));
      if (sample === undefined) return undefined;
      found.push(sample);
    }
    return new Set(found).size > 1 ? found : undefined;
  }
}

function rowText(data: FloatArray, row: number, width: number): string {
  return data.subarray(row * width, (row + 1) * width).join();
}

/** A run in which the rows of every tensor of the batch can be told apart: labels that are alike are numbered. */
export function runOfKnownRows(
  subject: Subject,
  tensors: readonly Tensor[],
): { run: Run; books: ReadonlyMap<Tensor, RowBook> } | undefined {
  const books = new Map<Tensor, RowBook>();
  const numbered: Tensor[] = [];
  for (const tensor of tensors) {
    if (tensor.size > MAX_ENTRIES) continue;
    const book = new RowBook(tensor);
    if (book.isEmpty) numbered.push(tensor);
    else books.set(tensor, book);
  }
  try {
    const run = runOf(subject, () => {
      const before = numbered.map((tensor) => [tensor, tensor.data] as const);
      for (const [tensor, { length }] of before) {
        Reflect.set(
          tensor,
          "data",
          tensor.data.map((_, index) => (index + 1) / (length + 1)),
        );
        books.set(tensor, new RowBook(tensor));
      }
      return () => {
        for (const [tensor, data] of before) Reflect.set(tensor, "data", data);
      };
    });
    return { run, books };
  } catch {
    // A program that takes no other labels tells no more.
    return undefined;
  }
}

/** What keeps its rows apart and in their order, as long as there are as many of them before and behind it. */
const MIXES: ReadonlySet<string> = new Set(["gather", "flip", "transpose"]);
/** Here the first input has the rows, and what multiplies it mixes them where they are another's. */
const ROWED_FIRST: ReadonlySet<string> = new Set(["matmul", "linear", "conv2d", "convTranspose2d"]);

/** The values whose rows are, one by one, computed from those of a value. */
export function followingRows(start: Tensor, origins: readonly Origin[], flow: Flow): ReadonlySet<Tensor> {
  const made = new Map(origins.map((origin) => [origin.tensor, origin]));
  const [rows] = start.shape;
  const met = new Set([start]);
  for (const one of met) {
    for (const { to } of flow.edgesOutOf(one)) {
      const origin = made.get(to);
      if (origin === undefined || to.shape[0] !== rows || MIXES.has(origin.operation)) continue;
      if (ROWED_FIRST.has(origin.operation) && origin.inputs[0] !== one) continue;
      met.add(to);
    }
  }
  return met;
}
