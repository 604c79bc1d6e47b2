import { clipGradientNorm, SGD, type Tensor } from "synthconv";
import { diagnose } from "synthconv/doctor";
import { describe, expect, it } from "vitest";
import { batch, onlyFinding, type TwoLayers, twoLayers, usual } from "./support.js";

type Loop = (loss: Tensor, optimizer: SGD, model: TwoLayers, step: number) => void;

/** A loss that trains by itself, in the order that a loop has, and gives back what it propagated. */
function looping(loop: Loop): Parameters<typeof diagnose<TwoLayers, typeof batch>> {
  const model = twoLayers();
  const optimizer = new SGD(model.parameters(), { learningRate: 0.1 });
  let step = 0;
  return [
    model,
    batch,
    (network, all) => {
      const loss = usual(network, all);
      loop(loss, optimizer, network, step++);
      return loss;
    },
  ];
}

describe("a loss that trains by itself", () => {
  it("is watched for all steps, with the size of its updates", () => {
    const { state, losses, parameters } = diagnose(
      ...looping((loss, optimizer) => {
        optimizer.zeroGrad();
        loss.backward();
        optimizer.step();
      }),
    );
    expect(state).toBe("well");
    expect(losses).toHaveLength(17);
    expect(losses.at(-1)).toBeLessThan(losses[0] as number);
    for (const { numbers } of parameters) expect(numbers.updateRatio[5]).toBeGreaterThan(0);
  });

  it("is accused where its rate dies away, at its step", () => {
    const finding = onlyFinding(
      diagnose(
        ...looping((loss, optimizer, _model, step) => {
          optimizer.zeroGrad();
          loss.backward();
          optimizer.step({ learningRate: 0.1 ** (step + 1) }); // dies away
        }),
      ),
    );
    expect(finding).toMatchObject({ fault: "alwaysZero" });
    expect(finding.place?.source).toContain("// dies away");
  });

  it("is accused where it clips its gradients to nothing, at the clip", () => {
    const finding = onlyFinding(
      diagnose(
        ...looping((loss, optimizer, model) => {
          optimizer.zeroGrad();
          loss.backward();
          clipGradientNorm(model.parameters(), 1e-9); // to nothing
          optimizer.step();
        }),
      ),
    );
    expect(finding.place?.source).toContain("// to nothing");
    expect(finding.cause).toContain("too little for any usual learning rate");
  });

  it("is accused where it forgets its gradients before the step", () => {
    const finding = onlyFinding(
      diagnose(
        ...looping((loss, optimizer) => {
          loss.backward();
          optimizer.zeroGrad(); // too late
          optimizer.step();
        }),
      ),
    );
    expect(finding.place?.source).toContain("// too late");
  });

  it("is accused where it never forgets its gradients, at its step", () => {
    const finding = onlyFinding(
      diagnose(
        ...looping((loss, optimizer) => {
          loss.backward();
          optimizer.step(); // adds up
        }),
      ),
    );
    expect(finding.cause).toContain("the sum of those of all steps before");
    expect(finding.place?.source).toContain("// adds up");
  });

  it("is accused where it makes an optimizer that never steps", () => {
    const finding = onlyFinding(diagnose(...looping((loss) => loss.backward())));
    expect(finding).toMatchObject({ fault: "optimizerHoldsOthers" });
    expect(finding.cause).toContain("nothing steps it");
  });
});
