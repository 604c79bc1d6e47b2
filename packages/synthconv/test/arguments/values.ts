/** Values of every sort that a program in plain JavaScript may pass by mistake. */
import { tensor } from "../../src/autograd/index.js";
import { Linear } from "../../src/nn/index.js";

const SORTS = {
  undefined: () => undefined,
  null: () => null,
  text: () => "3",
  whole: () => 3,
  zero: () => 0,
  fraction: () => 0.5,
  negative: () => -1,
  notANumber: () => Number.NaN,
  infinite: () => Number.POSITIVE_INFINITY,
  flag: () => true,
  bigint: () => 3n,
  symbol: () => Symbol("s"),
  emptyList: () => [],
  wholes: () => [1, 2],
  manyWholes: () => [1, 2, 3, 4],
  fractions: () => [0.5, -0.5],
  texts: () => ["a", "b"],
  holes: () => [undefined, null],
  emptyObject: () => ({}),
  function: () => () => undefined,
  tensor: () => tensor([1, 2]),
  module: () => new Linear(2, 2).initialize({ seed: 0 }),
  foreignTensor: () =>
    new (class Tensor {
      shape = [2];
      data = new Float32Array(2);
    })(),
  map: () => new Map([["a", 1]]),
  date: () => new Date(0),
  float32: () => new Float32Array(2),
  float64: () => new Float64Array(2),
  int32: () => new Int32Array(2),
  bytes: () => new Uint8Array(2),
  buffer: () => new ArrayBuffer(8),
  uint16: () => new Uint16Array(2),
  clamped: () => new Uint8ClampedArray(2),
  bigints: () => new BigInt64Array(2),
  view: () => new DataView(new ArrayBuffer(8)),
  nested: () => [[1, 2]],
  records: () => [{}],
  sparse: () => new Array(2),
  frozen: () => Object.freeze({ zzz: 1 }),
  set: () => new Set([1, 2]),
  boxed: () => Object(3),
  error: () => new Error("none"),
  url: () => new URL("file:///tmp"),
  // `await` forgotten, `new` forgotten.
  promise: () => Promise.resolve(1),
  class: () => Linear,
} as const satisfies Record<string, () => unknown>;

export type Sort = keyof typeof SORTS;

export const sorts: readonly Sort[] = Object.keys(SORTS) as Sort[];

/** A fresh value: a call may keep or change it. */
export function valueOfSort(sort: Sort): unknown {
  return SORTS[sort]();
}
