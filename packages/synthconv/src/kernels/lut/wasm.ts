/** The WebAssembly side of a lookup: what kernel.ts covers, how its memory is laid out, the loop over chunks. */

import { isIdentityCube, type Lut, type Lut3D, LutSampler } from "../../colour/index.js";
import { noteChoice } from "../../core/choices.js";
import { copyEntries } from "../../core/copy.js";
import { kernelLoader } from "../base/backend.js";
import { kernelFloats, layOut } from "../base/memory.js";
import { wasmBase64 as plain } from "./generated/plain.js";
import { wasmBase64 as relaxed } from "./generated/relaxed.js";
import { fullScale, type LutCall, type LutPixels } from "./pixels.js";

/** The exports of kernel.ts; pointers are byte offsets. */
interface Kernel {
  kindOfLattice(lattice: number, bytes: number): number;
  eightBit(
    ...args: [channels: number, ...KernelChunk, inputs: number, corners: number, ...KernelSteps]
  ): void;
  exact(...args: [is16Bit: number, channels: number, ...KernelChunk, ...KernelLattice]): void;
  float(
    ...args: [
      ...[channels: number, source: number, target: number, plane: number, pixels: number],
      ...KernelLattice,
    ]
  ): void;
}
type KernelChunk = [source: number, target: number, pixels: number];
type KernelLattice = [lattice: number, axes: number, corners: number, ...KernelSteps];
type KernelSteps = [stepGreen: number, stepBlue: number];

const loadKernel: () => Kernel | undefined = kernelLoader<Kernel>({ plain, relaxed });

// As kernel.ts has them.
const LATTICE_KINDS = { notFinite: 0, finite: 1, unit: 2 } as const;

// 26 MB of lattice. WebAssembly memory never shrinks: larger ones (256 nodes are 201 MB) stay where they are, on the
// reference path.
const MAX_NODES = 129;

// Pixels that are in kernel memory at a time (README.md).
const CHUNK = 8192;

const CODES = 256;
const LATTICE_ROW_BYTES = 12;

// Entries of {float32 fraction, uint32 offset} a channel.
const INPUT_NUMBERS = 2 * CODES;

// Pairs by a number whose bits 0, 4 and 8 are used.
const CORNER_NUMBERS = 2 * 0x112;

// Five quantities of four float64 each, in float32 numbers.
const AXES_NUMBERS = 40;

// Vectors read up to 16 bytes past the last pixel or corner, groups of four pixels up to 16 bytes more.
const SLACK = 8;

/** A lookup that the kernel covers, its lattice in kernel memory; it holds until the next kernel call. */
export interface PreparedLut {
  readonly source: number;
  readonly target: number;
  /** Maps the pixels that lie at `source` to `target`. */
  readonly run: (pixels: number) => void;
}

/**
 * Copies the lattice into kernel memory; undefined where the reference has to run (README.md lists when), which is
 * also where a table that is not sound is refused.
 */
export function prepareLut(lut: Lut, call: LutCall): PreparedLut | undefined {
  const { shaper, cube } = lut;
  const kind = pixelKind(call);
  const obstacle = obstacleOf(lut, kind);
  if (obstacle !== undefined) noteChoice("lut kernel", obstacle);
  if (obstacle !== undefined || cube === undefined || kind === undefined) return undefined;
  const kernel = loadKernel();
  if (kernel === undefined) return undefined;
  const { start, end } = regionsFor(cube);
  const memory = kernelFloats(end);
  memory.set(cube.table, start.lattice / Float32Array.BYTES_PER_ELEMENT);
  const latticeKind = kernel.kindOfLattice(start.lattice, cube.table.byteLength);
  if (latticeKind === LATTICE_KINDS.notFinite) return undefined;
  noteChoice("lut kernel", call.interpolation);
  const { source, target } = start;
  const steps: KernelSteps = [LATTICE_ROW_BYTES * cube.size, LATTICE_ROW_BYTES * cube.size ** 2];
  const corners = call.interpolation === "tetrahedral" ? start.corners : 0;
  if (corners !== 0) writeCorners(memory, corners, steps);
  const { channels } = call;
  if (kind === "uint8" && latticeKind === LATTICE_KINDS.unit) {
    noteChoice("lut", "eight bits");
    writeInputs(memory, start.inputs, start.lattice, lut, cube);
    const run = (pixels: number): void => {
      kernel.eightBit(channels, source, target, pixels, start.inputs, corners, ...steps);
    };
    return { source, target, run };
  }
  if (shaper !== undefined || !writeAxes(memory, start.axes, cube, fullScale(call.source))) {
    noteChoice(
      "lut kernel",
      shaper === undefined ? "refuses a domain" : "refuses curves before such colours",
    );
    return undefined;
  }
  noteChoice("lut", kind === "float32" ? "floats" : kind === "uint16" ? "exact, 16 bits" : "exact, 8 bits");
  const lattice: KernelLattice = [start.lattice, start.axes, corners, ...steps];
  const is16Bit = kind === "uint16" ? 1 : 0;
  const plane = call.layout === "planar" ? CHUNK * Float32Array.BYTES_PER_ELEMENT : 0;
  const run = (pixels: number): void => {
    if (kind === "float32") kernel.float(channels, source, target, plane, pixels, ...lattice);
    else kernel.exact(is16Bit, channels, source, target, pixels, ...lattice);
  };
  return { source, target, run };
}

/** Why the reference has to run, before the lattice is looked at. */
function obstacleOf({ shaper, cube }: Lut, kind: ReturnType<typeof pixelKind>): string | undefined {
  if (kind === undefined) return "refuses these pixels";
  if (cube === undefined) return "refuses curves alone";
  if (!hasSoundShape(cube)) return "refuses so large a lattice";
  if (isIdentityCube(cube)) return "refuses an identity";
  return shaper !== undefined && kind !== "uint8" ? "refuses curves before a lattice" : undefined;
}

/** Undefined for pixels that no kernel takes. */
function pixelKind({ source, layout }: LutCall): "uint8" | "uint16" | "float32" | undefined {
  if (source instanceof Float32Array) return "float32";
  if (layout === "planar" || source instanceof Float64Array) return undefined;
  return source instanceof Uint16Array ? "uint16" : "uint8";
}

function hasSoundShape({ size, table, domainMin, domainMax }: Lut3D): boolean {
  return (
    Number.isInteger(size) &&
    size >= 2 &&
    size <= MAX_NODES &&
    table.length === 3 * size ** 3 &&
    domainMin.every((min, channel) => {
      const width = (domainMax[channel] as number) - min;
      return width > 0 && Number.isFinite(width);
    })
  );
}

function regionsFor({
  table,
}: Lut3D): ReturnType<typeof layOut<"inputs" | "corners" | "axes" | "source" | "target" | "lattice">> {
  return layOut({
    inputs: 3 * INPUT_NUMBERS,
    corners: CORNER_NUMBERS,
    axes: AXES_NUMBERS,
    source: 4 * CHUNK + SLACK,
    target: 4 * CHUNK + SLACK,
    lattice: table.length + SLACK,
  });
}

/** For every order of the fractions, the way from a cell's first corner along the falling fractions. */
function writeCorners(memory: Float32Array, pointer: number, [green, blue]: KernelSteps): void {
  const table = new Uint32Array(memory.buffer, pointer, CORNER_NUMBERS);
  const red = LATTICE_ROW_BYTES;
  const write = (order: number, most: number, middle: number): void => {
    table[2 * order] = most;
    table[2 * order + 1] = most + middle;
  };
  // Orders that contradict themselves come from NaN, with which any corner will do.
  for (const redOverGreen of [0, 0x001]) {
    for (const greenOverBlue of [0, 0x010]) {
      for (const redOverBlue of [0, 0x100]) {
        const order = redOverGreen | greenOverBlue | redOverBlue;
        if (redOverGreen !== 0) {
          if (greenOverBlue !== 0) write(order, red, green);
          else if (redOverBlue !== 0) write(order, red, blue);
          else write(order, blue, red);
        } else if (greenOverBlue === 0) write(order, blue, green);
        else if (redOverBlue !== 0) write(order, green, red);
        else write(order, green, blue);
      }
    }
  }
}

/** The tables of codes, the curves included: 256 colours are looked up in float64. */
function writeInputs(
  memory: Float32Array,
  pointer: number,
  lattice: number,
  { shaper }: Lut,
  cube: Lut3D,
): void {
  const codes = Float64Array.from({ length: 3 * CODES }, (_, entry) => Math.floor(entry / 3) / 255);
  if (shaper !== undefined) new LutSampler({ shaper }).apply(codes, codes);
  const fractions = new Float32Array(memory.buffer, pointer, 3 * INPUT_NUMBERS);
  const offsets = new Uint32Array(memory.buffer, pointer, 3 * INPUT_NUMBERS);
  for (const channel of [0, 1, 2] as const) {
    const min = cube.domainMin[channel];
    const max = cube.domainMax[channel];
    const stride = LATTICE_ROW_BYTES * cube.size ** channel;
    for (let code = 0; code < CODES; code++) {
      const value = Math.min(Math.max(codes[3 * code + channel] as number, min), max);
      const position = ((value - min) / (max - min)) * (cube.size - 1);
      const cell = Math.min(Math.trunc(position), cube.size - 2);
      const entry = channel * INPUT_NUMBERS + 2 * code;
      fractions[entry] = position - cell;
      offsets[entry + 1] = cell * stride + (channel === 0 ? lattice : 0);
    }
  }
}

/** @returns whether the numbers are ordinary ones: a domain may be so narrow that its inverse is infinite. */
function writeAxes(memory: Float32Array, pointer: number, cube: Lut3D, scale: number): boolean {
  const axes = new Float64Array(memory.buffer, pointer, AXES_NUMBERS / 2);
  let isOrdinary = true;
  for (const channel of [0, 1, 2] as const) {
    const low = cube.domainMin[channel] * scale;
    const high = cube.domainMax[channel] * scale;
    const steps = (cube.size - 1) / (high - low);
    isOrdinary &&= Number.isFinite(low) && Number.isFinite(high) && Number.isFinite(steps);
    const values = [low, high, steps, LATTICE_ROW_BYTES * cube.size ** channel, cube.size - 2];
    values.forEach((value, quantity) => {
      axes[4 * quantity + channel] = value;
    });
  }
  return isOrdinary;
}

/** Maps the pixels from `first` to `end`, a chunk at a time. */
export function lutKernel(
  { source, target, run }: PreparedLut,
  call: LutCall,
  first: number,
  end: number,
): void {
  const memory = new Uint8Array(kernelFloats(0).buffer);
  const from = bytesOf(call.source);
  const to = bytesOf(call.target);
  const { BYTES_PER_ELEMENT: size } = call.source;
  const isPlanar = call.layout === "planar";
  const pixelBytes = isPlanar ? size : call.channels * size;
  const planes = isPlanar ? 3 : 1;
  noteChoice("lut kernel", end - first > CHUNK ? "several chunks" : "one chunk");
  noteChoice("lut kernel", isPlanar ? "planar" : "interleaved");
  for (let start = first; start < end; start += CHUNK) {
    const pixels = Math.min(CHUNK, end - start);
    const bytes = pixels * pixelBytes;
    for (let plane = 0; plane < planes; plane++) {
      const at = (plane * call.count + start) * pixelBytes;
      copyEntries(from, at, at + bytes, memory, source + plane * CHUNK * pixelBytes);
    }
    run(pixels);
    for (let plane = 0; plane < planes; plane++) {
      const at = target + plane * CHUNK * pixelBytes;
      copyEntries(memory, at, at + bytes, to, (plane * call.count + start) * pixelBytes);
    }
    if (isPlanar && call.channels === 4) {
      const alpha = 3 * call.count + start;
      call.target.set(call.source.subarray(alpha, alpha + pixels), alpha);
    }
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: LutPixels): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
