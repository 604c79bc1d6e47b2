/** ONNX models of looks and of their networks, run by ONNX Runtime. */
import { describe, expect, it } from "vitest";
import { uniformNumbers } from "../../../../test-support/numbers.js";
import { type Array32, onnxRuntime } from "../../../../test-support/onnx.js";
import { activationNames } from "../../src/core/activations.js";
import { ShapeError } from "../../src/core/index.js";
import { lookToOnnx, networkToOnnx } from "../../src/export/index.js";
import type { GeneratorSettings } from "../../src/generator/index.js";
import type { PixelNetwork } from "../../src/kernels/index.js";
import { applyNetworkToPlanes, type Look, synthesize } from "../../src/look/index.js";
import { lookOf, schemaOf, WARMTH } from "../look/look-samples.js";

const FADE = { name: "fade", minimum: -1, maximum: 3, default: 0 };
const STYLES = [{ name: "golden" }, { name: "night" }];

function imagesOf(batch: number, height: number, width: number): Array32 {
  const shape = [batch, 3, height, width];
  const data = uniformNumbers(batch * 3 * height * width, `images ${shape}`, { low: -0.1, high: 1.2 });
  return { shape, data: Float32Array.from(data) };
}

/** What the library makes of them, one network for each image. */
function applied({ shape, data }: Array32, networks: readonly PixelNetwork[], strength = 1): Float32Array {
  const [batch = 0] = shape;
  const size = data.length / batch;
  const result = new Float32Array(data.length);
  for (let b = 0; b < batch; b++) {
    const part = result.subarray(b * size, (b + 1) * size);
    const network = networks[b % networks.length] as PixelNetwork;
    applyNetworkToPlanes(network, data.subarray(b * size, (b + 1) * size), part, strength);
  }
  return result;
}

function expectClose(actual: Array32 | undefined, shape: readonly number[], expected: Float32Array): void {
  expect(actual?.shape).toEqual(shape);
  let worst = 0;
  for (const [at, value] of expected.entries()) {
    const error = Math.abs((actual?.data[at] as number) - value) / Math.max(1, Math.abs(value));
    worst = Math.max(worst, error);
  }
  expect(worst).toBeLessThan(1e-5);
}

/** Two batches and two sizes of images. */
const IMAGES = [imagesOf(1, 5, 7), imagesOf(2, 6, 3), imagesOf(3, 1, 16)];

const GENERATORS: readonly GeneratorSettings[] = [
  { hidden: [] },
  { hidden: [16, 8] },
  { kind: "chunked", hidden: [8], chunkSize: 20, chunkLength: 4 },
  { kind: "lowRank", hidden: [8], rank: 2 },
  { kind: "mixture", hidden: [8], experts: 3 },
  { kind: "mixture", hidden: [8], experts: 3, top: 1 },
  { kind: "mixture", hidden: [], experts: 4, top: 2 },
  { kind: "modulation", hidden: [8] },
  { kind: "modulation", hidden: [], demodulate: false },
  { kind: "film", hidden: [8] },
];

describe("lookToOnnx", () => {
  it.for(GENERATORS)(
    "is the look, for one condition and for one an image: %j",
    async (generator, context) => {
      const open = await onnxRuntime(context);
      const look = lookOf(schemaOf({ condition: [WARMTH, FADE], generator }));
      const settings = [
        { warmth: 0, fade: 3 },
        { warmth: 7.5, fade: -0.25 },
        { warmth: 10, fade: 1 },
      ];
      const run = await open(lookToOnnx(look));
      for (const image of IMAGES) {
        for (const chosen of [settings.slice(1, 2), settings.slice(0, image.shape[0])]) {
          const condition = Float32Array.from(chosen.flatMap(({ warmth, fade }) => [warmth, fade]));
          const { output } = await run({ image, condition: { shape: [chosen.length, 2], data: condition } });
          const networks = chosen.map((each) => synthesize(look, each));
          expectClose(output, image.shape, applied(image, networks));
        }
      }
    },
  );

  it("takes the style after the knobs, and has no condition where a look has neither", async (context) => {
    const open = await onnxRuntime(context);
    const styled = lookOf(schemaOf({ condition: [WARMTH], styles: STYLES, generator: { hidden: [8] } }));
    const image = imagesOf(2, 4, 3);
    const run = await open(lookToOnnx(styled, { strength: 0.5 }));
    const condition = { shape: [2, 3], data: Float32Array.of(2, 1, 0, 9, 0, 1) };
    const networks = [synthesize(styled, { warmth: 2 }), synthesize(styled, { warmth: 9 }, "night")];
    const { output } = await run({ image, condition });
    expectClose(output, image.shape, applied(image, networks, 0.5));
    const tables = lookOf(schemaOf({ styles: STYLES, generator: { kind: "free" } }));
    const chosen = await open(lookToOnnx(tables));
    const last = { shape: [1, 2], data: Float32Array.of(0, 1) };
    const ofLast = [synthesize(tables, {}, "night")];
    expectClose((await chosen({ image, condition: last })).output, image.shape, applied(image, ofLast));
    const plain: Look = lookOf(schemaOf());
    const alone = await open(lookToOnnx(plain));
    expect(alone.inputs).toEqual(["image"]);
    expectClose((await alone({ image })).output, image.shape, applied(image, [synthesize(plain)]));
  });

  it("says what its numbers are, and is the same bytes for the same look", () => {
    const look = lookOf(schemaOf({ condition: [WARMTH], styles: STYLES, generator: { hidden: [8] } }));
    const text = Buffer.from(lookToOnnx(look, { note: "a note" })).toString();
    for (const part of ["warmth (0 to 10), style golden (0 or 1), style night (0 or 1)", "a note"]) {
      expect(text).toContain(part);
    }
    expect(lookToOnnx(look)).toEqual(lookToOnnx(look));
  });
});

describe("networkToOnnx", () => {
  it.for([1, 0.3])("is the network, of every activation, at strength %s", async (strength, context) => {
    const open = await onnxRuntime(context);
    for (const residual of [true, false]) {
      const layers = activationNames.map((activation, at) => ({
        ...{ inputs: at === 0 ? 3 : 8, outputs: at === activationNames.length - 1 ? 3 : 8, activation },
        weight: Float32Array.from(
          uniformNumbers(at === 0 || at === activationNames.length - 1 ? 24 : 64, `w ${at}`, {
            low: -0.7,
            high: 0.7,
          }),
        ),
        bias:
          at === 2
            ? undefined
            : Float32Array.from(
                uniformNumbers(at === activationNames.length - 1 ? 3 : 8, `b ${at}`, {
                  low: -0.5,
                  high: 0.5,
                }),
              ),
        ...(activation === "leakyRelu" && { negativeSlope: 0.2 }),
      }));
      const network: PixelNetwork = { layers, residual };
      const run = await open(networkToOnnx(network, { strength }));
      for (const image of IMAGES) {
        expectClose((await run({ image })).output, image.shape, applied(image, [network], strength));
      }
    }
  });

  it("refuses a strength below 1 where channels in and out differ", () => {
    const layer = {
      inputs: 3,
      outputs: 2,
      weight: new Float32Array(6),
      bias: undefined,
      activation: "none",
    } as const;
    const network: PixelNetwork = { layers: [layer], residual: false };
    expect(networkToOnnx(network).length).toBeGreaterThan(50);
    expect(() => networkToOnnx(network, { strength: 0.5 })).toThrow(ShapeError);
  });
});
