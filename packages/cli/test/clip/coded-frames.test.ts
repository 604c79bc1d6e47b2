/** Frames on their way as they are coded, against the way by RGB of 16 bits, whose conversions are zscale's. */
import { execFileSync } from "node:child_process";
import {
  applyPixelNetworkToPlanes,
  applyPixelNetworkToYCbCr,
  type YCbCrFrame,
  type YCbCrLayout,
} from "synthconv/internal";
import type { PixelNetwork } from "synthconv/look";
import { expect, it } from "vitest";
import { uniformNumbers } from "../../../../test-support/numbers.js";
import { apart, CHROMA, describeClips } from "./material.js";

const numbers = (count: number, purpose: string, most: number): Float32Array =>
  Float32Array.from(uniformNumbers(count, purpose, { low: -most, high: most, seed: 3 }));
const network: PixelNetwork = {
  layers: [
    { inputs: 3, outputs: 16, weight: numbers(48, "first", 0.5), bias: undefined, activation: "relu" },
    { inputs: 16, outputs: 3, weight: numbers(48, "second", 0.1), bias: undefined, activation: "none" },
  ],
  residual: true,
};

const CHROMAS = { 420: [1, 1], 422: [1, 0], 444: [0, 0] } as const;
const MATRICES = {
  "709": { red: 0.2126, blue: 0.0722 },
  "170m": { red: 0.299, blue: 0.114 },
  fcc: { red: 0.3, blue: 0.11 },
  "2020_ncl": { red: 0.2627, blue: 0.0593 },
} as const;
const SITINGS = {
  left: [0, 0.5],
  center: [0.5, 0.5],
  topleft: [0, 0],
  top: [0.5, 0],
  bottomleft: [0, 1],
  bottom: [0.5, 1],
} as const;

type Case = readonly [
  sampling: keyof typeof CHROMAS,
  bits: number,
  range: "limited" | "full",
  matrix: keyof typeof MATRICES,
  siting: keyof typeof SITINGS,
];
/** Each sampling, depth, range, matrix and siting; the noise has values beyond what is a colour. */
const CASES: readonly Case[] = [
  [420, 8, "limited", "709", "left"],
  [420, 8, "full", "170m", "center"],
  [420, 10, "limited", "2020_ncl", "topleft"],
  [420, 12, "limited", "709", "bottomleft"],
  [420, 8, "limited", "170m", "top"],
  [420, 16, "full", "709", "bottom"],
  [422, 10, "limited", "709", "left"],
  [422, 12, "full", "fcc", "center"],
  [444, 8, "limited", "709", "left"],
];
const [WIDTH, HEIGHT] = [70, 46];
// Of 65,535: the way by RGB rounds twice to whole numbers of 16 bits, and 64 are 1/1023.
const ROUNDING = 3;

function filtered(input: Buffer, from: string, filters: string): Buffer {
  const raw = ["-f", "rawvideo", "-pix_fmt", from, "-s", `${WIDTH}x${HEIGHT}`, "-i", "-"];
  const args = ["-v", "error", ...raw, "-vf", filters, "-f", "rawvideo", "-"];
  return execFileSync("ffmpeg", args, { input, maxBuffer: 2 ** 24 });
}

/** Planes of a frame over bytes. */
function frameOf(layout: YCbCrLayout, bytes: Buffer): YCbCrFrame {
  const [across, down] = layout.chroma;
  const [luma, colours] = [WIDTH * HEIGHT, (WIDTH >> across) * (HEIGHT >> down)];
  const samples = layout.bits > 8 ? wordsOf(bytes) : Uint8Array.from(bytes);
  const at = (first: number, length: number) => samples.subarray(first, first + length);
  return { layout, planes: [at(0, luma), at(luma, colours), at(luma + colours, colours)] };
}

function wordsOf(bytes: Buffer): Uint16Array {
  return new Uint16Array(Uint8Array.from(bytes).buffer);
}

function bytesOf({ planes }: YCbCrFrame): Buffer {
  return Buffer.from(planes[0].buffer);
}

describeClips("a frame on its way as it is coded", () => {
  it.each(CASES)("is what zscale makes of it on both sides of the look: %s %i %s %s %s", (...one) => {
    const [sampling, bits, range, matrix, siting] = one;
    const layout = {
      bits,
      range,
      matrix: MATRICES[matrix],
      chroma: CHROMAS[sampling],
      siting: SITINGS[siting],
    };
    const name = `yuv${sampling}p${bits === 8 ? "" : `${bits}le`}`;
    const length = WIDTH * HEIGHT + 2 * (WIDTH >> layout.chroma[0]) * (HEIGHT >> layout.chroma[1]);
    const unit = 2 ** bits - 1;
    const noise = uniformNumbers(length, one.join(), { low: 0, high: 1, seed: 5 });
    const values = Array.from(noise, (value, at) =>
      Math.round(unit * (at % 7 === 0 ? value : 0.3 + 0.3 * value)),
    );
    const source = bits > 8 ? Buffer.from(Uint16Array.from(values).buffer) : Buffer.from(values);
    const made = (depth: number): Buffer => {
      const wide = { ...layout, bits: depth };
      const target = frameOf(wide, Buffer.alloc(length * (depth > 8 ? 2 : 1)));
      const call = { network, width: WIDTH, height: HEIGHT, source: frameOf(layout, source), target };
      applyPixelNetworkToYCbCr(call);
      return bytesOf(target);
    };

    const there = `matrixin=${matrix}:matrix=gbr:rangein=${range}:range=full:${CHROMA}:chromalin=${siting}`;
    const rgb = wordsOf(filtered(source, name, `zscale=${there},format=gbrp16le`));
    const plane = (nth: number) => rgb.subarray(nth * WIDTH * HEIGHT, (nth + 1) * WIDTH * HEIGHT);
    applyPixelNetworkToPlanes({ network, planes: [plane(2), plane(0), plane(1)] });
    const back = `matrixin=gbr:matrix=${matrix}:rangein=full:range=${range}:${CHROMA}:chromal=${siting}`;
    const expected = (format: string) =>
      filtered(Buffer.from(rgb.buffer), "gbrp16le", `zscale=${back},format=${format}`);

    expect(apart(made(16), expected(`yuv${sampling}p16le`), 16).codes).toBeLessThanOrEqual(ROUNDING);
    const { codes, perThousand } = apart(made(bits), expected(name), bits);
    expect(codes).toBeLessThanOrEqual(bits === 16 ? ROUNDING : 1);
    if (bits < 16) expect(perThousand).toBeLessThan(20);
    expect(apart(source, expected(name), bits).perThousand).toBeGreaterThan(500);
  });
});
