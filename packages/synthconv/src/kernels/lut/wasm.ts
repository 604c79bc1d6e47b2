/** The lookup on the kernel: what it covers, how its memory is laid out, the loop over chunks. */
import { isIdentityCube, type Lut, type Lut3D, type LutTables, tablesOf } from "../../colour/index.js";
import { noteChoice } from "../../core/choices.js";
import { copyEntries } from "../../core/copy.js";
import { kernelLoader } from "../base/backend.js";
import { kernelFloats, layOut } from "../base/memory.js";
import * as constants from "./generated/constants.js";
import { wasmBase64 as plain } from "./generated/plain.js";
import { wasmBase64 as relaxed } from "./generated/relaxed.js";
import {
  AXES_NUMBERS,
  CORNER_NUMBERS,
  INPUT_NUMBERS,
  type Kernel,
  type KernelLattice,
  type KernelSteps,
  LATTICE_ROW_BYTES,
  writeAxes,
  writeCorners,
  writeInputs,
} from "./tables.js";
import { fullScale, type LutCall, type LutImplementation, type LutPixels } from "./types.js";

const loadKernel: () => Kernel | undefined = kernelLoader<Kernel>({ plain, relaxed });

// 26 MB of lattice. WebAssembly memory never shrinks: larger ones (256 nodes are 201 MB) stay where they are, on the
// reference path.
const MAX_NODES = 129;

// Pixels that are in kernel memory at a time (README.md).
const CHUNK = 8192;

// Vectors read up to 16 bytes past the last pixel or corner, groups of four pixels up to 16 bytes more.
const SLACK = 8;

/** A lookup whose lattice is in kernel memory. */
interface StoredLut {
  readonly source: number;
  readonly target: number;
  /** Maps the pixels that lie at `source` to `target`. */
  readonly run: (pixels: number) => void;
}

/** Covers what README.md lists; a table that is not sound is left to the reference, which refuses it. */
export const wasm: LutImplementation = {
  name: "wasm",
  prepare: (lut, call) => {
    const stored = storeLut(lut, call);
    return stored && ((first, end) => mapChunks(stored, call, first, end));
  },
};

/** Copies the lattice into kernel memory; undefined where the kernel does not cover the call. */
function storeLut(lut: Lut, call: LutCall): StoredLut | undefined {
  const tables = tablesOf(lut);
  if (tables === undefined) return undefined;
  const { shaper, cube } = tables;
  const kind = pixelKind(call);
  const obstacle = obstacleOf(tables, kind);
  if (obstacle !== undefined) noteChoice("lut kernel", obstacle);
  if (obstacle !== undefined || cube === undefined || kind === undefined) return undefined;
  const kernel = loadKernel();
  if (kernel === undefined) return undefined;
  const { start, end } = regionsFor(cube);
  const memory = kernelFloats(end);
  memory.set(cube.table, start.lattice / Float32Array.BYTES_PER_ELEMENT);
  const latticeKind = kernel.kindOfLattice(start.lattice, cube.table.byteLength);
  if (latticeKind === constants.NOT_FINITE) return undefined;
  const interpolation = cube.interpolation ?? call.interpolation;
  noteChoice("lut kernel", interpolation);
  const { source, target } = start;
  const steps: KernelSteps = [LATTICE_ROW_BYTES * cube.size, LATTICE_ROW_BYTES * cube.size ** 2];
  const corners = interpolation === "tetrahedral" ? start.corners : 0;
  if (corners !== 0) writeCorners(memory, corners, steps);
  const { channels } = call;
  if (kind === "uint8" && latticeKind === constants.UNIT) {
    noteChoice("lut kernel", "eight bits");
    writeInputs(memory, start.inputs, start.lattice, shaper, cube);
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
  noteChoice(
    "lut kernel",
    kind === "float32" ? "floats" : kind === "uint16" ? "exact, 16 bits" : "exact, 8 bits",
  );
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
function obstacleOf({ shaper, cube }: LutTables, kind: ReturnType<typeof pixelKind>): string | undefined {
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

/** Maps the pixels from `first` to `end`, a chunk at a time. */
function mapChunks({ source, target, run }: StoredLut, call: LutCall, first: number, end: number): void {
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
