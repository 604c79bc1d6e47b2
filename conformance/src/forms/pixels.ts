/** Pixel networks straight on interleaved pixels: 8 and 16 bits and floats, RGB and RGBA, blended, dithered. */
import {
  applyPixelNetwork,
  type PixelData,
  type PixelNetwork,
  pixelNetworkForward,
} from "../../../packages/synthconv/dist/kernels/index.js";
import { DITHER_SIDE, ditherMatrix } from "../../../packages/synthconv/dist/kernels/interleaved/dither.js";
import type { Case, Form } from "../case.js";
import { uniform } from "../numbers.js";
import { isEngineBound, type NetworkShape, networkInFloat64, randomNetwork, titleOf } from "./networks.js";

// Around the groups of 4 and 8 pixels and the chunk (2048) of the kernel.
const COUNTS = [0, 1, 3, 5, 8, 2047, 2048, 2049, 5000];

const LAYOUTS = {
  "8 bits": { top: 255, create: (length: number) => new Uint8Array(length) },
  "8 bits of a canvas": { top: 255, create: (length: number) => new Uint8ClampedArray(length) },
  "16 bits": { top: 65_535, create: (length: number) => new Uint16Array(length) },
  floats: { top: 1, create: (length: number) => new Float32Array(length) },
} satisfies Record<string, { top: number; create: (length: number) => PixelData }>;
type Layout = keyof typeof LAYOUTS;

const shapes: readonly NetworkShape[] = [
  { channels: [3, 16, 3], activation: "relu" },
  { channels: [3, 5, 3], activation: "leakyRelu", residual: true },
  { channels: [3, 3, 3], activation: "none", bias: false },
  { channels: [3, 6, 4, 3], activation: "relu" },
  { channels: [3, 3], activation: ["leakyRelu"], residual: true },
  { channels: [3, 24, 24, 24, 3], activation: "leakyRelu", residual: true },
  { channels: [3, 4, 3], activation: "gelu", residual: true },
];

interface Settings {
  readonly shape: NetworkShape;
  readonly layout: Layout;
  readonly channels: 3 | 4;
  readonly count: number;
  readonly share?: number;
  /** Of a dithered image. */
  readonly width?: number;
  /** Takes the place of one number of a pixel, which no other pixel must notice. */
  readonly spoiltBy?: number;
}

function caseOf(settings: Settings, isShared = false): Case {
  const { shape, layout, channels, count, share, width, spoiltBy } = settings;
  const network = tamed(randomNetwork(shape));
  const pixels = randomPixels(layout, count * channels);
  if (spoiltBy !== undefined) pixels[Math.floor(count / 2) * channels + 1] = spoiltBy;
  const dither = width === undefined ? undefined : { width };
  const extras = [
    share === undefined ? "" : `, share ${share}`,
    width === undefined ? "" : `, dither of width ${width}`,
    spoiltBy === undefined ? "" : `, one of them ${spoiltBy}`,
  ];
  return {
    name: `${titleOf(shape)}, ${channels} x ${layout}${extras.join("")}, ${count} pixels`,
    isShared,
    isEngineBound: isEngineBound(shape) || spoiltBy !== undefined,
    run: (place) => {
      // A copy: the call works in place.
      const applied = place(pixels.slice() as PixelData);
      applyPixelNetwork({ network, pixels: applied, channels, share, dither });
      return { pixels: applied };
    },
    exact: () => ({ pixels: exactPixels(network, pixels, settings) }),
  };
}

/** Outputs near the middle of the range, so that most are not clamped. */
function tamed({ layers, residual }: PixelNetwork): PixelNetwork {
  const last = layers.length - 1;
  return {
    residual,
    layers: layers.map((layer, index) => {
      if (index < last) return layer;
      const weight = layer.weight.map((value) => value * 0.2);
      return { ...layer, weight, bias: layer.bias?.map((value) => 0.3 + 0.2 * value) };
    }),
  };
}

function randomPixels(layout: Layout, length: number): PixelData {
  const { top, create } = LAYOUTS[layout];
  const pixels = create(length);
  const numbers = uniform(length, layout, 0, top === 1 ? 1 : top + 1);
  // Storing cuts the fraction off; that of a canvas rounds and clamps.
  pixels.set(numbers);
  return pixels;
}

/** Blended and in units of the data, not rounded; where a dither is, as far from a half as from its threshold. */
function exactPixels(
  network: PixelNetwork,
  pixels: PixelData,
  { layout, channels, count, share = 1, width }: Settings,
): Float64Array {
  const { top } = LAYOUTS[layout];
  const before = (pixel: number, channel: number) => (pixels[pixel * channels + channel] as number) / top;
  const image = Float64Array.from({ length: 3 * count }, (_, i) => before(i % count, Math.floor(i / count)));
  const output = new Float64Array(3 * count);
  pixelNetworkForward({ network: networkInFloat64(network), image, pixels: count, output });
  const exact = Float64Array.from(pixels);
  for (let pixel = 0; pixel < count; pixel++) {
    const lift = width === undefined ? 0 : thresholdAt(pixel, width) - 0.5;
    for (let channel = 0; channel < 3; channel++) {
      const from = before(pixel, channel);
      const to = output[channel * count + pixel] as number;
      // Infinity - Infinity is NaN, also where nothing is blended.
      const blended = share === 1 ? to : from + share * (to - from);
      exact[pixel * channels + channel] = blended * top + lift;
    }
  }
  return exact;
}

function thresholdAt(pixel: number, width: number): number {
  const column = (pixel % width) % DITHER_SIDE;
  const row = Math.floor(pixel / width) % DITHER_SIDE;
  return ditherMatrix[row * DITHER_SIDE + column] as number;
}

function formOf(layout: Layout): Form {
  // A canvas has the kernels of other bytes.
  const counts = layout === "8 bits of a canvas" ? [5, 2049] : COUNTS;
  const cases = ([3, 4] as const).flatMap((channels) => [
    ...shapes.flatMap((shape) =>
      counts.flatMap((count) => [
        caseOf({ shape, layout, channels, count }),
        caseOf({ shape, layout, channels, count, share: 0.3 }),
      ]),
    ),
    caseOf({ shape: { channels: [3, 32, 3], activation: "relu" }, layout, channels, count: 30_001 }, true),
    caseOf(
      { shape: { channels: [3, 24, 24, 3], activation: "relu" }, layout, channels, count: 16_389 },
      true,
    ),
  ]);
  return { name: `pixels, ${layout}`, cases };
}

const ditherForm: Form = {
  name: "pixels, dithered",
  cases: ([3, 4] as const).flatMap((channels) => {
    const settings = { layout: "8 bits", channels } as const;
    const shape: NetworkShape = { channels: [3, 16, 3], activation: "relu" };
    const deeper: NetworkShape = { channels: [3, 6, 4, 3], activation: "relu" };
    const sizes = [
      [5, 1],
      [64, 8],
      [2049, 13],
      [5000, 2051],
      [4100, 2 ** 31 - 1],
    ] as const;
    return [
      ...sizes.flatMap(([count, width]) => [
        caseOf({ ...settings, shape, count, width }),
        caseOf({ ...settings, shape: deeper, count, width, share: 0.6 }),
      ]),
      caseOf(
        { ...settings, shape: { channels: [3, 32, 3], activation: "relu" }, count: 30_001, width: 1003 },
        true,
      ),
    ];
  }),
};

const spoiltForm: Form = {
  name: "pixels, floats that are not finite",
  cases: ([3, 4] as const).flatMap((channels) =>
    [Number.NaN, Number.POSITIVE_INFINITY].flatMap((spoiltBy) =>
      shapes.map((shape) => caseOf({ shape, layout: "floats", channels, count: 21, spoiltBy })),
    ),
  ),
};

export const pixelForms: readonly Form[] = [
  ...(Object.keys(LAYOUTS) as Layout[]).map(formOf),
  ditherForm,
  spoiltForm,
];
