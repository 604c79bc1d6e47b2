/** What is checked about the pixels of a lookup. */
import { INTERPOLATION, LAYOUT } from "../../colour/index.js";
import {
  CHANNELS,
  check,
  checkOptions,
  type Fields,
  type Kind,
  kind,
  optional,
  ShapeError,
  ValueError,
} from "../../core/index.js";
import type { ApplyLutOptions, LutCall, LutPixels } from "./types.js";

const PIXELS: Kind<LutPixels> = kind(
  "a Uint8Array, Uint8ClampedArray, Uint16Array, Float32Array or Float64Array",
  (value) =>
    value instanceof Uint8Array ||
    value instanceof Uint8ClampedArray ||
    value instanceof Uint16Array ||
    value instanceof Float32Array ||
    value instanceof Float64Array,
);
const OPTIONS: Fields<ApplyLutOptions> = {
  channels: optional(CHANNELS),
  layout: optional(LAYOUT),
  interpolation: optional(INTERPOLATION),
  output: optional(PIXELS),
};

/** @throws {ValueError | ShapeError} as `applyLut` does. */
export function checkCall(where: string, pixels: LutPixels, options: ApplyLutOptions): LutCall {
  check(where, "pixels", pixels, PIXELS);
  checkOptions(where, options, OPTIONS);
  const { channels = 3, layout = "interleaved", interpolation = "tetrahedral", output } = options;
  checkAttached(`${where} pixels`, pixels);
  const count = pixels.length / channels;
  if (!Number.isInteger(count)) {
    throw new ShapeError({
      where: `${where} pixels`,
      expected: `a whole number of pixels of ${channels} values`,
      received: `${pixels.length} values`,
    });
  }
  const target = output ?? allocateLike(pixels);
  if (output !== undefined) checkOutput(`${where} output`, pixels, output);
  return { source: pixels, target, count, channels, layout, interpolation };
}

/** Not by the constructor: that of a subclass, such as Node's Buffer, may want other arguments. */
function allocateLike(pixels: LutPixels): LutPixels {
  const { length } = pixels;
  if (pixels instanceof Float32Array) return new Float32Array(length);
  if (pixels instanceof Float64Array) return new Float64Array(length);
  if (pixels instanceof Uint16Array) return new Uint16Array(length);
  return pixels instanceof Uint8ClampedArray ? new Uint8ClampedArray(length) : new Uint8Array(length);
}

/** A detached array has no length and could pass for an empty image. */
function checkAttached(where: string, pixels: LutPixels): void {
  if (pixels.length > 0 || !isDetached(pixels.buffer)) return;
  throw new ValueError({
    where,
    expected: "an array that holds its memory",
    received: "a detached one",
    repair: "It was transferred to another thread or to WebAssembly: copy it before.",
  });
}

/** Engines before 2024 have no `detached`, but none makes a view of a detached buffer. */
function isDetached(buffer: ArrayBufferLike): boolean {
  try {
    return new Uint8Array(buffer).length < 0;
  } catch {
    return true;
  }
}

function checkOutput(where: string, pixels: LutPixels, output: LutPixels): void {
  checkAttached(where, output);
  if (kindName(output) !== kindName(pixels)) {
    throw new ValueError({ where, expected: `a ${kindName(pixels)}`, received: `a ${kindName(output)}` });
  }
  if (output.length !== pixels.length) {
    throw new ShapeError({
      where,
      expected: `as many values as the pixels, ${pixels.length}`,
      received: String(output.length),
    });
  }
  const distance = Math.abs(output.byteOffset - pixels.byteOffset);
  if (output.buffer === pixels.buffer && distance > 0 && distance < pixels.byteLength) {
    throw new ValueError({
      where,
      expected: "the pixels themselves or memory apart from them",
      received: `memory that overlaps them, ${distance} bytes away`,
    });
  }
}

/** Also of a subclass, such as Node's Buffer. */
function kindName(pixels: LutPixels): string {
  return pixels[Symbol.toStringTag];
}
