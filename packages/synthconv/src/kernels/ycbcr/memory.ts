/** Where the rows of a frame lie in kernel memory while it is worked on. */
import { BYTES, kernelFloats, layOut, roundUp } from "../base/memory.js";
import type { InMemoryNetwork } from "../pixel-network/network/implementation.js";
import { narrowingPhases, narrowingWeights, type Phase, TAPS, wideningPhases } from "./filter.js";
import { fromRgbMatrix, toRgbMatrix } from "./matrix.js";
import { packedBytes } from "./packed-rows.js";
import { workedSize, type YCbCrCall } from "./types.js";

// What filters read beside a row: 3 numbers before it, and 3 behind the last four of it; whole cache lines.
const BESIDE = 16;
/** Rows of the source's colours that are held: a row of pixels is made of 7 of them at most. */
export const SOURCE_ROWS = 8;
/** Rows of pixels whose new colours are held: a row of colours is made of 12 of them. */
export const TARGET_ROWS = 16;
/** Of a frame. */
const PLANES = 3;

type Region =
  | "network"
  | "matrices"
  | "weights"
  | "rows"
  | "packed"
  | "image"
  | "output"
  | "blended"
  | "wide"
  | "apart"
  | "held"
  | "made";

/** The phases of a filter, and where their weights are: six of the even one, then six of the odd one. */
interface StoredPhases {
  readonly phases: readonly [even: Phase, odd: Phase];
  readonly weights: number;
}

/** Pointers are byte offsets. */
export interface Memory {
  readonly floats: Float32Array;
  readonly bytes: Uint8Array;
  /** Where rows as they are stored lie, of the source's three planes and of the target's. */
  readonly packed: { readonly source: readonly number[]; readonly target: readonly number[] };
  /** Of a row with what is beside it, and where it begins in it. */
  readonly rowBytes: number;
  readonly beside: number;
  readonly start: Readonly<Record<Region, number>>;
  readonly toRgb: number;
  readonly fromRgb: number;
  readonly widenAcross: StoredPhases;
  readonly widenDown: StoredPhases;
  readonly narrowAcross: StoredPhases;
  /** Twelve weights. */
  readonly narrowDown: number;
  /** At `start.rows`: the places of the six rows that `sumRows` reads. */
  readonly pointers: Uint32Array;
}

/** Lays out the rows behind the network, grows kernel memory to them, and stores what does not change. */
export function prepareMemory(call: YCbCrCall, { memoryEnd }: InMemoryNetwork): Memory {
  const [width] = workedSize(call);
  const row = roundUp(width, 16) + 2 * BESIDE;
  const packed = roundUp(packedBytes(width), BYTES);
  const { start, end } = layOut<Region>({
    network: memoryEnd / BYTES,
    matrices: 16,
    weights: 8 * TAPS,
    rows: 2 * TAPS,
    packed: (2 * PLANES * packed) / BYTES,
    image: 3 * row,
    output: 3 * row,
    /** Of both colours. */
    blended: 2 * row,
    wide: 2 * row,
    // At even and at odd places.
    apart: 4 * row,
    held: 2 * SOURCE_ROWS * row,
    made: 2 * TARGET_ROWS * row,
  });
  const floats = kernelFloats(end);
  const { source, target } = call;
  const store = (pointer: number, values: readonly number[]): number => {
    floats.set(values, pointer / BYTES);
    return pointer;
  };
  const weights = (nth: number, values: readonly number[]): number =>
    store(start.weights + nth * 2 * TAPS * BYTES, values);
  const both = (phases: readonly [Phase, Phase]): number[] => phases.flatMap((phase) => phase.weights);
  const places = (first: number): number[] =>
    Array.from({ length: PLANES }, (_, nth) => start.packed + (first + nth) * packed);
  const widenDown = wideningPhases(source.layout.siting[1]);
  const [widenAcross, narrowAcross] = [
    wideningPhases(source.layout.siting[0]),
    narrowingPhases(target.layout.siting[0]),
  ];
  return {
    floats,
    bytes: new Uint8Array(floats.buffer),
    rowBytes: row * BYTES,
    beside: BESIDE * BYTES,
    start,
    packed: { source: places(0), target: places(PLANES) },
    toRgb: store(start.matrices, toRgbMatrix(source.layout)),
    fromRgb: store(start.matrices + 8 * BYTES, fromRgbMatrix(target.layout)),
    widenAcross: { phases: widenAcross, weights: weights(0, both(widenAcross)) },
    widenDown: { phases: widenDown, weights: weights(1, both(widenDown)) },
    narrowAcross: { phases: narrowAcross, weights: weights(2, both(narrowAcross)) },
    narrowDown: weights(3, narrowingWeights(target.layout.siting[1])),
    pointers: new Uint32Array(floats.buffer, start.rows, 2 * TAPS),
  };
}
