/** A source's rows, as planes of RGB in kernel memory. */
import { noteChoice } from "../../core/choices.js";
import { copyEntries } from "../../core/copy.js";
import { BYTES, roundUp } from "../base/memory.js";
import { mirrored, TAPS } from "./filter.js";
import type { Kernel } from "./kernel.js";
import { type Memory, SOURCE_ROWS } from "./memory.js";
import { type SamplePlane, type Scale, scalesOf, workedSize, type YCbCrCall } from "./types.js";

const NOTHING = -1;

export class SourceRows {
  /** Of the rows as they are worked on. */
  readonly width: number;
  readonly #call: YCbCrCall;
  readonly #kernel: Kernel;
  readonly #memory: Memory;
  readonly #height: number;
  readonly #scales: ReturnType<typeof scalesOf>;
  /** Which row of colours lies in each place. */
  readonly #held = new Int32Array(SOURCE_ROWS).fill(NOTHING);

  constructor(call: YCbCrCall, kernel: Kernel, memory: Memory) {
    this.#call = call;
    this.#kernel = kernel;
    this.#memory = memory;
    [this.width, this.#height] = workedSize(call);
    this.#scales = scalesOf(call.source.layout);
    const { bits, chroma } = call.source.layout;
    noteChoice("coded frames on a kernel", `${bits > 8 ? "16" : "8"} bits in`);
    noteChoice("coded frames on a kernel", `chroma ${chroma.join()} in`);
  }

  /** Leaves row y in `start.image`, planes a row apart. */
  toRgb(y: number): void {
    const { width, height, source } = this.#call;
    const { start, rowBytes, toRgb } = this.#memory;
    this.#unpack(source.planes[0], this.#scales.luma, y, [width, height], this.width, start.luma);
    const [blueness, redness] = ([0, 1] as const).map((colour) => this.#colours(y, colour)) as [
      number,
      number,
    ];
    const bytes = roundUp(this.width, 4) * BYTES;
    this.#kernel.toRgb(start.luma, blueness, redness, toRgb, start.image, rowBytes, bytes);
  }

  /** @returns where the colours of every pixel of row y are. */
  #colours(y: number, colour: 0 | 1): number {
    const { chroma } = this.#call.source.layout;
    const { start, rowBytes, beside, widenAcross } = this.#memory;
    const here = chroma[1] === 0 ? this.#row(y, colour) : this.#blended(y, colour);
    if (chroma[0] === 0) return here;
    const count = this.width / 2;
    this.#mirrorEnds(here, count);
    const target = start.wide + colour * rowBytes + beside;
    const [even, odd] = widenAcross.phases;
    const bytes = roundUp(count, 4) * BYTES;
    const { weights } = widenAcross;
    const [evenFirst, oddFirst] = [even.first * BYTES, odd.first * BYTES];
    this.#kernel.widen(here, target, bytes, weights, even.isSingle, evenFirst, oddFirst);
    return target;
  }

  /** The colours of pixels of row y, from the rows of colours around it. */
  #blended(y: number, colour: 0 | 1): number {
    const { start, rowBytes, beside, widenDown, pointers } = this.#memory;
    const parity = y % 2;
    const { first, isSingle } = widenDown.phases[parity] as (typeof widenDown.phases)[0];
    const rows = this.#height / 2;
    if (isSingle) return this.#row(y >> 1, colour);
    for (let tap = 0; tap < TAPS; tap++) {
      pointers[tap] = this.#row(mirrored((y >> 1) + first + tap, rows), colour);
    }
    const target = start.blended + colour * rowBytes + beside;
    const bytes = roundUp(this.#columns, 4) * BYTES;
    this.#kernel.sumRows(start.rows, widenDown.weights + parity * TAPS * BYTES, target, bytes, false);
    return target;
  }

  /** Where row c of a colour lies, unpacked. */
  #row(c: number, colour: 0 | 1): number {
    const place = c % SOURCE_ROWS;
    const { start, rowBytes, beside } = this.#memory;
    const at = (one: 0 | 1): number => start.held + (2 * place + one) * rowBytes + beside;
    if (this.#held[place] !== c) {
      this.#held[place] = c;
      const { width, height, source } = this.#call;
      const [across, down] = source.layout.chroma;
      const stored = [Math.ceil(width / 2 ** across), Math.ceil(height / 2 ** down)] as const;
      for (const one of [0, 1] as const) {
        const plane = source.planes[one + 1] as SamplePlane;
        this.#unpack(plane, this.#scales.colour, c, stored, this.#columns, at(one));
      }
    }
    return at(colour);
  }

  get #columns(): number {
    return this.width / 2 ** this.#call.source.layout.chroma[0];
  }

  /** The last sample and the last row once more where a frame is worked on one pixel larger. */
  #unpack(
    plane: SamplePlane,
    { zero, span }: Scale,
    y: number,
    [width, height]: readonly [number, number],
    worked: number,
    target: number,
  ): void {
    const { start, bytes: memory } = this.#memory;
    const size = plane.BYTES_PER_ELEMENT;
    const from = Math.min(y, height - 1) * width;
    copyEntries(bytesOf(plane), from * size, (from + width) * size, memory, start.samples);
    const { unpack8, unpack16 } = this.#kernel;
    const length = roundUp(width, 4) * BYTES;
    (size === 1 ? unpack8 : unpack16)(start.samples, target, length, 1 / span, -zero / span);
    const floats = this.#memory.floats;
    for (let x = width; x < worked; x++) floats[target / BYTES + x] = floats[target / BYTES + width - 1] ?? 0;
  }

  #mirrorEnds(row: number, count: number): void {
    const { floats } = this.#memory;
    const at = row / BYTES;
    for (let beside = 1; beside <= TAPS / 2; beside++) {
      floats[at - beside] = floats[at + mirrored(-beside, count)] as number;
      const behind = count - 1 + beside;
      floats[at + behind] = floats[at + mirrored(behind, count)] as number;
    }
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: SamplePlane): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
