/** Generators with their targets, and targets with baked weights, in ONNX Runtime at two batches and two sizes. */
import { describe, expect, it } from "vitest";
import { onnxRuntime } from "../../../../test-support/onnx.js";
import type { Tensor } from "../../src/autograd/index.js";
import type { GeneratorSettings } from "../../src/generator/index.js";
import { conditions, hypernetize, joinCells, splitIntoCells } from "../../src/hyper/index.js";
import {
  BatchNorm,
  Conv2d,
  ConvTranspose2d,
  GELU,
  GroupNorm,
  InstanceNorm,
  LayerNorm,
  Linear,
  Module,
  ReLU,
  Sequential,
  Tanh,
} from "../../src/nn/index.js";
import { exportOnnx } from "../../src/onnx/index.js";
import { globalAveragePool, reshape } from "../../src/ops/index.js";
import { drawn, expectSame, trained } from "./support.js";

const GENERATORS: readonly GeneratorSettings[] = [
  { kind: "full", hidden: [8] },
  { kind: "full", hidden: [] },
  { kind: "chunked", hidden: [8], chunkSize: 20, chunkLength: 4 },
  { kind: "lowRank", hidden: [8], rank: 2 },
  { kind: "mixture", hidden: [8], experts: 3 },
  { kind: "modulation", hidden: [8] },
  { kind: "modulation", hidden: [], demodulate: false },
  { kind: "film", hidden: [8] },
  { kind: "free" },
];

/** Every kind of layer that takes a set of weights per sample; FiLM scales outputs, which transposed ones have elsewhere. */
class Target extends Module {
  readonly features: Sequential;
  readonly norm: LayerNorm = new LayerNorm(4);
  readonly head: Linear = new Linear(4, 5);

  constructor({ kind }: GeneratorSettings) {
    super();
    const enlarging =
      kind === "film"
        ? new Conv2d(8, 6, 3, { padding: 1, groups: 2 })
        : new ConvTranspose2d(8, 6, 3, { stride: 2, padding: 1, outputPadding: 1, groups: 2 });
    this.features = new Sequential(
      new Conv2d(3, 8, 3, { padding: 1, stride: 2 }),
      new GroupNorm(2, 8),
      new GELU(),
      new Conv2d(8, 8, [3, 1], { padding: [2, 0], dilation: 2, groups: 4 }),
      new BatchNorm(8),
      new ReLU(),
      enlarging,
      new InstanceNorm(6, { affine: true }),
      new Tanh(),
      new Conv2d(6, 4, 1),
    );
  }

  forward(image: Tensor): Tensor {
    const pooled = globalAveragePool(this.features.forward(image));
    return this.head.forward(this.norm.forward(reshape(pooled, [-1, 4])));
  }
}

const SHAPES = [
  [2, 3, 8, 6],
  [1, 3, 5, 9],
  [3, 3, 8, 6],
  [4, 3, 11, 4],
] as const;

describe("exportOnnx of a hypernetwork", () => {
  it.for(GENERATORS)("is generator and target, with any batch and size: %j", async (generator, context) => {
    const open = await onnxRuntime(context);
    const styled = hypernetize(new Target(generator), { parameters: "all", generator, condition: 5 });
    trained(styled.initialize({ seed: 3 }));
    const names = ["condition", "image"];
    const example = [drawn([2, 5], "example"), drawn([2, 3, 8, 6], "example")] as const;
    const model = exportOnnx(styled, example, { inputs: names });
    expect(model.inputs.map(({ shape }) => shape)).toEqual([
      ["batch", 5],
      ["batch", 3, "height", "width"],
    ]);
    expect(model.fixed.map(({ input, axis, size }) => `${input} ${axis} ${size}`)).toEqual([
      "condition 1 5",
      "image 1 3",
    ]);
    const run = await open(model.bytes);
    styled.eval();
    for (const shape of SHAPES) {
      const values = [drawn([shape[0], 5], "condition"), drawn(shape, "image")] as const;
      await expectSame(run, names, values, styled.forward(...values));
    }
  });

  it.for(GENERATORS)("is the target alone with one condition baked in: %j", async (generator, context) => {
    const open = await onnxRuntime(context);
    const styled = hypernetize(new Target(generator), { parameters: "all", generator, condition: 5 });
    trained(styled.initialize({ seed: 4 }));
    const condition = drawn([1, 5], "baked");
    const model = exportOnnx(styled, [condition, drawn([2, 3, 8, 6], "example")], {
      inputs: ["condition", "image"],
      baked: ["condition"],
    });
    expect(model.inputs.map(({ name }) => name)).toEqual(["image"]);
    const text = Buffer.from(model.bytes).toString("latin1");
    expect(text).toContain("features.0.weight");
    expect(text).toContain("head.weight");
    const run = await open(model.bytes);
    styled.eval();
    for (const shape of SHAPES) {
      const image = drawn(shape, "image");
      await expectSame(run, ["image"], [image], styled.forward(condition, image));
    }
  });

  it("takes tasks as whole numbers, and several conditions as inputs of their own", async (context) => {
    const open = await onnxRuntime(context);
    const condition = conditions.joined(
      conditions.task(7, 3),
      conditions.magnitudeInvariant(2),
      conditions.encoded(new Sequential(new Conv2d(1, 4, 3), new ReLU(), new Pooled()), 4),
    );
    const network = new Sequential(new Conv2d(3, 4, 3, { padding: "same" }), new ReLU(), new Conv2d(4, 3, 1));
    const styled = hypernetize(network, {
      parameters: "all",
      generator: { kind: "full", hidden: [8] },
      condition,
    }).initialize({ seed: 5 });
    type Values = [condition: [number[], Tensor, Tensor], image: Tensor];
    const valuesOf = (batch: number, height: number, width: number): Values => {
      const tasks = Array.from({ length: batch }, (_, i) => (3 * i + 1) % 7);
      return [
        [tasks, drawn([batch, 2], "amounts", { low: 0, high: 1 }), drawn([batch, 1, 7, 8], "seen")],
        drawn([batch, 3, height, width], "image"),
      ];
    };
    const names = ["task", "amounts", "seen", "image"];
    const model = exportOnnx(styled, valuesOf(2, 6, 5), { inputs: names });
    expect(model.inputs.map(({ type }) => type)).toEqual(["int64", "float32", "float32", "float32"]);
    const run = await open(model.bytes);
    for (const [batch, height, width] of [
      [2, 6, 5],
      [1, 9, 4],
      [4, 6, 8],
    ] as const) {
      const [condition, image] = valuesOf(batch, height, width);
      await expectSame(run, names, [...condition, image], styled.forward(condition, image));
    }
  });

  it("writes a change to weights that stand in the file once", async (context) => {
    const open = await onnxRuntime(context);
    const network = new Sequential(new Linear(40, 60), new ReLU(), new Linear(60, 40)).initialize({
      seed: 1,
    });
    const styled = hypernetize(network, {
      parameters: /weight/,
      generator: { kind: "lowRank", hidden: [4], rank: 1 },
      condition: 3,
      write: "change",
    }).initialize({ seed: 6 });
    const names = ["condition", "x"];
    const model = exportOnnx(styled, [drawn([2, 3], "example"), drawn([2, 40], "example")], {
      inputs: names,
    });
    const parameters = styled.parameters().reduce((sum, { size }) => sum + size, 0);
    expect(model.bytes.length).toBeGreaterThan(4 * parameters);
    expect(model.bytes.length).toBeLessThan(4 * parameters + 12_000);
    const run = await open(model.bytes);
    for (const batch of [2, 5]) {
      const values = [drawn([batch, 3], "condition"), drawn([batch, 40], "x")] as const;
      await expectSame(run, names, values, styled.forward(...values));
    }
  });

  it("varies over the image, cell by cell", async (context) => {
    const open = await onnxRuntime(context);
    const styled = hypernetize(new Sequential(new Conv2d(3, 4, 1), new ReLU(), new Conv2d(4, 3, 1)), {
      parameters: "all",
      generator: { kind: "full", hidden: [8] },
      condition: 2,
    }).initialize({ seed: 7 });
    const network = new ByCells(styled);
    const names = ["map", "image"];
    const example = [drawn([2, 2, 2, 3], "example"), drawn([2, 3, 4, 9], "example")] as const;
    const model = exportOnnx(network, example, { inputs: names });
    expect(model.inputs.map(({ shape }) => shape)).toEqual([
      ["batch", 2, 2, 3],
      ["batch", 3, "height", "width"],
    ]);
    const run = await open(model.bytes);
    for (const [batch, height, width] of [
      [2, 4, 9],
      [1, 8, 3],
      [3, 2, 6],
    ] as const) {
      const values = [drawn([batch, 2, 2, 3], "map"), drawn([batch, 3, height, width], "image")] as const;
      await expectSame(run, names, values, network.forward(...values));
    }
  });
});

class Pooled extends Module {
  forward(x: Tensor): Tensor {
    return globalAveragePool(x);
  }
}

/** Conditions by cells of 2 rows and 3 columns. */
class ByCells extends Module {
  readonly styled: Module & { forward(condition: Tensor, image: Tensor): Tensor };

  constructor(styled: ByCells["styled"]) {
    super();
    this.styled = styled;
  }

  forward(map: Tensor, image: Tensor): Tensor {
    const rows = reshape(splitIntoCells(map, [2, 3]), [-1, 2]);
    return joinCells(this.styled.forward(rows, splitIntoCells(image, [2, 3])), [2, 3]);
  }
}
