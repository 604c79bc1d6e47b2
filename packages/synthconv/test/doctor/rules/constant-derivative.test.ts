/** Gradients that are constants and go into a loss: as terms that teach nothing, and as the constants of a method. */
import {
  Adam,
  add,
  divide,
  exp,
  full,
  grad,
  Linear,
  linear,
  Module,
  mean,
  mse,
  multiply,
  noGrad,
  Parameter,
  RandomStream,
  randomUniform,
  sign,
  slice,
  softplus,
  sqrt,
  square,
  subtract,
  sum,
  type Tensor,
  tanh,
  tensor,
} from "synthconv";
import { diagnose, type Finding } from "synthconv/doctor";
import { describe, expect, it } from "vitest";

const random = new RandomStream({ seed: 4, purpose: "derivatives" });
const given = (rows: number, columns: number): Tensor =>
  subtract(multiply(randomUniform([rows, columns], random), 2), 1);
const batch = { x: given(8, 4), y: given(8, 1), force: given(8, 4), later: given(6, 4), laterY: given(6, 1) };
type Loss<Model extends Module> = (model: Model, all: typeof batch) => Tensor;

class Network extends Module {
  readonly body = new Linear(4, 6);
  readonly head = new Linear(6, 1);

  hidden(x: Tensor): Tensor {
    return tanh(this.body.forward(x));
  }

  forward(x: Tensor): Tensor {
    return this.head.forward(this.hidden(x));
  }
}

/** Enough for what is the same in all of them. */
const STEPS = 4;

const usual: Loss<Network> = (model, { x, y }) => mse(model.forward(x), y);
const asLeaf = ({ data, shape }: Tensor): Tensor => tensor(data.slice(), { shape, requiresGrad: true });
const rows = (one: Tensor): number[][] => one.toArray() as number[][];
const sizeOf = (one: Tensor): Tensor => sqrt(sum(square(one)));

function findingsOf(loss: Loss<Network>): readonly Finding[] {
  return diagnose(new Network().initialize({ seed: 1 }), batch, loss, { steps: STEPS }).findings;
}

/** The slope of the network at points of their own, and what becomes of it. */
const withSlope =
  (use: (slope: Tensor, model: Network, all: typeof batch) => Tensor): Loss<Network> =>
  (model, all) => {
    const points = asLeaf(all.x);
    const [slope] = grad(sum(model.forward(points)), [points]) as [Tensor]; // taken
    return use(slope, model, all);
  };

const penalties: Record<string, Loss<Network>> = {
  "as a number that is added": withSlope((slope, model, all) =>
    usual(model, all).add(0.1 * sum(square(slope)).item()),
  ),
  "as a tensor of numbers": withSlope((slope, model, all) =>
    add(usual(model, all), mse(tensor(rows(slope)), all.force)),
  ),
  "as a detached tensor": withSlope((slope, model, all) =>
    add(usual(model, all), mean(square(slope.detach()))),
  ),
  "as what is computed inside noGrad": withSlope((slope, model, all) =>
    add(
      usual(model, all),
      noGrad(() => mean(square(slope))),
    ),
  ),
  "as all of the loss": withSlope((slope, _, { force }) => mse(slope.detach(), force)),
  "from the leaf where backward left it": (model, all) => {
    const points = asLeaf(all.x);
    sum(model.forward(points)).backward(); // taken
    for (const parameter of model.parameters()) parameter.grad = undefined;
    return add(usual(model, all), mean(square((points.grad as Tensor).detach())));
  },
  "point by point": (model, all) => {
    let total = 0;
    for (const row of rows(all.x).slice(0, 3)) {
      const point = tensor([row], { requiresGrad: true });
      const [slope] = grad(sum(model.forward(point)), [point]) as [Tensor]; // taken
      total += (Math.hypot(...slope.data) - 1) ** 2;
    }
    return usual(model, all).add(total / 3);
  },
};

describe("a gradient without a tape that is a term of the loss", () => {
  it.each(Object.keys(penalties))("is the finding, at the line that takes it: %s", (name) => {
    const finding = findingsOf(penalties[name] as Loss<Network>).find(({ fault }) => fault !== "notWired");
    expect(finding).toMatchObject({ fault: "computedWithoutTape", severity: "fault" });
    expect(finding?.place?.source).toContain("// taken");
    // The last bias moves no slope.
    expect(finding?.parameters).toEqual(["body.weight", "body.bias", "head.weight"]);
    expect(finding?.repair).toContain("createGraph: true");
  });

  it("is the finding in the turn of a critic that steps inside the loss", () => {
    const model = new (class extends Module {
      readonly made = new Linear(4, 4);
      readonly critic = new Network();
    })().initialize({ seed: 2 });
    const ofCritic = new Adam(model.critic.parameters(), { learningRate: 0.01 });
    const optimizer = new Adam(model.made.parameters(), { learningRate: 0.01 });
    const { findings } = diagnose(
      model,
      batch,
      ({ made, critic }, { x, force }) => {
        ofCritic.zeroGrad();
        const real = asLeaf(force);
        const score = critic.forward(real);
        const [slope] = grad(sum(score), [real]) as [Tensor]; // taken
        const fake = made.forward(x).detach({ reason: "the critic's turn" });
        const turn = add(mean(softplus(critic.forward(fake))), mean(softplus(score.negate())));
        turn.add(sum(square(slope)).item()).backward();
        ofCritic.step();
        return mean(softplus(critic.forward(made.forward(x)).negate()));
      },
      { optimizer, steps: STEPS },
    );
    expect(findings.map(({ place }) => place?.source)).toEqual([expect.stringContaining("// taken")]);
    expect(findings[0]?.parameters).toContain("critic.body.weight");
  });
});

/** What the head learns in one step is judged by later samples. */
const innerStep =
  (step: (weight: Tensor, slope: Tensor) => Tensor): Loss<Network> =>
  ({ body, head: { weight, bias } }, { x, y, later, laterY }) => {
    const hidden = tanh(body.forward(x));
    const [slope] = grad(mse(linear(hidden, weight, bias), y), [weight]) as [Tensor]; // taken
    return mse(linear(tanh(body.forward(later)), step(weight, slope), bias), laterY);
  };

const parts: Record<string, Loss<Network>> = {
  "in an inner step": innerStep((weight, slope) => subtract(weight, multiply(slope.detach(), 0.1))),
  "in an inner step of numbers": innerStep((weight, slope) =>
    subtract(weight, multiply(tensor(rows(slope)), 0.1)),
  ),
  "in a residual": (model, { x }) => {
    const points = asLeaf(x);
    const value = model.forward(points);
    const [slope] = grad(sum(value), [points]) as [Tensor]; // taken
    return mean(square(add(slice(slope.detach(), [undefined, [0, 1]]), value)));
  },
};

describe("a gradient without a tape that is added to what is learned", () => {
  it.each(Object.keys(parts))("is a warning, at the line that takes it: %s", (name) => {
    const findings = findingsOf(parts[name] as Loss<Network>);
    expect(findings).toMatchObject([{ fault: "computedWithoutTape", severity: "warning" }]);
    expect(findings[0]?.place?.source).toContain("// taken");
    expect(findings[0]?.parameters).toContain("head.weight");
    expect(findings[0]?.repair).toMatch(/createGraph: true.*"first order"/);
  });

  it("is the finding where a rate or a penalty of the inner steps is trained", () => {
    const model = new (class extends Module {
      readonly decay = new Parameter(full([], -2));
    })();
    const start = given(1, 4);
    const { findings } = diagnose(model, batch, ({ decay }, { x, y, later, laterY }) => {
      const weight = asLeaf(start);
      const inner = add(mse(linear(x, weight), y), multiply(exp(decay), sum(square(weight))));
      const [slope] = grad(inner, [weight]) as [Tensor]; // taken
      return mse(linear(later, subtract(weight, multiply(slope.detach(), 0.2))), laterY);
    });
    expect(findings).toMatchObject([{ fault: "computedWithoutTape", parameters: ["decay"] }]);
    expect(findings[0]?.place?.source).toContain("// taken");
  });
});

const meant: Record<string, Loss<Network>> = {
  "an inner step of first order, with its reason": innerStep((weight, slope) =>
    subtract(weight, multiply(slope.detach({ reason: "first order" }), 0.1)),
  ),
  "weights that look for the worst": innerStep((weight, slope) =>
    add(weight, multiply(divide(slope.detach(), sizeOf(slope.detach())), 0.05)),
  ),
  "an input that looks for the worst": withSlope((slope, model, { x, y }) =>
    mse(model.forward(add(x, multiply(sign(slope.detach()), 0.1))), y),
  ),
  "weights of samples, with their reason": withSlope((slope, model, { x, y }) => {
    const weights = sum(square(slope.detach({ reason: "weights alone" })), { axes: 1, keepDims: true });
    return mean(multiply(square(subtract(model.forward(x), y)), weights));
  }),
  "a balance of two terms": (model, all) => {
    const [one, other] = [usual(model, all), mean(square(model.forward(all.later)))];
    const [first] = grad(one, [model.head.weight]) as [Tensor];
    const [second] = grad(other, [model.head.weight]) as [Tensor];
    return add(one, multiply(other, divide(sizeOf(first.detach()), add(sizeOf(second.detach()), 1e-4))));
  },
  "how much each weight counts": (model, all) => {
    const { weight } = model.head;
    const [slope] = grad(usual(model, all), [weight]) as [Tensor];
    return add(usual(model, all), sum(multiply(square(slope.detach()), square(subtract(weight, 0.3)))));
  },
  "steps by hand, one after the other": (model, all) => {
    for (let step = 0; step < 2; step++) {
      const slopes = grad(usual(model, all), model.parameters());
      for (const [index, parameter] of model.parameters().entries())
        parameter.assign(subtract(parameter, multiply(slopes[index] as Tensor, 0.05)).data);
    }
    return usual(model, all).detach({ reason: "for the log" });
  },
};

describe("a gradient without a tape is left in peace", () => {
  it.each(Object.keys(meant))("as %s", (name) => {
    expect(findingsOf(meant[name] as Loss<Network>)).toEqual([]);
  });

  it("as the target of a network that learns to foretell it", () => {
    const model = new (class extends Module {
      readonly body = new Linear(4, 6);
      readonly head = new Linear(6, 1);
      readonly guess = new Linear(6, 6);
    })().initialize({ seed: 2 });
    const { findings } = diagnose(model, batch, ({ body, head, guess }, { x, y }) => {
      const hidden = tanh(body.forward(x));
      const error = mse(head.forward(hidden), y);
      const [slope] = grad(error, [hidden]) as [Tensor];
      const foretold = guess.forward(hidden.detach({ reason: "it learns alone" }));
      return add(error, mse(foretold, slope.detach()));
    });
    expect(findings).toEqual([]);
  });
});
