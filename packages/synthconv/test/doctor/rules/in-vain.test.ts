/** What is done and comes to nothing: steps without gradients, codes without a term, copies that are none. */
import {
  Adam,
  add,
  clipGradientNorm,
  Embedding,
  Linear,
  Module,
  max,
  mse,
  type Optimizer,
  SGD,
  subtract,
  type Tensor,
  tanh,
} from "synthconv";
import { diagnose } from "synthconv/doctor";
import { describe, expect, it } from "vitest";
import { batch, onlyFinding, TwoLayers, twoLayers, usual } from "./support.js";

const adam = (model: Module): Optimizer => new Adam(model.parameters(), { learningRate: 0.01 });

describe("an optimizer that steps inside of the loss", () => {
  it("without a backward pass is the finding, at its step", () => {
    const model = twoLayers();
    const own = new SGD(model.parameters(), { learningRate: 0.1 });
    const finding = onlyFinding(
      diagnose(model, batch, (net, all) => {
        own.zeroGrad();
        const loss = usual(net, all);
        own.step();
        return loss;
      }),
    );
    expect(finding.fault).toBe("optimizerHoldsOthers");
    expect(finding.place?.source).toContain("own.step()");
    expect(finding.repair).toBe("Call zeroGrad(), then backward() of the loss, and then this step.");
  });

  it.each([
    [1e-12, ["alwaysZero"]],
    [1, []],
  ])("under Adam behind a clip to %d has the findings %j", (norm, faults) => {
    const model = twoLayers();
    const optimizer = adam(model);
    const { findings } = diagnose(model, batch, (net, all) => {
      optimizer.zeroGrad();
      const loss = usual(net, all);
      loss.backward();
      clipGradientNorm(net.parameters(), norm);
      optimizer.step();
      return loss;
    });
    expect(findings.map(({ fault }) => fault)).toEqual(faults);
  });
});

it("what a step computes for the next alone is to be used in the same step, and not detached", () => {
  const model = twoLayers();
  let kept: Tensor | undefined;
  const finding = onlyFinding(
    diagnose(
      model,
      batch,
      (net, { x, y }) => {
        const used = kept ?? tanh(net.body.forward(x));
        kept = tanh(net.body.forward(x));
        return mse(net.head.forward(used), y);
      },
      { optimizer: adam(model) },
    ),
  );
  expect(finding.fault).toBe("staleGraph");
  expect(finding.repair).toContain("Use what is computed in the same step");
});

describe("a codebook", () => {
  class Coded extends Module {
    readonly encoder = new Linear(3, 2);
    readonly codes = new Embedding(4, 2);
    readonly decoder = new Linear(2, 3);

    terms(x: Tensor): { readonly error: Tensor; readonly rows: Tensor; readonly z: Tensor } {
      const z = this.encoder.forward(x);
      const codes = this.codes.weight.data;
      const distance = (at: number, code: number): number =>
        Math.hypot(
          (z.data[2 * at] as number) - (codes[2 * code] as number),
          (z.data[2 * at + 1] as number) - (codes[2 * code + 1] as number),
        );
      const nearest = (at: number): number =>
        [0, 1, 2, 3].reduce((best, code) => (distance(at, code) < distance(at, best) ? code : best));
      const rows = this.codes.forward(Array.from({ length: 5 }, (_, at) => nearest(at)));
      const chosen = add(z, subtract(rows, z).detach({ reason: "straight through" }));
      return { error: mse(this.decoder.forward(chosen), x), rows, z };
    }
  }

  it("whose rows go around the tape alone needs a term of its own, and has none to complain of with it", () => {
    const model = new Coded().initialize({ seed: 1 });
    const optimizer = adam(model);
    const finding = onlyFinding(diagnose(model, batch, (net, { x }) => net.terms(x).error, { optimizer }));
    expect(finding).toMatchObject({ fault: "detached", parameters: ["codes.weight"] });
    expect(finding.place?.source).toContain('.detach({ reason: "straight through" })');
    const repaired = (net: Coded, { x }: typeof batch): Tensor => {
      const { error, rows, z } = net.terms(x);
      return add(error, mse(rows, z.detach({ reason: "the codes follow" })));
    };
    expect(diagnose(model, batch, repaired, { optimizer }).findings).toEqual([]);
  });
});

describe("a target network", () => {
  const bootstrapped = (
    { online, target }: { online: TwoLayers; target: TwoLayers },
    { x }: typeof batch,
  ): Tensor =>
    mse(
      max(online.forward(x), { axes: [1] }),
      add(1, max(target.forward(x), { axes: [1] })).detach({ reason: "target" }),
    );

  it("that is the online one is warned of at the line that says so", () => {
    class Same extends Module {
      readonly online = new TwoLayers();
      readonly target = this.online;
    }
    const model = new Same().initialize({ seed: 1 });
    const finding = onlyFinding(diagnose(model, batch, bootstrapped, { optimizer: adam(model) }));
    expect(finding).toMatchObject({ fault: "optimizerHoldsOthers", severity: "warning" });
    expect(finding.place?.source).toContain("readonly target = this.online");
  });

  it("of its own is none, nor are weights that two layers share", () => {
    class Apart extends Module {
      readonly online = new TwoLayers();
      readonly target = new TwoLayers();
      readonly again = this.online;
    }
    const model = new Apart().initialize({ seed: 1 });
    model.target.freeze({ reason: "a copy of some steps ago" });
    const optimizer = adam(model.online);
    expect(diagnose(model, batch, bootstrapped, { optimizer }).findings).toEqual([]);
  });
});
