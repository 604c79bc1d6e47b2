/** A chart put through a filter that is drawn at random, as an app would give it back. */
import sharp from "sharp";
import type { Rgb } from "../../../../test-support/random-map.js";
import { drawChart } from "../../src/chart/draw-chart.js";
import { CHART_SIDE } from "../../src/chart/layout.js";
import type { ColourPicture } from "../../src/chart/read-patches.js";
import type { RandomStream } from "../../src/index.js";

export interface Filter {
  /** Of encoded sRGB, 0 to 1. */
  readonly map: (colour: Rgb) => Rgb;
  /** By how much the corners are darker, 0 to 1, and what is added from left to right. */
  readonly vignette: number;
  /** The same in front of the filter, which then sees darker colours there. Default 0. */
  readonly vignetteBefore?: number;
  readonly gradient: number;
  /** Standard deviation of grain. */
  readonly grain: number;
}

/** Interleaved 8-bit RGB of the chart's own size. */
export function filtered(
  { map, vignette, vignetteBefore = 0, gradient, grain }: Filter,
  random: RandomStream,
): Uint8Array {
  const data = drawChart();
  const known = new Map<number, Rgb>();
  // A prime number of them, so that no two rows have the same: six million draws would take seconds.
  const noises = Float32Array.from({ length: grain === 0 ? 1 : 65_521 }, () => grain * random.normal());
  for (let at = 0; at < data.length; at += 3) {
    const [red, green, blue] = [data[at], data[at + 1], data[at + 2]] as Rgb;
    const pixel = at / 3;
    const u = (2 * (pixel % CHART_SIDE)) / CHART_SIDE - 1;
    const v = (2 * Math.floor(pixel / CHART_SIDE)) / CHART_SIDE - 1;
    const before = 1 - (vignetteBefore * (u * u + v * v)) / 2;
    const key = (red << 16) | (green << 8) | blue;
    let colour = vignetteBefore === 0 ? known.get(key) : undefined;
    if (colour === undefined) {
      colour = map([red, green, blue].map((code) => (before * code) / 255) as Rgb);
      if (vignetteBefore === 0) known.set(key, colour);
    }
    const gain = 1 - (vignette * (u * u + v * v)) / 2;
    const noise = noises[pixel % noises.length] as number;
    for (let channel = 0; channel < 3; channel++) {
      data[at + channel] = Math.round(
        255 * Math.min(1, Math.max(0, (colour[channel] as number) * gain + gradient * u + noise)),
      );
    }
  }
  return data;
}

export interface Export {
  readonly scale: number;
  /** Pixels of the chart that go on each side: left, top, right, bottom. */
  readonly crop: readonly [number, number, number, number];
  readonly turn: 0 | 90 | 180 | 270;
  readonly mirrored: boolean;
  readonly quality: number;
}

/** A JPEG. */
export function exported(
  data: Uint8Array,
  { scale, crop, turn, mirrored, quality }: Export,
): Promise<Buffer> {
  const [left, top, right, bottom] = crop;
  const [width, height] = [CHART_SIDE - left - right, CHART_SIDE - top - bottom];
  const size = { width: Math.round(scale * width), height: Math.round(scale * height) };
  const raw = { raw: { width: CHART_SIDE, height: CHART_SIDE, channels: 3 as const } };
  return sharp(data, raw)
    .extract({ left, top, width, height })
    .resize({ ...size, fit: "fill" })
    .toBuffer()
    .then((resized) => sharp(resized, { raw: { ...size, channels: 3 } }))
    .then((image) => (mirrored ? image.flop() : image).rotate(turn).jpeg({ quality }).toBuffer());
}

/** The picture as it is decoded. */
export async function decoded(jpeg: Buffer): Promise<ColourPicture> {
  const { data, info } = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true });
  const pixels = info.width * info.height;
  const planes = new Float32Array(3 * pixels);
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (let channel = 0; channel < 3; channel++) {
      planes[channel * pixels + pixel] = (data[3 * pixel + channel] as number) / 255;
    }
  }
  return { width: info.width, height: info.height, planes };
}
