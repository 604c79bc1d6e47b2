/** Losses that train by themselves: what they may give back, and a step that is written and never reached. */
import { Adam, clipGradientNorm, type Module, mse, type Optimizer, SGD, type Tensor } from "synthconv";
import { type Diagnosis, diagnose } from "synthconv/doctor";
import { describe, expect, it } from "vitest";
import { batch, onlyFinding, type TwoLayers, twoLayers, usual } from "./support.js";

type Given = Tensor | number | undefined;
type Loop = (model: TwoLayers, data: typeof batch, optimizer: Optimizer, run: number) => Given;

function diagnosisOf(
  loop: Loop,
  make = (model: Module): Optimizer => new Adam(model.parameters(), { learningRate: 0.01 }),
): Diagnosis {
  const model = twoLayers();
  const optimizer = make(model);
  let run = 0;
  return diagnose(model, batch, (net, data) => loop(net, data, optimizer, run++), { optimizer });
}

const LOGS: Readonly<Record<string, Loop>> = {
  "a number": (net, data, optimizer) => {
    optimizer.zeroGrad();
    const loss = usual(net, data);
    loss.backward();
    optimizer.step();
    return loss.item();
  },
  "a mean of several parts": (net, data, optimizer) => {
    optimizer.zeroGrad();
    let sum = 0;
    for (let part = 0; part < 2; part++) {
      const loss = usual(net, data).divide(2);
      loss.backward();
      sum += loss.item();
    }
    clipGradientNorm(net.parameters(), 1);
    optimizer.step();
    return sum;
  },
  nothing: (net, data, optimizer) => {
    optimizer.zeroGrad();
    usual(net, data).backward();
    optimizer.step();
    return undefined;
  },
};

describe("a loss that trains by itself", () => {
  it.each(Object.entries(LOGS))("may give back %s", (_, loop) => {
    const { state, losses, parameters } = diagnosisOf(loop);
    expect(state).toBe("well");
    expect(losses.at(-1)).toBeLessThan(losses[0] as number);
    expect(parameters.every(({ status }) => status === "learns")).toBe(true);
  });

  it("is refused where a number comes of no backward pass", () => {
    expect(() => diagnosisOf((net, data) => usual(net, data).item())).toThrow(
      /expected a tensor, received the number/,
    );
  });

  it("is told of where its step is reached in no run", () => {
    const model = twoLayers();
    const optimizer = new Adam(model.parameters(), { learningRate: 0.01 });
    const loss = (net: TwoLayers, data: typeof batch): Tensor => {
      let last = usual(net, data);
      for (let part = 0; part < 3; part++) {
        last = usual(net, data).divide(3);
        last.backward();
        if ((part + 1) % 4 === 0) {
          optimizer.step();
          optimizer.zeroGrad();
        }
      }
      return last;
    };
    const finding = onlyFinding(diagnose(model, batch, loss, { optimizer }));
    expect(finding).toMatchObject({ fault: "optimizerHoldsOthers" });
    expect(finding.place?.source).toContain("new Adam");
    expect(finding.cause).toMatch(/its step \(.*logs-and-unreached-steps.*\) was reached in none of 17 runs/);
  });

  it("is left alone where every fourth run steps", () => {
    const { findings } = diagnosisOf((net, data, optimizer, run) => {
      const loss = usual(net, data).divide(4);
      loss.backward();
      if (run % 4 === 3) {
        optimizer.step();
        optimizer.zeroGrad();
      }
      return loss;
    });
    expect(findings).toEqual([]);
  });

  it("is told of a clip that leaves next to nothing, though some bits change", () => {
    const clipped =
      (most: number): Loop =>
      (net, data, optimizer) => {
        optimizer.zeroGrad();
        const loss = mse(net.forward(data.x), data.y);
        loss.backward();
        clipGradientNorm(net.parameters(), most);
        optimizer.step();
        return loss;
      };
    const make = (model: Module): Optimizer =>
      new SGD(model.parameters(), { learningRate: 0.05, momentum: 0.9 });
    const finding = onlyFinding(diagnosisOf(clipped(1e-6), make));
    expect(finding.fault).toBe("alwaysZero");
    expect(finding.place?.source).toContain("clipGradientNorm");
    expect(diagnosisOf(clipped(0.1), make).findings).toEqual([]);
  });
});
