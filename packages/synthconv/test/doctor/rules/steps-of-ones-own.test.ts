/** Update rules that a program writes itself: in its loss, by hand, or in an optimizer of its own. */
import { Adam, grad, Optimizer, type Parameter, type Tensor } from "synthconv";
import { diagnose } from "synthconv/doctor";
import { describe, expect, it } from "vitest";
import { batch, onlyFinding, type TwoLayers, twoLayers, usual } from "./support.js";

type Loss = (model: TwoLayers, all: typeof batch) => Tensor;

interface Hand {
  /** What an entry of a gradient is multiplied by before it is added to the weight. */
  readonly factor: number;
  readonly way?: "assign" | "in place";
  /** What the loss function gives: the value that it stepped on, or another one after the step. */
  readonly gives?: "before" | "again";
  readonly momentum?: number;
  readonly steps?: (name: string) => boolean;
}

function stepping({
  factor,
  way = "assign",
  gives = "before",
  momentum = 0,
  steps = () => true,
}: Hand): Loss {
  const velocities = new Map<string, Float64Array>();
  return (model, all) => {
    const loss = usual(model, all);
    const named = [...model.namedParameters()];
    const gradients = grad(
      loss,
      named.map(([, parameter]) => parameter),
    );
    for (const [index, [name, parameter]] of named.entries()) {
      if (!steps(name)) continue;
      const velocity = velocities.get(name) ?? new Float64Array(parameter.size);
      velocities.set(name, velocity);
      const { data } = gradients[index] as Tensor;
      for (let i = 0; i < data.length; i++)
        velocity[i] = momentum * (velocity[i] as number) + (data[i] as number);
      const next = (value: number, i: number): number => value + factor * (velocity[i] as number);
      if (way === "assign")
        parameter.assign(parameter.data.map(next)); // by hand
      else parameter.data.set(parameter.data.map(next));
    }
    return gives === "again" ? usual(model, all) : loss;
  };
}

const ways = (["assign", "in place"] as const).flatMap((way) =>
  (["before", "again"] as const).flatMap((gives) => [0, 0.9].map((momentum) => ({ way, gives, momentum }))),
);

describe("a loss that steps by hand and gives its value with its tape", () => {
  it.each(ways)("is well where it goes down: %o", (one) => {
    const { state, losses, parameters } = diagnose(twoLayers(), batch, stepping({ ...one, factor: -0.05 }));
    expect(state).toBe("well");
    expect(losses.at(-1)).toBeLessThan(losses[0] as number);
    expect(parameters.map(({ status }) => status)).toEqual(Array(4).fill("learns"));
  });

  it.each(ways)("is accused where it goes up: %o", (one) => {
    const finding = onlyFinding(diagnose(twoLayers(), batch, stepping({ ...one, factor: 0.05 })));
    expect(finding).toMatchObject({ fault: "exploding" });
    expect(finding.parameters).toHaveLength(4);
    expect(finding.cause).toContain("along the gradient and not against it");
    if (one.way === "assign") expect(finding.place?.source).toContain("// by hand");
  });

  it.each(["weight", "bias", "head.weight"])("is told of what it leaves out: all but %s", (end) => {
    const steps = (name: string): boolean => name.endsWith(end);
    const finding = onlyFinding(
      diagnose(twoLayers(), batch, stepping({ factor: -0.1, gives: "again", steps })),
    );
    expect(finding.fault).toBe("optimizerHoldsOthers");
    const all = [...twoLayers().namedParameters().keys()];
    expect(finding.parameters).toEqual(all.filter((name) => !steps(name)));
    expect(finding.place?.source).toContain("// by hand");
  });
});

describe("a loss that steps by hand, and", () => {
  it("changes nothing from the start is accused where it writes", () => {
    const finding = onlyFinding(diagnose(twoLayers(), batch, stepping({ factor: 0 })));
    expect(finding).toMatchObject({ fault: "alwaysZero" });
    expect(finding.parameters).toHaveLength(4);
    expect(finding.place?.source).toContain("// by hand");
  });

  it.each([true, false])("takes what backward left, forgotten before: %s", (isForgotten) => {
    const loss: Loss = (model, all) => {
      const value = usual(model, all);
      if (isForgotten) model.zeroGrad();
      value.backward(); // backward
      for (const one of model.parameters())
        one.assign(one.data.map((weight, i) => weight - 0.1 * (one.grad?.data[i] as number)));
      return value;
    };
    const diagnosis = diagnose(twoLayers(), batch, loss);
    if (isForgotten) expect(diagnosis.findings).toEqual([]);
    else {
      const finding = onlyFinding(diagnosis);
      expect(finding.place?.source).toContain("// backward");
      expect(finding.cause).toContain("added to the gradients of all steps before");
    }
  });
});

describe("a group of parameters whose rate is 0", () => {
  it.each(["body", "head"] as const)("is named at the optimizer: %s", (still) => {
    const model = twoLayers();
    const groups = (["body", "head"] as const).map((name) => ({
      parameters: model[name].parameters(),
      learningRate: name === still ? 0 : 0.01,
    }));
    const optimizer = new Adam(groups, { learningRate: 0.01 }); // groups
    const finding = onlyFinding(diagnose(model, batch, usual, { optimizer }));
    expect(finding.parameters).toEqual([`${still}.weight`, `${still}.bias`]);
    expect(finding.place?.source).toContain("// groups");
    expect(finding.cause).toContain("the learning rate of their group is 0");
  });
});

type Formula = (values: Float32Array, gradient: Float32Array, rate: number) => void;

class Own extends Optimizer {
  readonly description = "own";
  protected readonly slotNames = [];
  readonly #formula: Formula;

  constructor(parameters: Iterable<Parameter>, formula: Formula) {
    super(parameters, 0.1);
    this.#formula = formula;
  }

  protected update(values: Float32Array, gradient: Float32Array, _: unknown, rate: number): void {
    this.#formula(values, gradient, rate);
  }
}

describe("an optimizer of one's own", () => {
  const diagnosed = (formula: Formula): ReturnType<typeof diagnose> => {
    const model = twoLayers();
    const optimizer = new Own(model.parameters(), formula); // made here
    return diagnose(model, batch, usual, { optimizer });
  };
  const each = (values: Float32Array, to: (value: number, i: number) => number): void => {
    for (let i = 0; i < values.length; i++) values[i] = to(values[i] as number, i);
  };

  it("is well where its formula is right", () => {
    expect(diagnosed((w, g, rate) => each(w, (value, i) => value - rate * (g[i] as number))).state).toBe(
      "well",
    );
  });

  it("that writes into a copy is accused at the line that takes the gradient", () => {
    const finding = onlyFinding(
      diagnosed((w, g, rate) => {
        const copy = w.slice();
        for (let i = 0; i < copy.length; i++) copy[i] = (copy[i] as number) - rate * (g[i] as number); // lost
      }),
    );
    expect(finding.place?.source).toContain("// lost");
    expect(finding.cause).toContain("writes nothing into the weights that it is given");
  });

  it.each([
    ["a root of what is below 0", (g: number) => Math.sqrt(-g * g)],
    ["0 over 0", (g: number) => (0 * g) / 0],
  ])("that makes NaN is accused at the line that writes it: %s", (_, of) => {
    const finding = onlyFinding(
      diagnosed((w, g) => {
        for (let i = 0; i < w.length; i++) w[i] = (w[i] as number) - of(g[i] as number); // NaN
      }),
    );
    expect(finding).toMatchObject({ fault: "nonFinite" });
    expect(finding.place?.source).toContain("// NaN");
  });

  it("that goes up is named at the line that makes it, not at its class", () => {
    const finding = onlyFinding(
      diagnosed((w, g, rate) => each(w, (value, i) => value + rate * (g[i] as number))),
    );
    expect(finding.place?.source).toContain("// made here");
  });
});

describe("a step by hand into a copy, without an optimizer", () => {
  type Step = (model: ReturnType<typeof twoLayers>) => void;
  const steps: readonly (readonly [string, Step])[] = [
    [
      "sliced",
      (model) => {
        for (const { data, grad } of model.parameters()) {
          const values = data.slice();
          values.forEach((value, i) => {
            values[i] = value - 0.1 * (grad?.data[i] as number);
          });
        }
      },
    ],
    [
      "mapped",
      (model) => {
        for (const { data, grad } of model.parameters())
          data.map((value, i) => value - 0.1 * (grad?.data[i] as number));
      },
    ],
  ];

  it.each(steps)(
    "is accused where the numbers are %s, though the loss that is returned is another one",
    (_, step) => {
      const finding = onlyFinding(
        diagnose(twoLayers(), batch, (model, all) => {
          model.zeroGrad();
          usual(model, all).backward();
          step(model);
          return usual(model, all);
        }),
      );
      expect(finding.cause).toContain("The loss propagates by itself");
      expect(finding.repair).toContain("parameter.assign(values)");
    },
  );

  it("and a loss that propagates to look at its gradients is left in peace", () => {
    const { state } = diagnose(twoLayers(), batch, (model, all) => {
      model.zeroGrad();
      usual(model, all).backward();
      const norms = model.parameters().map(({ grad }) => Math.hypot(...(grad?.data ?? [])));
      expect(norms.every((norm) => norm >= 0)).toBe(true);
      model.zeroGrad();
      return usual(model, all);
    });
    expect(state).toBe("well");
  });
});
