/**
 * The same for pixels in planes of 16 bits, as films are decoded. Three planes of N whole numbers pass through the
 * kernels of interleaved pixels, each as N / 3 pixels: that permutes a plane, every plane alike, and back, and to a
 * network of 1x1 convolutions the order of pixels is nothing. So no kernel is added and every number is the same.
 */
import { choose, type Implementation } from "../../core/choices.js";
import { copyEntries } from "../../core/copy.js";
import {
  checkOptions,
  type Fields,
  isPlainObject,
  kind,
  optional,
  SHARE,
  ShapeError,
} from "../../core/index.js";
import { kernelFloats, layOut } from "../base/memory.js";
import { prepare } from "../pixel-network/implementations.js";
import { checkColourNetwork } from "../pixel-network/network/checks.js";
import { operationsPerPixel, type PixelNetwork } from "../pixel-network/network/types.js";
import {
  isShared,
  type PixelRange,
  parallel,
  sliceCount,
  sliceRange,
  threadsWouldPay,
} from "../threads/parallel.js";
import type { Task } from "../threads/task.js";
import { blendPlanes } from "./reference.js";
import { loadKernel } from "./wasm.js";

/** Red, green and blue, as many values each. */
export type PixelPlanes = readonly [red: Uint16Array, green: Uint16Array, blue: Uint16Array];

export interface ApplyToPlanes {
  /** 3 channels in and out. */
  readonly network: PixelNetwork;
  /** [P] each, 0 to 65535, overwritten. */
  readonly planes: PixelPlanes;
  /** Of the network's output in the result, 0 to 1; the rest is the input's. 1 where it is left out. */
  readonly share?: number | undefined;
}

type PlanarCall = Required<ApplyToPlanes> & { readonly share: number };
type PlanarImplementation = Implementation<[call: PlanarCall], (range: PixelRange) => void>;

// As many as a chunk of interleaved pixels has, but a whole number of threes of fours, which the kernel packs.
const CHUNK = 2040;
const GRAIN = 12;
const PLANE_BYTES = CHUNK * Float32Array.BYTES_PER_ELEMENT;
const TOP = 65_535;
// What the kernel reads and writes after the last pixel.
const SLACK = 4;

const wasm: PlanarImplementation = {
  name: "wasm",
  prepare: ({ network, planes, share }) => {
    const kernel = loadKernel();
    const inMemory = kernel && prepare(network, [], "forward").inMemory;
    if (kernel === undefined || inMemory === undefined) return undefined;
    const { start, end: memoryEnd } = layOut({
      network: inMemory.memoryEnd / Float32Array.BYTES_PER_ELEMENT,
      plane: CHUNK + SLACK,
      image: 3 * CHUNK,
      output: 3 * CHUNK,
    });
    const { buffer } = kernelFloats(memoryEnd);
    const chunk = new Uint16Array(buffer, start.plane, CHUNK);
    return ({ first, end }) => {
      for (let from = first; from < end; from += CHUNK) {
        const to = Math.min(from + CHUNK, end);
        const count = Math.ceil((to - from) / GRAIN) * GRAIN;
        const third = (count / 3) * Float32Array.BYTES_PER_ELEMENT;
        planes.forEach((plane, channel) => {
          copyEntries(plane, from, to, chunk, 0);
          kernel.unpack16(3, start.plane, start.image + channel * PLANE_BYTES, third, count / 3);
        });
        inMemory.forward(start.image, start.output, PLANE_BYTES, count);
        if (share !== 1) kernel.blend(start.image, start.output, PLANE_BYTES, count, share);
        planes.forEach((plane, channel) => {
          kernel.pack16(3, start.output + channel * PLANE_BYTES, third, count / 3, start.plane);
          copyEntries(chunk, 0, to - from, plane, from);
        });
      }
    };
  },
};

const reference: PlanarImplementation = {
  name: "reference",
  prepare: ({ network, planes, share }) => {
    const prepared = prepare(network, [], "forward");
    return ({ first, end }) => {
      for (let from = first; from < end; from += CHUNK) {
        const count = Math.min(CHUNK, end - from);
        const image = new Float32Array(3 * count);
        const output = new Float32Array(3 * count);
        planes.forEach((plane, channel) => {
          for (let i = 0; i < count; i++) image[channel * count + i] = (plane[from + i] as number) / TOP;
        });
        prepared.forward({ network, image, pixels: count, output }, { first: 0, end: count });
        if (share !== 1) blendPlanes(image, output, share);
        planes.forEach((plane, channel) => {
          for (let i = 0; i < count; i++) {
            const value = output[channel * count + i] as number;
            plane[from + i] = Math.floor(Math.min(Math.max(value * TOP + 0.5, 0), TOP));
          }
        });
      }
    };
  },
};

const implementations: readonly PlanarImplementation[] = [wasm, reference];

export const planesTask: Task<PlanarCall> = {
  name: "applyPixelNetworkToPlanes",
  begin: (call) => {
    const run = choose("pixels in planes", implementations, call);
    return (slice) => run(sliceRange(call.planes[0].length, slice));
  },
};

const CALL: Fields<ApplyToPlanes> = {
  network: kind("a network, an object { layers, residual }", isPlainObject),
  planes: kind(
    "three Uint16Array",
    (value) =>
      Array.isArray(value) && value.length === 3 && value.every((plane) => plane instanceof Uint16Array),
  ),
  share: optional(SHARE),
};

/**
 * Applies a network to pixels in planes of 16 bits, in place: the same numbers as `applyPixelNetwork` gives for
 * interleaved ones. Threads share planes that lie in shared memory.
 *
 * @throws {ShapeError} when the planes differ in length, or the network does not go from 3 channels to 3.
 * @throws {ValueError} for an entry that is unknown or of another kind.
 */
export function applyPixelNetworkToPlanes(call: ApplyToPlanes): void {
  const where = "applyPixelNetworkToPlanes";
  checkOptions(where, call, CALL);
  const { network, planes, share = 1 } = call;
  checkColourNetwork(where, network);
  const [{ length: pixels }] = planes;
  if (planes.some(({ length }) => length !== pixels)) {
    const received = planes.map(({ length }) => length).join(", ");
    throw new ShapeError({ where: `${where} planes`, expected: "as many values in each", received });
  }
  if (share === 0 || pixels === 0) return;
  const slices = sliceCount(pixels);
  const operations = operationsPerPixel(network.layers) * pixels;
  const checked = { network, planes, share };
  if (planes.every(isShared) && threadsWouldPay({ slices, operations }))
    parallel(planesTask, checked, slices);
  else {
    const runSlice = planesTask.begin(checked);
    for (let slice = 0; slice < slices; slice++) runSlice(slice);
  }
}
