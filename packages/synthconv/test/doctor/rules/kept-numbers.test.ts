/** Numbers that the first step keeps for those after it, and what is missing in some steps alone. */
import {
  Adam,
  divide,
  full,
  type Linear,
  linear,
  mean,
  mse,
  noGrad,
  Parameter,
  sqrt,
  square,
  sum,
  type Tensor,
  tanh,
  tensor,
} from "synthconv";
import { diagnose, type Finding } from "synthconv/doctor";
import { describe, expect, it } from "vitest";
import { batch, TwoLayers } from "./support.js";

type Loss = (model: TwoLayers, all: typeof batch) => Tensor;
/** Made for each diagnosis: what it keeps is its own. */
type Made = () => Loss;

function findingsOf(made: Made, model: TwoLayers = new TwoLayers()): readonly Finding[] {
  model.initialize({ seed: 1 });
  const optimizer = new Adam(model.parameters(), { learningRate: 0.01 });
  return diagnose(model, batch, made(), { optimizer, steps: 9 }).findings;
}

const rows = (one: Tensor): number[][] => one.toArray() as number[][];
const divided = ({ weight, bias }: Linear, x: Tensor, size: Tensor | number): Tensor =>
  linear(x, divide(weight, size), bias);

describe("numbers that the first step read of what is trained", () => {
  const whole: Record<string, Made> = {
    "in a variable": () => {
      let kept: number[][] | undefined;
      return ({ body, head }, { x, y }) => {
        kept ??= rows(body.forward(x)); // kept
        return mse(head.forward(tanh(tensor(kept))), y);
      };
    },
    "in a Map": () => {
      const cache = new Map<string, number[][]>();
      return ({ body, head }, { x, y }) => {
        if (!cache.has("x")) cache.set("x", rows(tanh(body.forward(x)))); // kept
        return mse(head.forward(tensor(cache.get("x") as number[][])), y);
      };
    },
    "anew in every fourth step": () => {
      let [kept, step] = [[[0]], 0];
      return ({ body, head }, { x, y }) => {
        if (step++ % 4 === 0) kept = rows(tanh(body.forward(x))); // kept
        return mse(head.forward(tensor(kept)), y);
      };
    },
  };

  it.each(Object.keys(whole))("are the finding, at the line that read them: %s", (name) => {
    const [finding, ...others] = findingsOf(whole[name] as Made);
    expect(finding).toMatchObject({
      ...{ fault: "staleGraph", severity: "fault" },
      parameters: ["body.weight", "body.bias"],
    });
    expect(finding?.place?.source).toContain("// kept");
    expect(others).toEqual([]);
  });

  const parts: Record<string, Made> = {
    "a size of weights": () => {
      let size: number | undefined;
      return ({ body, head }, { x, y }) => {
        size ??= Math.hypot(...body.weight.data); // kept
        return mse(head.forward(tanh(divided(body, x, size))), y);
      };
    },
    "a size of what they give": () => {
      let size: number | undefined;
      return ({ body, head }, { x, y }) => {
        const hidden = body.forward(x);
        size ??= sqrt(mean(square(hidden))).item(); // kept
        return mse(head.forward(tanh(divide(hidden, size))), y);
      };
    },
  };

  it.each(Object.keys(parts))("are a warning where they scale what learns: %s", (name) => {
    const findings = findingsOf(parts[name] as Made);
    expect(findings).toMatchObject([{ fault: "staleGraph", severity: "warning" }]);
    expect(findings[0]?.place?.source).toContain("// kept");
  });
});

class Scaled extends TwoLayers {
  readonly scale = new Parameter(full([6], 1));
  isReady = false;

  override forward(x: Tensor): Tensor {
    const hidden = this.body.forward(x);
    if (!this.isReady) this.scale.assign(sqrt(mean(square(hidden), { axes: 0 })).data.map((one) => 1 / one));
    this.isReady = true;
    return this.head.forward(tanh(hidden.multiply(this.scale)));
  }
}

describe("kept numbers are left in peace", () => {
  it("where the batch gave them", () => {
    const made: Made = () => {
      let middle: number | undefined;
      return (model, { x, y }) => {
        middle ??= mean(x).item();
        return mse(model.forward(x.subtract(middle)), y);
      };
    };
    expect(findingsOf(made)).toEqual([]);
  });

  it("where the loss is measured by the first one", () => {
    const made: Made = () => {
      let first: number | undefined;
      return (model, { x, y }) => {
        const loss = mse(model.forward(x), y);
        first ??= loss.item();
        return divide(loss, first);
      };
    };
    expect(findingsOf(made)).toEqual([]);
  });

  it("where a frozen teacher gave them", () => {
    const teacher = new TwoLayers().initialize({ seed: 5 });
    teacher.freeze({ reason: "a teacher" });
    const made: Made = () => {
      let answers: number[][] | undefined;
      return (model, { x }) => {
        answers ??= rows(teacher.forward(x));
        return mse(model.forward(x), tensor(answers));
      };
    };
    expect(findingsOf(made)).toEqual([]);
  });

  it("where a parameter starts from them", () => {
    expect(
      findingsOf(
        () =>
          (model, { x, y }) =>
            mse(model.forward(x), y),
        new Scaled(),
      ),
    ).toEqual([]);
  });
});

/** The size of the first layer's weights, another way in every third step. */
const inThirds =
  (size: (weight: Parameter, usual: Tensor) => Tensor | number): Made =>
  () => {
    let step = 0;
    return ({ body, head }, { x, y }) => {
      const usual = sqrt(sum(square(body.weight)));
      const found = step++ % 3 === 2 ? size(body.weight, usual) : usual;
      return mse(head.forward(tanh(divided(body, x, found))), y);
    };
  };

describe("a part of a gradient that is missing in every third step", () => {
  const cuts: Record<string, readonly [Finding["fault"], Made]> = {
    "by plain numbers": ["plainNumbers", inThirds(({ data }) => Math.hypot(...data))],
    "by detach": ["detached", inThirds((_, usual) => usual.detach())],
    "by noGrad": ["computedWithoutTape", inThirds((weight) => noGrad(() => sqrt(sum(square(weight)))))],
  };

  it.each(Object.keys(cuts))("is a warning with these steps: %s", (name) => {
    const [fault, made] = cuts[name] as (typeof cuts)[string];
    const findings = findingsOf(made);
    expect(findings).toMatchObject([{ fault, severity: "warning", parameters: ["body.weight"] }]);
    expect(findings[0]?.cause).toMatch(/^In 3 of 9 steps \(3, 6, 9\)/);
  });

  it("is none where they only go to a log", () => {
    const log: number[] = [];
    const made = inThirds((_, usual) => {
      log.push(usual.item());
      return usual.multiply(1);
    });
    expect(findingsOf(made)).toEqual([]);
  });
});
