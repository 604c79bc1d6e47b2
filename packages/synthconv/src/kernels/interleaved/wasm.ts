/** Copies interleaved chunks into kernel memory, converts them, runs the network on them there, and copies them out. */
import { noteChoice } from "../../core/choices.js";
import { copyEntries } from "../../core/copy.js";
import { kernelLoader } from "../base/backend.js";
import { kernelFloats, layOut } from "../base/memory.js";
import { prepare } from "../pixel-network/implementations.js";
import type { InMemoryNetwork } from "../pixel-network/network/implementation.js";
import type { PixelRange } from "../threads/parallel.js";
import { DITHER_SIDE, ditherMatrix } from "./dither.js";
import { wasmBase64 as plain } from "./generated/plain.js";
import { wasmBase64 as relaxed } from "./generated/relaxed.js";
import {
  bytesOf,
  type CheckedCall,
  type InterleavedImplementation,
  type PixelData,
  type PixelDither,
  topOf,
} from "./types.js";

type Unpack = (channels: number, source: number, image: number, plane: number, pixels: number) => void;
type Pack = (channels: number, output: number, plane: number, pixels: number, target: number) => void;

/** The exports of assembly/kernel.ts; pointers are byte offsets, `plane` is bytes from one plane to the next. */
export interface Kernel {
  readonly unpack8: Unpack;
  readonly unpack16: Unpack;
  readonly unpackFloat: Unpack;
  readonly pack8: (...args: [...Parameters<Pack>, thresholds: number]) => void;
  readonly pack16: Pack;
  readonly packFloat: Pack;
  blend(image: number, output: number, plane: number, pixels: number, share: number): void;
  fillThresholds(
    ...args: [
      ...[matrix: number, thresholds: number, pixels: number],
      ...[column: number, row: number, width: number],
    ]
  ): void;
}

export const loadKernel: () => Kernel | undefined = kernelLoader<Kernel>({ plain, relaxed });

// Pixels that are in kernel memory at a time (README.md).
const CHUNK = 2048;
const PLANE_BYTES = CHUNK * Float32Array.BYTES_PER_ELEMENT;
const MATRIX_COLUMNS = 16;
// What the kernel reads and writes after the last pixel.
const SLACK = 4;

/** Covers networks that run in kernel memory. */
export const wasm: InterleavedImplementation = {
  name: "wasm",
  prepare: (call) => {
    const kernel = loadKernel();
    const network = kernel && prepare(call.network, [], "forward").inMemory;
    if (kernel === undefined || network === undefined) return undefined;
    const regions = regionsAfter(network);
    const memory = kernelFloats(regions.end);
    if (call.dither !== undefined) storeMatrix(memory, regions.start.matrix);
    const chunk = new Uint8Array(memory.buffer, regions.start.interleaved, CHUNK * bytesOfPixel(call));
    return (range) => applyChunks(kernel, network, call, range, chunk, regions.start);
  },
};

function applyChunks(
  kernel: Kernel,
  network: InMemoryNetwork,
  call: CheckedCall,
  { first, end }: PixelRange,
  chunk: Uint8Array,
  { interleaved, image, output, ...start }: Regions["start"],
): void {
  const { pixels, channels, share, dither } = call;
  const { unpack, pack } = conversionsOf(kernel, pixels, dither && start.thresholds);
  const bytes = bytesOf(pixels);
  const size = bytesOfPixel(call);
  noteChoice("pixels on a kernel", end - first > CHUNK ? "several chunks" : "one chunk");
  noteChoice("pixels on a kernel", share === 1 ? "not blended" : "blended");
  noteChoice("pixels on a kernel", dither === undefined ? "not dithered" : "dithered");
  for (let from = first; from < end; from += CHUNK) {
    const count = Math.min(CHUNK, end - from);
    const fours = Math.ceil(count / 4) * 4;
    copyEntries(bytes, from * size, (from + count) * size, chunk, 0);
    unpack(channels, interleaved, image, PLANE_BYTES, fours);
    network.forward(image, output, PLANE_BYTES, count);
    if (share !== 1) kernel.blend(image, output, PLANE_BYTES, fours, share);
    if (dither !== undefined) fillThresholds(kernel, start, from, fours, dither);
    pack(channels, output, PLANE_BYTES, fours, interleaved);
    copyEntries(chunk, 0, count * size, bytes, from * size);
  }
}

type Regions = ReturnType<typeof regionsAfter>;

function regionsAfter({ memoryEnd }: InMemoryNetwork) {
  return layOut({
    network: memoryEnd / Float32Array.BYTES_PER_ELEMENT,
    /** Float RGBA is the largest. */
    interleaved: 4 * CHUNK + SLACK,
    image: 3 * CHUNK,
    output: 3 * CHUNK,
    thresholds: CHUNK + SLACK,
    matrix: DITHER_SIDE * MATRIX_COLUMNS,
  });
}

function bytesOfPixel({ pixels, channels }: CheckedCall): number {
  return channels * pixels.BYTES_PER_ELEMENT;
}

function conversionsOf(
  kernel: Kernel,
  pixels: PixelData,
  thresholds = 0,
): { readonly unpack: Unpack; readonly pack: Pack } {
  if (pixels instanceof Float32Array) {
    noteChoice("pixels on a kernel", "floats");
    return { unpack: kernel.unpackFloat, pack: kernel.packFloat };
  }
  if (topOf(pixels) > 255) {
    noteChoice("pixels on a kernel", "16 bits");
    return { unpack: kernel.unpack16, pack: kernel.pack16 };
  }
  noteChoice("pixels on a kernel", "8 bits");
  return { unpack: kernel.unpack8, pack: (...args) => kernel.pack8(...args, thresholds) };
}

function storeMatrix(memory: Float32Array, pointer: number): void {
  const first = pointer / Float32Array.BYTES_PER_ELEMENT;
  for (let entry = 0; entry < DITHER_SIDE * MATRIX_COLUMNS; entry++) {
    const row = Math.floor(entry / MATRIX_COLUMNS);
    memory[first + entry] = ditherMatrix[row * DITHER_SIDE + (entry % DITHER_SIDE)] as number;
  }
}

function fillThresholds(
  kernel: Kernel,
  { matrix, thresholds }: Pick<Regions["start"], "matrix" | "thresholds">,
  first: number,
  pixels: number,
  { width }: PixelDither,
): void {
  const row = Math.floor(first / width) % DITHER_SIDE;
  kernel.fillThresholds(matrix, thresholds, pixels, first % width, row, width);
}
