/** Pixels of a photo, as decoders make them. */
import { check } from "../core/arguments.js";
import { ShapeError } from "../core/errors.js";
import { CHANNELS, type Kind, kind, whole } from "../core/kinds.js";
import { PIXELS, type PixelData } from "../kernels/index.js";

/** Pixels of a photo as an image file holds them: interleaved, whole numbers over their full range. */
export interface PixelView {
  readonly width: number;
  readonly height: number;
  /** Values per pixel: 3, or 4 with an alpha by which the pixel counts. */
  readonly channels: 3 | 4;
  readonly data: PixelData;
}

/** The sample that stands for 1. */
export function topOf(data: PixelData): number {
  return data instanceof Float32Array ? 1 : data instanceof Uint16Array ? 65_535 : 255;
}

const SIDE = whole(1);
const VIEW: Kind<PixelView> = kind(
  "decoded pixels, an object { width, height, channels, data }",
  (value) =>
    typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value),
);

/**
 * Photos that decoders make: more than the four names does no harm.
 *
 * @throws {ValueError} when it is none.
 * @throws {ShapeError} when its data is not that of its size.
 */
export function checkView(where: string, name: string, view: PixelView): void {
  check(where, name, view, VIEW);
  const { width, height, channels, data } = view;
  check(`${where} ${name}`, "width", width, SIDE);
  check(`${where} ${name}`, "height", height, SIDE);
  check(`${where} ${name}`, "channels", channels, CHANNELS);
  check(`${where} ${name}`, "data", data, PIXELS);
  const values = width * height * channels;
  if (data.length === values) return;
  throw new ShapeError({
    where: `${where} ${name} data`,
    expected: `${width} x ${height} x ${channels} = ${values} values`,
    received: String(data.length),
  });
}
