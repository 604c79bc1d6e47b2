/** Cuts beside open ways: those that are the method itself, and those that are an accident. */
import {
  Adam,
  add,
  divide,
  huber,
  Linear,
  linear,
  Module,
  matmul,
  mean,
  mse,
  multiply,
  noGrad,
  RandomStream,
  randomUniform,
  relu,
  reshape,
  sigmoid,
  sqrt,
  square,
  subtract,
  sum,
  type Tensor,
  tanh,
  transpose,
} from "synthconv";
import { diagnose, type Finding } from "synthconv/doctor";
import { describe, expect, it } from "vitest";

const random = new RandomStream({ seed: 8, purpose: "meant cuts" });
const batch = { x: randomUniform([8, 4], random), y: randomUniform([8, 3], random) };

class Two extends Module {
  readonly trunk = new Linear(4, 6);
  readonly one = new Linear(6, 3);
  readonly two = new Linear(6, 3);
  /** [6,1], kept from step to step. */
  direction = randomUniform([6, 1], random);

  body(x: Tensor): Tensor {
    return tanh(this.trunk.forward(x));
  }
}

type Loss = (model: Two, given: typeof batch) => Tensor;

function findingsOf(loss: Loss): readonly Finding[] {
  const model = new Two().initialize({ seed: 3 });
  return diagnose(model, batch, loss, { optimizer: new Adam(model.parameters(), { learningRate: 0.01 }) })
    .findings;
}

const unit = (x: Tensor): Tensor => divide(x, sqrt(add(sum(square(x), { axes: -1, keepDims: true }), 1e-6)));

describe("a cut without a reason is left in peace", () => {
  const meant: Record<string, Loss> = {
    "where it makes targets of both sides in turn": (model, { x, y }) => {
      const h = model.body(x);
      const [a, b] = [model.one.forward(h), model.two.forward(h)];
      return add(add(mse(a, b.detach()), mse(b, a.detach())), mse(add(a, b), y));
    },
    "where it makes a target that is computed on": (model, { x, y }) => {
      const h = model.body(x);
      const value = mean(model.one.forward(h), { axes: 1 });
      const next = add(multiply(mean(model.two.forward(h), { axes: 1 }).detach(), 0.9), 0.1);
      return add(huber(value, next), mse(model.two.forward(h), y));
    },
    "where it weighs a term of the loss": (model, { x, y }) => {
      const h = model.body(x);
      const [score, value] = [model.one.forward(h), model.two.forward(h)];
      const advantage = subtract(y, value).detach();
      return add(mean(multiply(score, advantage)).negate(), add(mse(value, y), mse(score, y)));
    },
    "where it is the fixed side of a similarity": (model, { x }) => {
      const h = model.body(x);
      const [a, b] = [model.one.forward(h), model.two.forward(h)];
      const likeness = (p: Tensor, z: Tensor): Tensor =>
        mean(sum(multiply(unit(p), unit(z.detach())), { axes: 1 })).negate();
      return add(likeness(a, b), multiply(likeness(b, a), 0.5));
    },
    "where it finds the vectors that are applied to the matrix itself": (model, { x, y }) => {
      const { weight, bias } = model.one; // [3,6]
      const [left, right] = noGrad(() => {
        const u = matmul(weight, model.direction);
        const v = matmul(transpose(weight), u);
        return [divide(u, sqrt(sum(square(u)))), divide(v, sqrt(sum(square(v))))];
      }) as [Tensor, Tensor];
      model.direction = right;
      const size = reshape(matmul(matmul(transpose(left), weight), right), [1]);
      return add(
        mse(linear(model.body(x), divide(weight, size), bias), y),
        mse(model.two.forward(model.body(x)), y),
      );
    },
  };

  it.each(Object.keys(meant))("%s", (name) => {
    expect(findingsOf(meant[name] as Loss)).toEqual([]);
  });
});

describe("a cut without a reason is told", () => {
  const accidents: Record<string, Loss> = {
    "in one of two branches": (model, { x, y }) => {
      const h = model.body(x);
      return mse(add(model.one.forward(h), model.two.forward(h.detach())), y); // cut
    },
    "of a gate that scales what a loss bends": (model, { x, y }) => {
      const h = model.body(x);
      const gate = sigmoid(model.two.forward(h)).detach(); // cut
      return add(mse(multiply(model.one.forward(h), gate), y), mse(model.two.forward(h), y));
    },
    "of a prediction that is compared with numbers": (model, { x, y }) => {
      const h = model.body(x);
      return add(mse(model.one.forward(h), y), mse(add(model.two.forward(h.detach()), 1), y)); // cut
    },
    "of a size that weights are divided by": (model, { x, y }) => {
      const { weight, bias } = model.one;
      const size = noGrad(() => sqrt(sum(square(weight)))); // cut
      return mse(add(linear(model.body(x), divide(weight, size), bias), model.two.forward(model.body(x))), y);
    },
    "of what goes through a layer before it is compared": (model, { x, y }) => {
      const h = model.body(x);
      const other = relu(model.two.forward(h.detach())); // cut
      return add(mse(model.one.forward(h), other), mse(model.two.forward(h), y));
    },
  };

  it.each(Object.keys(accidents))("%s", (name) => {
    const findings = findingsOf(accidents[name] as Loss);
    expect(findings.map(({ place }) => place?.source)).toEqual([expect.stringContaining("// cut")]);
  });
});
