/** Weights that are drawn so large that values grow from layer to layer, and what trains in their place. */
import {
  Adam,
  Conv2d,
  conv2d,
  type Initializer,
  initializers,
  Linear,
  layerNorm,
  leakyRelu,
  Module,
  mean,
  mse,
  multiply,
  RandomStream,
  randomUniform,
  relu,
  reshape,
  SGD,
  type Tensor,
  tanh,
} from "synthconv";
import { diagnose } from "synthconv/doctor";
import { describe, expect, it } from "vitest";
import { onlyFinding } from "./support.js";

const WIDTH = 12;
const random = new RandomStream({ seed: 5, purpose: "overlarge start" });
const batch = { x: randomUniform([8, WIDTH], random), y: randomUniform([8, 1], random) };
type Bend = (x: Tensor) => Tensor;

class Deep extends Module {
  readonly layers: readonly Linear[];
  readonly head = new Linear(WIDTH, 1);
  readonly bend: Bend;

  constructor(depth: number, weight: Initializer, bend: Bend) {
    super();
    this.layers = Array.from({ length: depth }, () => new Linear(WIDTH, WIDTH, { initializers: { weight } }));
    this.bend = bend;
  }

  forward(x: Tensor): Tensor {
    let h = x;
    for (const layer of this.layers) h = this.bend(layer.forward(h)); // passes
    return this.head.forward(h);
  }
}

const loss = (model: Deep, { x, y }: typeof batch): Tensor => mse(model.forward(x), y);
const BENDS: Record<string, Bend> = { relu, leakyRelu, none: (x) => x };

describe("weights that make values grow from layer to layer", () => {
  it.each([
    { depth: 14, deviation: 3, bend: "relu", rate: 1e-3, by: "Adam" },
    { depth: 30, deviation: 1.5, bend: "leakyRelu", rate: 1e-2, by: "Adam" },
    { depth: 30, deviation: 1.5, bend: "none", rate: 1e-3, by: "SGD" },
    { depth: 24, deviation: 2, bend: "relu", rate: 1e-3, by: "SGD" },
    // Beyond what a float32 holds from the first step on, before the last layer.
    { depth: 60, deviation: 3, bend: "relu", rate: 1e-3, by: "Adam" },
  ])(
    "are named at the line that they pass, with a start that trains: %j",
    ({ depth, deviation, bend, ...by }) => {
      const make = (weight: Initializer) => {
        const model = new Deep(depth, weight, BENDS[bend] as Bend).initialize({ seed: 2 });
        const optimizer = new (by.by === "Adam" ? Adam : SGD)(model.parameters(), { learningRate: by.rate });
        return { model, optimizer };
      };
      const { model, optimizer } = make(initializers.normal(deviation));
      const diagnosis = diagnose(model, batch, loss, { optimizer });
      expect(diagnosis.healthy).toBe(false);
      const finding = onlyFinding(diagnosis);
      expect(finding.parameters).toEqual([...model.namedParameters().keys()]);
      expect(finding.place?.source).toContain("// passes");
      expect(finding.cause).toContain(`that they pass the linear here, ${Math.min(depth, 45)} times`);
      const halved = bend !== "none";
      expect(finding.repair).toContain(
        halved ? "sqrt(2 / inputs), initializers.kaiming" : "1 / sqrt(inputs)",
      );
      const repaired = make(halved ? initializers.kaiming(WIDTH) : initializers.normal(1 / Math.sqrt(WIDTH)));
      const losses = Array.from({ length: 100 }, () => {
        repaired.optimizer.zeroGrad();
        const value = loss(repaired.model, batch);
        value.backward();
        repaired.optimizer.step();
        return value.item();
      });
      expect(losses.at(-1)).toBeLessThan(losses[0] as number);
    },
  );

  it("are named at the first of many lines, too", () => {
    class Written extends Module {
      readonly [name: string]: unknown;
      readonly a = new Conv2d(3, 9, 3, { padding: 1 });
      readonly b = new Conv2d(9, 9, 3, { padding: 1 });
      readonly c = new Conv2d(9, 9, 3, { padding: 1 });
      readonly d = new Conv2d(9, 9, 3, { padding: 1 });
      readonly e = new Conv2d(9, 9, 3, { padding: 1 });
      readonly f = new Conv2d(9, 3, 3, { padding: 1 });
      forward(x: Tensor): Tensor {
        const one = relu(this.a.forward(x)); // the first
        const two = relu(this.b.forward(one));
        const three = relu(this.c.forward(two));
        const four = relu(this.d.forward(three));
        const five = relu(this.e.forward(four));
        return this.f.forward(five);
      }
    }
    const model = new Written().initialize({ seed: 1 });
    for (const parameter of model.parameters()) parameter.assign(parameter.data.map((value) => 200 * value));
    const images = { x: randomUniform([2, 3, 6, 6], random), y: randomUniform([2, 3, 6, 6], random) };
    const optimizer = new Adam(model.parameters(), { learningRate: 1e-3 });
    const finding = onlyFinding(
      diagnose(model, images, (net, { x, y }) => mse(net.forward(x), y), { optimizer }),
    );
    expect(finding).toMatchObject({ fault: "exploding" });
    expect(finding.place?.source).toContain("// the first");
    expect(finding.cause).toContain("in each of 6 layers, of which the first is the conv2d here");
  });

  it("are told by what writes them where a network does", () => {
    class Written extends Module {
      readonly writer = new Linear(4, 8 * 9, { initializers: { weight: initializers.normal(6) } });
      forward(image: Tensor, condition: Tensor): Tensor {
        const kernels = reshape(this.writer.forward(condition), [-1, 8, 3, 3, 1, 1]);
        let h = image;
        for (let i = 0; i < 8; i++) {
          const kernel = reshape(multiply(kernels, 1), [-1, 8, 3, 3]);
          h = conv2d(h, reshape(kernel, [-1, 24, 3, 1, 1]), undefined, {});
          h = reshape(mean(reshape(h, [2, 8, 3, 4, 4]), { axes: 1 }), [2, 3, 4, 4]);
        }
        return h;
      }
    }
    const model = new Written().initialize({ seed: 1 });
    const given = {
      image: randomUniform([2, 3, 4, 4], random),
      condition: multiply(randomUniform([2, 4], random), 30),
      target: randomUniform([2, 3, 4, 4], random),
    };
    const optimizer = new Adam(model.parameters(), { learningRate: 1e-3 });
    const diagnosis = diagnose(
      model,
      given,
      (net, one) => mse(net.forward(one.image, one.condition), one.target),
      { optimizer },
    );
    const finding = onlyFinding(diagnosis);
    expect(finding).toMatchObject({ fault: "exploding" });
    expect(finding.repair).toContain("Start what writes these weights smaller");
  });
});

describe("no start is accused", () => {
  const quiet = (model: Deep, given = batch, of = loss): void => {
    const optimizer = new Adam(model.parameters(), { learningRate: 1e-3 });
    expect(diagnose(model, given, of, { optimizer }).findings).toEqual([]);
  };

  it.each([8, 24, 40])("that keeps the size of %d layers", (depth) => {
    quiet(new Deep(depth, initializers.kaiming(WIDTH), leakyRelu).initialize({ seed: 1 }));
  });

  it("whose large values each layer takes back", () => {
    quiet(new Deep(20, initializers.normal(3), (x) => layerNorm(relu(x))).initialize({ seed: 1 }));
  });

  it("of few layers that give what is measured in millions", () => {
    const prices = { x: batch.x, y: multiply(batch.y, 1e7) };
    const scaled = (model: Deep, { x, y }: typeof batch): Tensor => mse(multiply(model.forward(x), 1e7), y);
    quiet(new Deep(2, initializers.kaiming(WIDTH), tanh).initialize({ seed: 1 }), prices, scaled);
  });
});
