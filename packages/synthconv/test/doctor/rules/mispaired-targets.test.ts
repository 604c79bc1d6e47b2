/** Targets in another order than what they are compared with, and orders that are meant. */
import {
  Adam,
  add,
  concat,
  exp,
  flip,
  gather,
  Linear,
  log,
  Module,
  mean,
  mse,
  negate,
  RandomStream,
  randomUniform,
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

const SAMPLES = 8;

class Net extends Module {
  readonly body = new Linear(3, 12);
  readonly head: Linear;

  constructor(results: number) {
    super();
    this.head = new Linear(12, results);
  }

  forward(x: Tensor): Tensor {
    return this.head.forward(tanh(this.body.forward(x)));
  }
}

type Batch = Record<"x" | "y", Tensor>;
type Loss = (net: Net, batch: Batch) => Tensor;

function diagnosisOf(loss: Loss, { results = 2, width = 2, mixes = [] as string[] } = {}): Diagnosis {
  const model = new Net(results).initialize({ seed: 4 });
  const random = new RandomStream({ seed: 4, purpose: "targets" });
  const batch = { x: randomUniform([SAMPLES, 3], random), y: randomUniform([SAMPLES, width], random) };
  const optimizer = new Adam(model.parameters(), { learningRate: 0.01 });
  return diagnose(model, batch, loss, { optimizer, mixes });
}

const ROLLED = [3, 4, 5, 6, 7, 0, 1, 2];
const orderOf = ({ data }: Tensor): number[] =>
  [...data.keys()].sort((a, b) => (data[a] as number) - (data[b] as number));

const MISPAIRED: Readonly<Record<string, Loss>> = {
  "sorted as numbers": (net, { x, y }) =>
    mse(net.forward(x), tensor(y.data.slice().sort(), { shape: [SAMPLES, 1] })), // moved
  "sorted by gather": (net, { x, y }) => mse(net.forward(x), gather(y, orderOf(y))), // moved
  "rolled by gather": (net, { x, y }) => mse(net.forward(x), gather(y, ROLLED)), // moved
  "turned round": (net, { x, y }) => mse(net.forward(x), flip(y, [0])), // moved
  "turned round and scaled": (net, { x, y }) =>
    mean(square(subtract(net.forward(x), flip(y, [0]).multiply(2)))), // moved
  "rolled under a likelihood": (net, { x, y }) => {
    const target = gather(y, ROLLED); // moved
    return mean(softplus(negate(net.forward(x).multiply(target))));
  },
};

const MEANT: Readonly<Record<string, Loss>> = {
  "a mixup of two losses": (net, { x, y }) => {
    const result = net.forward(add(x.multiply(0.7), gather(x, ROLLED).multiply(0.3)));
    return add(mse(result, y).multiply(0.7), mse(result, gather(y, ROLLED)).multiply(0.3));
  },
  "inputs and targets in one new order": (net, { x, y }) =>
    mse(net.forward(gather(x, ROLLED)), gather(y, ROLLED)),
  "both sorted, as distributions are compared": (net, { x, y }) => {
    const made = net.forward(x);
    return mse(gather(made, orderOf(made)), gather(y, orderOf(y)));
  },
  "the nearest target of each result": (net, { x, y }) => {
    const made = net.forward(x);
    const [from, to] = [orderOf(made), orderOf(y)];
    const order = from.map((_, row) => to[from.indexOf(row)] as number);
    return mse(made, gather(y, order));
  },
  "targets that are standardized": (net, { x, y }) => {
    const middle = mean(y).item();
    return mse(
      net.forward(x),
      tensor(
        y.data.map((value) => (value - middle) / 0.3),
        { shape: y.shape },
      ),
    );
  },
};

describe("targets in another order than the results", () => {
  it.each(Object.entries(MISPAIRED))("are the finding, at the line that moves them: %s", (_, loss) => {
    const finding = onlyFinding(diagnosisOf(loss, { results: 1, width: 1 }));
    expect(finding.fault).toBe("conditionMixed");
    expect(finding.parameters).toEqual(["body.weight", "body.bias", "head.weight", "head.bias"]);
    expect(finding.place?.source).toMatch(/gather|flip|sort/);
    expect(finding.cause).toMatch(/target of another|of another one and not its own/);
  });

  it.each(Object.entries(MEANT))("are none: %s", (_, loss) => {
    expect(diagnosisOf(loss, { results: 1, width: 1 }).findings).toEqual([]);
  });

  it("are none where it is said that they are mixed", () => {
    const loss = MISPAIRED["rolled by gather"] as Loss;
    expect(diagnosisOf(loss, { results: 1, width: 1, mixes: ["y"] }).findings).toEqual([]);
  });
});

describe("samples beside their own as negatives", () => {
  class Statistic extends Module {
    readonly body = new Linear(5, 8);
    readonly head = new Linear(8, 1);
    forward(x: Tensor, y: Tensor): Tensor {
      return this.head.forward(tanh(this.body.forward(concat([x, y], 1))));
    }
  }

  it("are no condition in the wrong order: mutual information by a bound", () => {
    const model = new Statistic().initialize({ seed: 5 });
    const random = new RandomStream({ seed: 5, purpose: "pairs" });
    const batch = { x: randomUniform([SAMPLES, 3], random), y: randomUniform([SAMPLES, 2], random) };
    const optimizer = new Adam(model.parameters(), { learningRate: 0.005 });
    const loss = (net: Statistic, { x, y }: typeof batch): Tensor =>
      negate(subtract(mean(net.forward(x, y)), log(mean(exp(net.forward(x, gather(y, ROLLED)))))));
    expect(diagnose(model, batch, loss, { optimizer }).findings).toEqual([]);
  });

  it("are none where a critic compares each real one with some made one", () => {
    const loss: Loss = (net, { x, y }) =>
      mean(softplus(subtract(net.forward(x), net.forward(gather(y, ROLLED)))));
    expect(diagnosisOf(loss, { results: 1, width: 3 }).findings).toEqual([]);
  });
});
