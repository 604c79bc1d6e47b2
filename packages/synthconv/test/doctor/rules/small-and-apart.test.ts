/** Healthy programs that look like a cut, a rounding error or mixed samples. */
import {
  Adam,
  concat,
  crossEntropy,
  Linear,
  Module,
  matmul,
  mse,
  multiply,
  sum,
  tanh,
  transpose,
} from "synthconv";
import { diagnose } from "synthconv/doctor";
import { describe, expect, it } from "vitest";
import { batch, type TwoLayers, twoLayers } from "./support.js";

describe("features that a part gives which no optimizer holds", () => {
  const detached = (model: TwoLayers, { x, y }: typeof batch): ReturnType<typeof mse> =>
    mse(model.head.forward(tanh(model.body.forward(x)).detach()), y);

  it("may be detached without a word: the head alone is trained on them", () => {
    const model = twoLayers();
    const optimizer = new Adam(model.head.parameters(), { learningRate: 0.01 });
    const { findings, parameters } = diagnose(model, batch, detached, { optimizer });
    expect(findings).toEqual([]);
    expect(parameters.map(({ status }) => status)).toEqual(["idle", "idle", "learns", "learns"]);
  });

  it("may not where the optimizer holds that part as well", () => {
    const model = twoLayers();
    const optimizer = new Adam(model.parameters(), { learningRate: 0.01 });
    expect(diagnose(model, batch, detached, { optimizer }).findings).toMatchObject([
      { fault: "detached", parameters: ["body.weight", "body.bias"] },
    ]);
  });
});

describe("a prediction that is small beside its targets", () => {
  it("is no rounding error: its gradient is as large as theirs", () => {
    const far = { x: batch.x, y: batch.y.multiply(10).add(150) };
    const { findings } = diagnose(twoLayers(), far, (model, { x, y }) =>
      mse(multiply(model.forward(x), 1e-3), y),
    );
    expect(findings.map(({ fault }) => fault)).not.toContain("alwaysZero");
  });
});

describe("logits of a contrastive loss", () => {
  it("mix no samples where each has its own partner in front of all", () => {
    const model = new (class extends Module {
      readonly query = new Linear(3, 6);
      readonly key = new Linear(2, 6);
    })().initialize({ seed: 1 });
    const { findings } = diagnose(model, batch, ({ query, key }, { x, y }) => {
      const [queries, keys] = [query.forward(x), key.forward(y)];
      const own = sum(multiply(queries, keys), { axes: [1], keepDims: true });
      return crossEntropy(concat([own, matmul(queries, transpose(keys))], 1), [0, 0, 0, 0, 0]);
    });
    expect(findings).toEqual([]);
  });
});
