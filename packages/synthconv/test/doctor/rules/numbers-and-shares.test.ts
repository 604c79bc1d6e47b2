/** Numbers beside a gradient, shares over the batch, and penalties that leave nothing to the rest of a loss. */
import {
  Adam,
  add,
  l1,
  logSoftmax,
  mean,
  mse,
  multiply,
  negate,
  square,
  sum,
  type Tensor,
  tanh,
} from "synthconv";
import { diagnose } from "synthconv/doctor";
import { describe, expect, it } from "vitest";
import { batch, onlyFinding, type TwoLayers, twoLayers, usual } from "./support.js";

type Given = typeof batch;

describe("a number that is read beside a gradient", () => {
  it("is told of at the line that reads it, not at the one that uses it", () => {
    const loss = ({ body, head }: TwoLayers, { x, y }: Given): Tensor => {
      const norm = Math.sqrt(sum(square(body.weight)).item()); // read
      const h = multiply(body.forward(x), 1 / norm);
      return mse(head.forward(tanh(h)), y);
    };
    const finding = onlyFinding(diagnose(twoLayers(), batch, loss));
    expect(finding).toMatchObject({
      fault: "plainNumbers",
      severity: "warning",
      parameters: ["body.weight"],
    });
    expect(finding.place?.source).toContain("// read");
  });

  it("is none where it balances the terms of a loss", () => {
    const loss = (model: TwoLayers, { x, y }: Given): Tensor => {
      const given = model.forward(x);
      const [one, other] = [mse(given, y), l1(given, y)];
      return add(one, multiply(other, one.item() / other.item()));
    };
    expect(diagnose(twoLayers(), batch, loss).findings).toEqual([]);
  });
});

describe("the logs of shares", () => {
  const run = (axis: number) => {
    const loss = (model: TwoLayers, { x, y }: Given): Tensor => {
      const logs = logSoftmax(model.forward(x), axis); // shares
      return negate(mean(sum(multiply(logs, y), { axes: 1 })));
    };
    return diagnose(twoLayers(), batch, loss).findings;
  };

  it("are told of where they go over the batch", () => {
    const [finding] = run(0);
    expect(finding).toMatchObject({ fault: "conditionMixed" });
    expect(finding?.place?.source).toContain("// shares");
    expect(finding?.repair).toContain("the last axis, logSoftmax(x)");
  });

  it("are well over the classes", () => {
    expect(run(1)).toEqual([]);
  });
});

describe("a penalty on the weights", () => {
  const run = (factor: number) => {
    const model = twoLayers();
    const loss = (net: TwoLayers, given: Given): Tensor => {
      let penalty = sum(square(net.body.weight));
      for (const one of net.parameters()) penalty = add(penalty, sum(square(one)));
      return add(usual(net, given), multiply(penalty, factor)); // penalty
    };
    return diagnose(model, batch, loss, {
      optimizer: new Adam(model.parameters(), { learningRate: 0.01 }),
    }).findings;
  };

  it("is told of where it is nearly all of the loss, though some weights are penalized more than others", () => {
    const [finding] = run(100);
    expect(finding).toMatchObject({ fault: "exploding" });
    expect(finding?.place?.source).toContain("// penalty");
  });

  it("is none where it is a part of it", () => {
    expect(run(0.001)).toEqual([]);
  });
});
