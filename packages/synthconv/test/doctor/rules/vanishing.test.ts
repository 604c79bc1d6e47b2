/** Many layers that saturate: the repair that is named trains, followed to the letter. */
import {
  add,
  initializers,
  Linear,
  layerNorm,
  leakyRelu,
  Module,
  mse,
  RandomStream,
  randomUniform,
  SGD,
  sigmoid,
  type Tensor,
} from "synthconv";
import { diagnose } from "synthconv/doctor";
import { describe, expect, it } from "vitest";
import { onlyFinding } from "./support.js";

type Layer = (h: Tensor, layer: Linear) => Tensor;

const LAYERS: Readonly<Record<string, Layer>> = {
  saturating: (h, layer) => sigmoid(layer.forward(h)), // saturates
  leaky: (h, layer) => leakyRelu(layer.forward(h)),
  beside: (h, layer) => layerNorm(add(h, sigmoid(layer.forward(h)))),
};
const DEPTH = 14;
const STEPS = 100;

class Deep extends Module {
  readonly first: Linear;
  readonly layers: readonly Linear[];
  readonly head: Linear;
  readonly #layer: Layer;

  constructor(width: number, kind: string) {
    super();
    const options = kind === "leaky" ? { initializers: { weight: initializers.kaiming(width) } } : {};
    this.first = new Linear(3, width);
    this.layers = Array.from({ length: DEPTH }, () => new Linear(width, width, options));
    this.head = new Linear(width, 2);
    this.#layer = LAYERS[kind] as Layer;
  }

  forward(x: Tensor): Tensor {
    return this.head.forward(this.layers.reduce(this.#layer, this.first.forward(x)));
  }
}

const random = new RandomStream({ seed: 20, purpose: "deep" });
const batch = { x: randomUniform([6, 3], random), y: randomUniform([6, 2], random) };
const lossOf = (model: Deep, { x, y }: typeof batch): Tensor => mse(model.forward(x), y);

function lossAfter(model: Deep, learningRate: number): number {
  const optimizer = new SGD(model.parameters(), { learningRate });
  for (let step = 0; step < STEPS; step++) {
    optimizer.zeroGrad();
    lossOf(model, batch).backward();
    optimizer.step();
  }
  return lossOf(model, batch).item();
}

describe("fourteen sigmoids", () => {
  it.each([4, 12])("learn further, followed to the letter: %s units wide", (width) => {
    const made = (kind: string): Deep => new Deep(width, kind).initialize({ seed: 20 });
    const model = made("saturating");
    const optimizer = new SGD(model.parameters(), { learningRate: 0.1 });
    const finding = onlyFinding(diagnose(model, batch, lossOf, { optimizer }));
    expect(finding.fault).toBe("vanishing");
    expect(finding.place?.source).toContain("// saturates");
    const repair = finding.repair ?? "";
    const kind = /^Put leakyRelu/.test(repair) ? "leaky" : "beside";
    if (kind === "beside") expect(repair).toContain("h = layerNorm(add(h, sigmoid(layer.forward(h))))");
    const rate = Number(/learning rate of ([\d.e-]+),/.exec(repair)?.[1] ?? 0.1);
    expect(lossAfter(made(kind), rate)).toBeLessThan(0.9 * lossAfter(made("saturating"), 0.1));
  });
});
