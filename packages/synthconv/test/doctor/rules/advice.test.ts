/** What lets a network learn, and less than it could: said as a warning. */
import {
  add,
  batchNorm,
  bceWithLogits,
  concat,
  conv2d,
  crossEntropy,
  Linear,
  Module,
  mean,
  mse,
  multiply,
  RandomStream,
  randomUniform,
  relu,
  reshape,
  sigmoid,
  softmax,
  subtract,
  type Tensor,
} from "synthconv";
import { diagnose } from "synthconv/doctor";
import { describe, expect, it } from "vitest";
import { batch, onlyFinding, type TwoLayers, twoLayers } from "./support.js";

describe("what is squashed twice", () => {
  const classes = [0, 1, 1, 0, 1];
  const asIs = (x: Tensor): Tensor => x;
  const ofLogits = {
    crossEntropy: (logits: Tensor): Tensor => crossEntropy(logits, classes),
    bceWithLogits: (logits: Tensor): Tensor => bceWithLogits(logits, batch.y),
  };
  type Score = keyof typeof ofLogits;

  it.each([
    ["crossEntropy", "softmax", softmax],
    ["crossEntropy", "sigmoid", sigmoid],
    ["bceWithLogits", "sigmoid", sigmoid],
    ["bceWithLogits", "relu", relu],
  ] as const)("%s of what %s made is told of at that", (score, name, squash) => {
    const loss = (model: TwoLayers, { x }: typeof batch): Tensor => {
      const shares = squash(model.forward(x)); // squashed
      return ofLogits[score as Score](shares);
    };
    const finding = onlyFinding(diagnose(twoLayers(), batch, loss));
    expect(finding).toMatchObject({ fault: "squashedTwice", severity: "warning" });
    expect(finding.place?.source).toContain("// squashed");
    expect(finding.repair).toContain(`Leave ${name} out here and give ${score} what comes before it`);
  });

  it.each(["crossEntropy", "bceWithLogits"] as const)("%s of logits is not", (score) => {
    const loss = (model: TwoLayers, { x }: typeof batch): Tensor => ofLogits[score](asIs(model.forward(x)));
    expect(
      diagnose(twoLayers(), { ...batch, y: batch.x }, loss).findings.map(({ fault }) => fault),
    ).not.toContain("squashedTwice");
  });
});

describe("noise on an input", () => {
  const noisy =
    (size: number) =>
    (model: TwoLayers, { x, y }: typeof batch): Tensor => {
      const noise = multiply(size, subtract(randomUniform(x.shape, stream), 0.5));
      const seen = add(x, noise); // noise
      return mse(model.forward(seen), y);
    };
  const stream = new RandomStream({ seed: 1, purpose: "noise" });

  it("is told of where nothing of the input can be told from it", () => {
    const finding = onlyFinding(diagnose(twoLayers(), batch, noisy(1000)));
    expect(finding).toMatchObject({ fault: "collapsedGenerator", severity: "warning" });
    expect(finding.place?.source).toContain("// noise");
    expect(finding.cause).toContain("What is added to x here is drawn anew in every step");
  });

  it.each([0.1, 1, 10])("of a size of %d is none", (size) => {
    expect(diagnose(twoLayers(), batch, noisy(size)).findings).toEqual([]);
  });
});

class Writer extends Module {
  readonly generator = new Linear(4, 6, { bias: false });
  readonly #centre: (weights: Tensor) => Tensor;

  constructor(centre: (weights: Tensor) => Tensor) {
    super();
    this.#centre = centre;
  }

  forward(image: Tensor, condition: Tensor): Tensor {
    const weights = this.#centre(this.generator.forward(condition));
    return conv2d(image, reshape(weights, [-1, 2, 3, 1, 1]));
  }
}

describe("statistics inside of written weights", () => {
  const random = new RandomStream({ seed: 4, purpose: "statistics" });
  const all = {
    condition: randomUniform([5, 4], random),
    image: randomUniform([5, 3, 4, 4], random),
    target: randomUniform([5, 2, 4, 4], random),
  };
  const loss = (model: Writer, { condition, image, target }: typeof all): Tensor =>
    mse(model.forward(image, condition), target);
  const diagnosed = (centre: (weights: Tensor) => Tensor): ReturnType<typeof diagnose> =>
    diagnose(new Writer(centre).initialize({ seed: 1 }), all, loss);

  it("of the batch are told of where they are taken", () => {
    const finding = onlyFinding(
      diagnosed((weights) => {
        const middle = mean(weights, { axes: [0], keepDims: true }); // statistics
        return subtract(weights, multiply(0.5, middle));
      }),
    );
    expect(finding).toMatchObject({ fault: "conditionMixed", severity: "warning" });
    expect(finding.parameters).toEqual(["generator.weight"]);
    expect(finding.place?.source).toContain("// statistics");
  });

  it("of each sample, and those of a layer for it, are none", () => {
    const own = (weights: Tensor): Tensor =>
      subtract(weights, multiply(0.5, mean(weights, { axes: [1], keepDims: true })));
    const layer = (weights: Tensor): Tensor => reshape(batchNorm(reshape(weights, [5, 6, 1])), [5, 6]);
    for (const centre of [own, layer]) expect(diagnosed(centre).findings).toEqual([]);
  });
});

describe("a condition that nothing uses", () => {
  const writer = (): Writer => new Writer((weights) => weights).initialize({ seed: 1 });
  const random = new RandomStream({ seed: 5, purpose: "unused" });
  const all = {
    condition: randomUniform([5, 4], random),
    image: randomUniform([5, 3, 4, 4], random),
    target: randomUniform([5, 2, 4, 4], random),
  };
  const blind = (model: Writer, { image, target }: typeof all): Tensor => {
    const shown = concat(
      [mean(image, { axes: [2, 3] }), mean(image, { axes: [1, 2, 3], keepDims: true }).reshape([5, 1])],
      1,
    );
    return mse(model.forward(image, shown), target);
  };

  it("is named where a network writes weights without it", () => {
    const finding = onlyFinding(diagnose(writer(), all, blind));
    expect(finding).toMatchObject({ fault: "notWired", severity: "warning", parameters: [] });
    expect(finding.cause).toContain("The batch has condition, and in none of the steps");
  });

  it("is none where its numbers are read, a later step uses it, or a list says the same", () => {
    let step = 0;
    const read = (model: Writer, batch: typeof all): Tensor =>
      multiply(blind(model, batch), 1 + (batch.condition.data[0] as number));
    const later = (model: Writer, batch: typeof all): Tensor =>
      step++ % 4 < 3 ? blind(model, batch) : add(blind(model, batch), mean(batch.condition));
    for (const loss of [read, later]) expect(diagnose(writer(), all, loss).findings).toEqual([]);
    expect(diagnose(writer(), { ...all, style: [0, 1, 0, 1, 1] }, blind).findings).toEqual([]);
  });
});
