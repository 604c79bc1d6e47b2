/** The WebAssembly side of pixels: copies interleaved chunks in, converts and runs the network there, copies out. */
import { kernelLoader } from "../instantiate.js";
import { kernelFloats, layOut } from "../memory.js";
import { type InMemoryNetwork, inMemoryNetwork } from "../pixel-network/in-memory.js";
import { DITHER_SIDE, ditherMatrix } from "./dither.js";
import { wasmBase64 as plain } from "./generated/plain.js";
import { wasmBase64 as relaxed } from "./generated/relaxed.js";
import { type CheckedCall, type PixelData, type PixelDither, topOf } from "./pixels.js";

type Unpack = (channels: number, source: number, image: number, plane: number, pixels: number) => void;
type Pack = (channels: number, output: number, plane: number, pixels: number, target: number) => void;

/** The exports of kernel.ts; pointers are byte offsets, `plane` is bytes from one plane to the next. */
interface Kernel {
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

const loadKernel: () => Kernel | undefined = kernelLoader<Kernel>({ plain, relaxed });

// Pixels that are in kernel memory at a time (README.md).
const CHUNK = 2048;
const PLANE_BYTES = CHUNK * Float32Array.BYTES_PER_ELEMENT;
const MATRIX_COLUMNS = 16;
// What the kernel reads and writes after the last pixel.
const SLACK = 4;

/** Runs a call on the kernels; false where they do not cover the network. */
export function applyKernel(call: CheckedCall): boolean {
  const kernel = loadKernel();
  if (kernel === undefined) return false;
  const network = inMemoryNetwork(call.network);
  if (network === undefined) return false;
  applyChunks(kernel, network, call);
  return true;
}

function applyChunks(kernel: Kernel, network: InMemoryNetwork, call: CheckedCall): void {
  const { bytes, pixels, channels, share, dither, first, end } = call;
  const { start, end: memoryEnd } = regionsAfter(network);
  const memory = kernelFloats(memoryEnd);
  const interleaved = new Uint8Array(memory.buffer, start.interleaved, chunkBytes(pixels, channels));
  const { unpack, pack } = conversionsOf(kernel, pixels, dither && start.thresholds);
  if (dither !== undefined) storeMatrix(memory, start.matrix);
  const pixelBytes = channels * pixels.BYTES_PER_ELEMENT;
  for (let from = first; from < end; from += CHUNK) {
    const count = Math.min(CHUNK, end - from);
    const fours = Math.ceil(count / 4) * 4;
    const part = bytes.subarray(from * pixelBytes, (from + count) * pixelBytes);
    interleaved.set(part);
    unpack(channels, start.interleaved, start.image, PLANE_BYTES, fours);
    network.forward(start.image, start.output, PLANE_BYTES, count);
    if (share !== 1) kernel.blend(start.image, start.output, PLANE_BYTES, fours, share);
    if (dither !== undefined) fillThresholds(kernel, start, from, fours, dither);
    pack(channels, start.output, PLANE_BYTES, fours, start.interleaved);
    part.set(count === CHUNK ? interleaved : interleaved.subarray(0, part.length));
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

function chunkBytes(pixels: PixelData, channels: number): number {
  return CHUNK * channels * pixels.BYTES_PER_ELEMENT;
}

function conversionsOf(
  kernel: Kernel,
  pixels: PixelData,
  thresholds = 0,
): { readonly unpack: Unpack; readonly pack: Pack } {
  if (pixels instanceof Float32Array) return { unpack: kernel.unpackFloat, pack: kernel.packFloat };
  if (topOf(pixels) > 255) return { unpack: kernel.unpack16, pack: kernel.pack16 };
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
  { matrix, thresholds }: Regions["start"],
  first: number,
  pixels: number,
  { width }: PixelDither,
): void {
  const row = Math.floor(first / width) % DITHER_SIDE;
  kernel.fillThresholds(matrix, thresholds, pixels, first % width, row, width);
}
