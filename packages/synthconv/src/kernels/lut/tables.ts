/** The kernel's functions, and the tables that they read beside the lattice. */
import { type Lut1D, type Lut3D, LutSampler } from "../../colour/index.js";

/** The exports of assembly/kernel.ts; pointers are byte offsets. */
export interface Kernel {
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
export type KernelLattice = [lattice: number, axes: number, corners: number, ...KernelSteps];
export type KernelSteps = [stepGreen: number, stepBlue: number];

const CODES = 256;
export const LATTICE_ROW_BYTES = 12;

// Entries of {float32 fraction, uint32 offset} a channel.
export const INPUT_NUMBERS: number = 2 * CODES;

// Pairs by a number whose bits 0, 4 and 8 are used.
export const CORNER_NUMBERS: number = 2 * 0x112;

// Five quantities of four float64 each, in float32 numbers.
export const AXES_NUMBERS = 40;

/** For every order of the fractions, the way from a cell's first corner along the falling fractions. */
export function writeCorners(memory: Float32Array, pointer: number, [green, blue]: KernelSteps): void {
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
export function writeInputs(
  memory: Float32Array,
  pointer: number,
  lattice: number,
  shaper: Lut1D | undefined,
  cube: Lut3D,
): void {
  const codes = Float64Array.from({ length: 3 * CODES }, (_, entry) => Math.floor(entry / 3) / 255);
  if (shaper !== undefined) new LutSampler({ stages: [shaper] }).apply(codes, codes);
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
export function writeAxes(memory: Float32Array, pointer: number, cube: Lut3D, scale: number): boolean {
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
