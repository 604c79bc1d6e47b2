/** The meaning of a network on coded frames, for every network; but for the network itself everything is float64. */
import { blendPlanes } from "../interleaved/index.js";
import { prepare } from "../pixel-network/implementations.js";
import { mirrored, narrowingPhases, narrowingWeights, type Phase, wideningPhases } from "./filter.js";
import { fromRgbMatrix, toRgbMatrix } from "./matrix.js";
import {
  type RowRange,
  type SamplePlane,
  type Scale,
  scalesOf,
  workedSize,
  type YCbCrCall,
  type YCbCrImplementation,
} from "./types.js";

type Row = Float64Array;
type Rows = readonly [luma: Row, blueness: Row, redness: Row];

/** Covers every call. */
export const reference: YCbCrImplementation = {
  name: "reference",
  prepare: (call) => {
    const [, height] = workedSize(call);
    const prepared = prepare(call.network, [], "forward");
    return ({ first, end }) => {
      const made = new Map<number, Rows>();
      // Rows around the range count for colours that stand for several.
      for (let y = Math.max(first - 5, 0); y < Math.min(end + 6, height); y++) {
        const image = rgbOf(call, y);
        const count = image.length / 3;
        const output = new Float32Array(image.length);
        prepared.forward({ network: call.network, image, pixels: count, output }, { first: 0, end: count });
        if (call.share !== 1) blendPlanes(image, output, call.share);
        made.set(y, codedOf(call, output));
      }
      writeRows(call, made, { first, end });
    };
  },
};

/** A row of RGB in 0 to 1: three planes. */
function rgbOf(call: YCbCrCall, y: number): Float32Array {
  const { layout, planes } = call.source;
  const [width, height] = workedSize(call);
  const scales = scalesOf(layout);
  const luma = readRow(planes[0], scales.luma, y, call.width, call.height, width);
  const [blueness, redness] = [planes[1], planes[2]].map((plane) => {
    const [across, down] = layout.chroma;
    const [columns, rows] = [Math.ceil(call.width / 2 ** across), Math.ceil(call.height / 2 ** down)];
    const worked = [width / 2 ** across, height / 2 ** down] as const;
    const row = (at: number): Row => readRow(plane, scales.colour, at, columns, rows, worked[0]);
    const here = down === 0 ? row(y) : combined(wideningPhases(layout.siting[1]), y, worked[1], row);
    if (across === 0) return here;
    const phases = wideningPhases(layout.siting[0]);
    return Float64Array.from({ length: width }, (_, x) =>
      weighted(phaseAt(phases, x), Math.floor(x / 2), worked[0], (at) => here[at] as number),
    );
  }) as [Row, Row];
  const [red, greenOfCb, greenOfCr, blue] = toRgbMatrix(layout);
  const image = new Float32Array(3 * width);
  luma.forEach((light, x) => {
    const [cb, cr] = [blueness[x] as number, redness[x] as number];
    image[x] = toUnit(light + red * cr);
    image[width + x] = toUnit(light + greenOfCb * cb + greenOfCr * cr);
    image[2 * width + x] = toUnit(light + blue * cb);
  });
  return image;
}

/** Luma and colours of every pixel of a row. */
function codedOf({ target }: YCbCrCall, rgb: Float32Array): Rows {
  const width = rgb.length / 3;
  const [red, green, blue, cb, cr] = fromRgbMatrix(target.layout);
  const rows: Rows = [new Float64Array(width), new Float64Array(width), new Float64Array(width)];
  for (let x = 0; x < width; x++) {
    const [r, g, b] = [0, 1, 2].map((channel) => toUnit(rgb[channel * width + x] as number)) as [
      number,
      number,
      number,
    ];
    const light = red * r + green * g + blue * b;
    rows[0][x] = light;
    rows[1][x] = cb * (b - light);
    rows[2][x] = cr * (r - light);
  }
  return rows;
}

function writeRows(call: YCbCrCall, made: ReadonlyMap<number, Rows>, { first, end }: RowRange): void {
  const { layout, planes } = call.target;
  const [width, height] = workedSize(call);
  const scales = scalesOf(layout);
  const [across, down] = layout.chroma;
  const row = (channel: 0 | 1 | 2, y: number): Row => made.get(y)?.[channel] as Row;
  for (let y = first; y < Math.min(end, call.height); y++) {
    writeRow(planes[0], scales.luma, layout.bits, y, call.width, row(0, y));
  }
  const stored = Math.ceil(call.width / 2 ** across);
  for (const channel of [1, 2] as const) {
    for (let c = first >> down; c < Math.ceil(Math.min(end, call.height) / 2 ** down); c++) {
      const here =
        down === 0 ? row(channel, c) : narrowedDown(c, height, layout.siting[1], (y) => row(channel, y));
      const narrow = across === 0 ? here : narrowedAcross(here, width, layout.siting[0]);
      writeRow(planes[channel], scales.colour, layout.bits, c, stored, narrow);
    }
  }
}

function narrowedDown(c: number, height: number, siting: number, row: (y: number) => Row): Row {
  const rows = narrowingWeights(siting).map(
    (weight, nth) => [weight, row(mirrored(2 * c - 5 + nth, height))] as const,
  );
  return Float64Array.from({ length: rows[0]?.[1].length ?? 0 }, (_, x) =>
    rows.reduce((sum, [weight, one]) => sum + weight * (one[x] as number), 0),
  );
}

function narrowedAcross(row: Row, width: number, siting: number): Row {
  const phases = narrowingPhases(siting);
  return Float64Array.from({ length: width / 2 }, (_, c) =>
    phases.reduce(
      (sum, { first, weights }, parity) =>
        sum +
        weights.reduce((own, weight, nth) => {
          const x = mirrored(2 * (c + first + nth) + parity, width);
          return own + (weight === 0 ? 0 : weight * (row[x] as number));
        }, 0),
      0,
    ),
  );
}

function phaseAt([even, odd]: readonly [Phase, Phase], pixel: number): Phase {
  return pixel % 2 === 0 ? even : odd;
}

function weighted(
  { first, weights }: Phase,
  c: number,
  count: number,
  at: (place: number) => number,
): number {
  return weights.reduce(
    (sum, weight, nth) => sum + (weight === 0 ? 0 : weight * at(mirrored(c + first + nth, count))),
    0,
  );
}

function combined(phases: readonly [Phase, Phase], y: number, count: number, row: (at: number) => Row): Row {
  const phase = phaseAt(phases, y);
  const rows = phase.weights.map((_, nth) => row(mirrored((y >> 1) + phase.first + nth, count)));
  return Float64Array.from({ length: rows[0]?.length ?? 0 }, (_, x) =>
    phase.weights.reduce((sum, weight, nth) => sum + weight * (rows[nth]?.[x] as number), 0),
  );
}

/** The last sample and the last row once more where a frame is worked on one pixel larger. */
function readRow(
  plane: SamplePlane,
  { zero, span }: Scale,
  y: number,
  width: number,
  height: number,
  worked: number,
): Row {
  const start = Math.min(y, height - 1) * width;
  return Float64Array.from(
    { length: worked },
    (_, x) => ((plane[start + Math.min(x, width - 1)] as number) - zero) / span,
  );
}

function writeRow(
  plane: SamplePlane,
  { zero, span }: Scale,
  bits: number,
  y: number,
  width: number,
  row: Row,
): void {
  const top = 2 ** bits - 1;
  for (let x = 0; x < width; x++) {
    const value = (row[x] as number) * span + zero;
    plane[y * width + x] = Math.floor(Math.min(Math.max(value + 0.5, 0), top));
  }
}

/** NaN is 0, as a photo's pixels are stored. */
function toUnit(value: number): number {
  return value > 0 ? Math.min(value, 1) : 0;
}
