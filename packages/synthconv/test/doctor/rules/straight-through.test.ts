/** Straight-through estimators in all the ways to write them: with their sign turned, and as they are meant. */
import {
  add,
  divide,
  equal,
  gather,
  Linear,
  Module,
  max,
  mse,
  multiply,
  negate,
  noGrad,
  RandomStream,
  randomUniform,
  record,
  round,
  SGD,
  sign,
  softmax,
  subtract,
  type Tensor,
  tanh,
  tensor,
} from "synthconv";
import { type Diagnosis, diagnose } from "synthconv/doctor";
import { describe, expect, it } from "vitest";
import { onlyFinding } from "./support.js";

class Coder extends Module {
  readonly encoder = new Linear(6, 4);
  readonly decoder = new Linear(4, 3);
}

const random = new RandomStream({ seed: 1, purpose: "data" });
const batch = { x: randomUniform([10, 6], random), y: randomUniform([10, 3], random) };

function diagnosisOf(through: (z: Tensor) => Tensor): Diagnosis {
  const model = new Coder().initialize({ seed: 2 });
  const loss = ({ encoder, decoder }: Coder, { x, y }: typeof batch): Tensor =>
    mse(decoder.forward(through(multiply(tanh(encoder.forward(x)), 3))), y);
  return diagnose(model, batch, loss, { optimizer: new SGD(model.parameters(), { learningRate: 0.05 }) });
}

const rounding = (z: Tensor, factor: number): Tensor =>
  record({
    operation: "rounding",
    inputs: [z],
    shape: z.shape,
    data: z.data.map((value) => Math.round(value)),
    backward: (upstream) => [multiply(upstream, factor)],
  });
const plain = (z: Tensor): Tensor => tensor(Array.from(z.data, Math.round)).reshape(z.shape);
const oneHot = (z: Tensor): Tensor => equal(z, max(z, { axes: [1], keepDims: true }));

const TURNED: Record<string, (z: Tensor) => Tensor> = {
  "the other side detached": (z) => add(z.detach(), subtract(round(z), z)),
  "a sum detached, and z taken away": (z) => subtract(add(round(z), z).detach(), z),
  "taken away twice": (z) => subtract(z, subtract(multiply(z, 2), round(z)).detach()),
  negated: (z) => add(negate(z), add(round(z), z).detach()),
  "negated as a whole": (z) => negate(subtract(z, add(round(z), z).detach())),
  "times -1": (z) => add(multiply(z, -1), add(round(z), z).detach()),
  "divided by -1": (z) => add(divide(z, -1), add(round(z), z).detach()),
  "a difference of itself": (z) => subtract(round(z), subtract(z, z.detach())),
  "a list of terms": (z) => [round(z), negate(z), z.detach()].reduce((a, b) => add(a, b)),
  "without a tape": (z) =>
    subtract(
      noGrad(() => add(round(z), z)),
      z,
    ),
  "plain numbers": (z) => add(plain(z), subtract(z.detach(), z)),
  "the sign, with a slope of tanh": (z) => {
    const soft = tanh(z);
    return add(sign(z).detach(), subtract(soft.detach(), soft));
  },
  "finer steps": (z) => subtract(add(divide(round(multiply(z, 4)), 4), z).detach(), z),
  "the largest of a softmax": (z) => {
    const soft = softmax(z, -1);
    return subtract(add(oneHot(soft), soft).detach(), soft);
  },
  "with a reason": (z) => subtract(add(round(z), z).detach({ reason: "straight through" }), z),
};

const MEANT: Record<string, (z: Tensor) => Tensor> = {
  "the difference detached": (z) => add(z, subtract(round(z), z).detach()),
  "the difference taken away": (z) => subtract(z, subtract(z, round(z)).detach()),
  "a difference of itself": (z) => add(round(z).detach(), subtract(z, z.detach())),
  "a difference of itself, undetached": (z) => add(round(z), subtract(z, z.detach())),
  "without a tape": (z) =>
    add(
      noGrad(() => subtract(round(z), z)),
      z,
    ),
  "plain numbers": (z) => add(plain(z), subtract(z, z.detach())),
  "what falls as z rises": (z) => subtract(add(round(negate(z)), z).detach(), z),
  "a slope that is cut off": (z) => {
    const cut = z.clamp(-1, 1);
    return add(cut, subtract(sign(z), cut).detach());
  },
  "an operation of one's own": (z) => rounding(z, 1),
};

describe("a straight-through estimator", () => {
  it.each(Object.entries(TURNED))("is a fault with its sign turned: %s", (_, through) => {
    const finding = onlyFinding(diagnosisOf(through));
    expect(finding).toMatchObject({ fault: "zeroDerivative", severity: "fault" });
    expect(finding.parameters).toEqual(["encoder.weight", "encoder.bias"]);
    expect(finding.cause).toContain("comes by a minus: it has the wrong sign");
    expect(finding.repair).toContain("Detach the difference alone: add(z, subtract(q, z).detach(");
  });

  it.each(Object.entries(MEANT))("is left in peace as it is meant: %s", (_, through) => {
    expect(diagnosisOf(through).findings).toEqual([]);
  });

  it("of one's own is a fault where its backward hands on the minus of what it gets", () => {
    const finding = onlyFinding(diagnosisOf((z) => rounding(z, -1)));
    expect(finding).toMatchObject({ fault: "ownOperation", severity: "fault" });
    expect(finding.parameters).toEqual(["encoder.weight", "encoder.bias"]);
    expect(finding.cause).toContain("its backward hands the gradient on with the other sign");
    expect(finding.repair).toContain(
      "Let the backward of rounding hand on what it gets, (upstream) => [upstream]",
    );
  });
});

class Adapted extends Module {
  readonly features = new Linear(6, 4);
  readonly label = new Linear(4, 3);
  readonly domain = new Linear(4, 3);
}

describe("a reversed gradient", () => {
  const REVERSED: Record<string, (h: Tensor) => Tensor> = {
    "twice held less itself": (h) => subtract(multiply(h, 2).detach(), h),
    "scaled down": (h) => add(multiply(h, 1.3).detach(), multiply(h, -0.3)),
    negated: (h) => negate(subtract(h, multiply(h, 2).detach())),
  };

  it.each(Object.entries(REVERSED))("beside another way is meant: %s", (_, reversed) => {
    const model = new Adapted().initialize({ seed: 2 });
    const loss = ({ features, label, domain }: Adapted, { x, y }: typeof batch): Tensor => {
      const h = tanh(features.forward(x));
      return add(mse(label.forward(h), y), mse(domain.forward(reversed(h)), multiply(y, 2)));
    };
    const optimizer = new SGD(model.parameters(), { learningRate: 0.05 });
    expect(diagnose(model, batch, loss, { optimizer }).findings).toEqual([]);
  });
});

class Codebook extends Module {
  readonly encoder = new Linear(6, 3);
  readonly codes = new Linear(3, 4, { bias: false });
  readonly decoder = new Linear(3, 6);
}

describe("codes of a codebook", () => {
  function findings(joined: (z: Tensor, q: Tensor) => Tensor): Diagnosis["findings"] {
    const model = new Codebook().initialize({ seed: 2 });
    const loss = ({ encoder, codes, decoder }: Codebook, { x }: typeof batch): Tensor => {
      const z = encoder.forward(x);
      const q = gather(
        codes.weight,
        [...z.data.subarray(0, 10)].map((value) => (value > 0 ? 1 : 2)),
      );
      const toCodes = mse(q, z.detach({ reason: "codebook" }));
      return add(
        mse(decoder.forward(joined(z, q)), x),
        add(toCodes, mse(z, q.detach({ reason: "commitment" }))),
      );
    };
    const optimizer = new SGD(model.parameters(), { learningRate: 0.05 });
    return diagnose(model, batch, loss, { optimizer }).findings;
  }

  it("are passed by with a plus", () => {
    expect(findings((z, q) => subtract(z, subtract(z, q).detach()))).toEqual([]);
  });

  it("are named where they are passed by with a minus", () => {
    const [finding, ...others] = findings((z, q) => subtract(add(q, z).detach(), z));
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      fault: "zeroDerivative",
      parameters: ["encoder.weight", "encoder.bias"],
    });
  });
});
