/** Inputs in another order than the targets, drawn anew in every run, and orders that are meant. */
import {
  Adam,
  add,
  gather,
  Linear,
  Module,
  matmul,
  mean,
  mse,
  RandomStream,
  randomUniform,
  relu,
  softplus,
  square,
  subtract,
  type Tensor,
  tanh,
  tensor,
} from "synthconv";
import { type Diagnosis, diagnose } from "synthconv/doctor";
import { describe, expect, it } from "vitest";
import { onlyFinding } from "./support.js";

const SAMPLES = 12;

class Net extends Module {
  readonly body = new Linear(3, 12);
  readonly head = new Linear(12, 2);
  readonly critic = new Linear(2, 1);

  forward(x: Tensor): Tensor {
    return this.head.forward(tanh(this.body.forward(x)));
  }
}

type Batch = Record<"x" | "y", Tensor>;
type Draw = () => number[];
type Loss = (net: Net, batch: Batch, draw: Draw) => Tensor;

function orderFrom(uniform: () => number): number[] {
  const keys = Array.from({ length: SAMPLES }, uniform);
  return [...keys.keys()].sort((a, b) => (keys[a] as number) - (keys[b] as number));
}

function diagnosisOf(loss: Loss, isOfMath = false, mixes: readonly string[] = []): Diagnosis {
  const model = new Net().initialize({ seed: 4 });
  model.critic.freeze({ reason: "a critic of before" });
  const random = new RandomStream({ seed: 4, purpose: "inputs" });
  const batch = { x: randomUniform([SAMPLES, 3], random), y: randomUniform([SAMPLES, 2], random) };
  const draw = (): number[] => orderFrom(() => (isOfMath ? Math.random() : random.uniform()));
  const optimizer = new Adam(
    model.parameters().filter((one) => one.trainable),
    { learningRate: 0.01 },
  );
  return diagnose(model, batch, (net, all) => loss(net, all, draw), { optimizer, mixes: [...mixes] });
}

const rowsOf = ({ data, shape }: Tensor, order: number[]): Tensor => {
  const width = shape[1] as number;
  return tensor(
    Float32Array.from(order.flatMap((row) => [...data.subarray(row * width, (row + 1) * width)])),
    {
      shape,
    },
  );
};

const onesAt = (order: number[]): Tensor =>
  tensor(order.map((row) => order.map((_, column) => Number(column === row))));

const MISPAIRED: Readonly<Record<string, Loss>> = {
  "inputs alone": (net, { x, y }, draw) => mse(net.forward(gather(x, draw())), y), // moved
  "inputs alone, as numbers": (net, { x, y }, draw) => mse(net.forward(rowsOf(x, draw())), y),
  "features alone": (net, { x, y }, draw) => {
    const features = gather(tanh(net.body.forward(x)), draw()); // moved
    return mean(square(subtract(net.head.forward(features), y)));
  },
  "results alone": (net, { x, y }, draw) => mse(gather(net.forward(x), draw()), y), // moved
  "inputs and targets, each by an order of its own": (net, { x, y }, draw) =>
    mse(net.forward(gather(x, draw())), gather(y, draw())), // moved
  "both by orders of their own, as numbers": (net, { x, y }, draw) =>
    mse(net.forward(rowsOf(x, draw())), rowsOf(y, draw())),
  "inputs by a product with a matrix of ones and zeros": (net, { x, y }, draw) =>
    mse(net.forward(matmul(onesAt(draw()), x)), y), // moved
  "inputs alone, under a likelihood": (net, { x, y }, draw) => {
    const moved = gather(x, draw()); // moved
    return mean(softplus(net.forward(moved).multiply(y.subtract(0.5))));
  },
};

const MEANT: Readonly<Record<string, Loss>> = {
  "both in one order": (net, { x, y }, draw) => {
    const order = draw();
    return mse(net.forward(gather(x, order)), gather(y, order));
  },
  "both in one order, as numbers": (net, { x, y }, draw) => {
    const order = draw();
    return mse(net.forward(rowsOf(x, order)), rowsOf(y, order));
  },
  "results put back into the order of the batch": (net, { x, y }, draw) => {
    const order = draw();
    const back = order.map((_, row) => order.indexOf(row));
    return mse(gather(net.forward(gather(x, order)), back), y);
  },
  "a mixup of both": (net, { x, y }, draw) => {
    const order = draw();
    const blend = (of: Tensor): Tensor => add(of.multiply(0.7), gather(of, order).multiply(0.3));
    return mse(net.forward(blend(x)), blend(y));
  },
  "a half of the batch, drawn anew": (net, { x, y }, draw) => {
    const order = draw().slice(0, SAMPLES / 2);
    return mse(net.forward(gather(x, order)), gather(y, order));
  },
  "as many with repetition": (net, { x, y }, draw) => {
    const order = draw().map((row) => row % 5);
    return mse(net.forward(gather(x, order)), gather(y, order));
  },
  "negatives beside positives": (net, { x, y }, draw) => {
    const near = mean(square(subtract(net.forward(x), y)), { axes: [1] });
    const far = mean(square(subtract(net.forward(gather(x, draw())), y)), { axes: [1] });
    return mean(relu(add(subtract(near, far.multiply(0.5)), 0.5)));
  },
};

describe("inputs in another order than the targets", () => {
  it.each(Object.entries(MISPAIRED))("are the finding, at a line that moves them: %s", (_, loss) => {
    for (const isOfMath of [false, true]) {
      const finding = onlyFinding(diagnosisOf(loss, isOfMath));
      expect(finding.fault).toBe("conditionMixed");
      expect(finding.parameters).toContain("head.weight");
      expect(finding.place?.source).toMatch(/moved|gather|return tensor|rowsOf/);
      expect(finding.cause).toMatch(/target of another|of another one and not its own/);
    }
  });

  it.each(Object.entries(MEANT))("are none: %s", (_, loss) => {
    for (const isOfMath of [false, true]) expect(diagnosisOf(loss, isOfMath).findings).toEqual([]);
  });

  it("are none where it is said that they are mixed", () => {
    const loss = MISPAIRED["inputs alone"] as Loss;
    expect(diagnosisOf(loss, false, ["x"]).findings).toEqual([]);
  });
});
