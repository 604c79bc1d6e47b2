/** Steps inside of the loss: a clip that comes too early, a rate that never begins, and fast weights that are detached. */
import {
  Adam,
  clipGradientNorm,
  grad,
  linear,
  mse,
  multiply,
  SGD,
  subtract,
  type Tensor,
  tanh,
} from "synthconv";
import { type Diagnosis, diagnose } from "synthconv/doctor";
import { describe, expect, it } from "vitest";
import { batch, onlyFinding, type TwoLayers, twoLayers, usual } from "./support.js";

describe("gradients that are clipped", () => {
  function clipped(when: "before" | "after"): Diagnosis {
    const model = twoLayers();
    const optimizer = new SGD(model.parameters(), { learningRate: 2 });
    const loss = (net: TwoLayers, { x, y }: typeof batch): Tensor => {
      const clip = (): number => clipGradientNorm(net.parameters(), 0.01);
      optimizer.zeroGrad();
      if (when === "before") clip();
      const value = multiply(mse(net.forward(x), y), 10);
      value.backward();
      if (when === "after") clip();
      optimizer.step();
      return value;
    };
    return diagnose(model, batch, loss, { optimizer });
  }

  it("before there are any, in a loop that explodes, are named at the clip", () => {
    const finding = onlyFinding(clipped("before"));
    expect(finding.fault).toBe("exploding");
    expect(finding.place?.source).toContain("clipGradientNorm(");
    expect(finding.cause).toContain("The gradients are clipped here before there are any");
    expect(finding.repair).toBe("Clip between backward() and step().");
  });

  it("where the repair says are well", () => {
    expect(clipped("after").findings).toEqual([]);
  });
});

describe("a step that is told a rate of 0", () => {
  function warmed(share: (step: number) => number): Diagnosis {
    const model = twoLayers();
    const optimizer = new SGD(model.parameters(), { learningRate: 0.1 });
    let step = 0;
    const loss = (net: TwoLayers, given: typeof batch): Tensor => {
      optimizer.zeroGrad();
      const value = usual(net, given);
      value.backward();
      optimizer.step({ learningRate: 0.1 * share(step++) });
      return value;
    };
    return diagnose(model, batch, loss, { optimizer, steps: 17 });
  }

  it("from the first on is told what makes it so", () => {
    const { repair } = onlyFinding(warmed((step) => Math.floor(step / 500)));
    expect(repair).toContain("what makes it is 0 from the first step on");
  });

  it("after some steps is told to count to the end", () => {
    const { repair } = onlyFinding(warmed((step) => Math.max(0, 1 - step / 5)));
    expect(repair).toContain("a schedule has to count as many steps as there are");
  });
});

describe("fast weights", () => {
  function adapted(fast: (weight: Tensor, slope: Tensor) => Tensor, createGraph: boolean): Diagnosis {
    const model = twoLayers();
    const loss = ({ body, head }: TwoLayers, { x, y }: typeof batch): Tensor => {
      const result = (weight: Tensor): Tensor => mse(head.forward(tanh(linear(x, weight, body.bias))), y);
      const [slope] = grad(result(body.weight), [body.weight], { createGraph }) as [Tensor];
      return result(fast(body.weight, slope));
    };
    const optimizer = new Adam(model.parameters(), { learningRate: 1e-2 });
    return diagnose(model, batch, loss, { optimizer });
  }

  it("that are detached are told what their gradient needs as well", () => {
    const { findings } = adapted((weight, slope) => subtract(weight, multiply(slope, 0.1)).detach(), false);
    const [finding] = findings;
    expect(finding?.fault).toBe("detached");
    expect(finding?.repair).toContain(
      "take the gradient before it on the tape, grad(loss, weights, { createGraph: true })",
    );
  });

  it("are well as the repair says, either way", () => {
    const step = (weight: Tensor, slope: Tensor): Tensor => subtract(weight, multiply(slope, 0.1));
    expect(adapted(step, true).findings).toEqual([]);
    const first = (weight: Tensor, slope: Tensor): Tensor =>
      step(weight, slope.detach({ reason: "first order" }));
    expect(adapted(first, false).findings).toEqual([]);
  });
});
