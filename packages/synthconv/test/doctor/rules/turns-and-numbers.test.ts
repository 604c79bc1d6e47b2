/** Numbers that go to the loss of another's turn, and numbers that go by in a part's own turn. */
import {
  Adam,
  add,
  Linear,
  leakyRelu,
  Module,
  mean,
  mse,
  negate,
  RandomStream,
  randomUniform,
  square,
  subtract,
  type Tensor,
  tanh,
  tensor,
} from "synthconv";
import { type Diagnosis, diagnose } from "synthconv/doctor";
import { describe, expect, it } from "vitest";
import { onlyFinding } from "./support.js";

class Half extends Module {
  readonly body: Linear;
  readonly head: Linear;

  constructor(inputs: number, outputs: number) {
    super();
    this.body = new Linear(inputs, 12);
    this.head = new Linear(12, outputs);
  }

  forward(x: Tensor): Tensor {
    return this.head.forward(leakyRelu(this.body.forward(x), 0.2));
  }
}

class Players extends Module {
  readonly maker = new Half(2, 3);
  readonly judge = new Half(3, 1);
}

const random = new RandomStream({ seed: 6, purpose: "turns" });
const batch = { noise: randomUniform([8, 2], random), real: randomUniform([8, 3], random).add(1) };
type Turn = (players: Players, all: typeof batch, step: number) => Tensor;

const numbersOf = ({ data, shape }: Tensor): Tensor => tensor(data.slice(), { shape, requiresGrad: true });
const error = ({ judge }: Players, fake: Tensor, real: Tensor): Tensor =>
  subtract(mean(judge.forward(fake)), mean(judge.forward(real)));

/** The judge in each step, the maker in every so many, inside of the loss. */
function gameOf(every: number, makers: Turn, shown: (fake: Tensor) => Tensor = numbersOf): Diagnosis {
  const model = new Players().initialize({ seed: 2 });
  const [forMaker, forJudge] = [model.maker, model.judge].map(
    (part) => new Adam(part.parameters(), { learningRate: 1e-3, betas: [0, 0.9] }),
  ) as [Adam, Adam];
  let step = 0;
  const loss = (players: Players, all: typeof batch): Tensor => {
    const ofJudge = error(players, shown(players.maker.forward(all.noise)), all.real);
    forJudge.zeroGrad();
    ofJudge.backward();
    forJudge.step();
    if (++step % every !== 0) return ofJudge;
    const ofMaker = makers(players, all, step);
    forMaker.zeroGrad();
    ofMaker.backward();
    forMaker.step();
    return ofJudge;
  };
  return diagnose(model, batch, loss, { optimizer: [forMaker, forJudge] });
}

const usual: Turn = ({ maker, judge }, { noise }) => negate(mean(judge.forward(maker.forward(noise))));

/** One turn in each step, and the doctor steps. */
function turnsOf(every: number, others: Turn): Diagnosis {
  const model = new Players().initialize({ seed: 2 });
  let step = 0;
  return diagnose(
    model,
    batch,
    (players, all) => (++step % every === 0 ? usual(players, all, step) : others(players, all, step)),
    { optimizer: new Adam(model.parameters(), { learningRate: 1e-3 }) },
  );
}

class Chain extends Module {
  readonly one = new Linear(2, 6);
  readonly two = new Linear(6, 3);
}

/** One network, which learns in some steps from its own numbers. */
function chainOf(isByNumbers: (step: number) => boolean, isInside: boolean): Diagnosis {
  const model = new Chain().initialize({ seed: 2 });
  const optimizer = new Adam(model.parameters(), { learningRate: 1e-3 });
  let step = 0;
  const loss = ({ one, two }: Chain, { noise, real }: typeof batch): Tensor => {
    const made = tanh(one.forward(noise));
    step++;
    const error = mse(two.forward(isByNumbers(step) ? numbersOf(made) : made), real); // numbers
    if (!isInside) return error;
    optimizer.zeroGrad();
    error.backward();
    optimizer.step();
    return error;
  };
  return diagnose(model, batch, loss, { optimizer });
}

describe("plain numbers in the turn of others", () => {
  it.each([2, 3, 5])("are no finding where the maker steps in every %i. step", (every) => {
    expect(gameOf(every, usual).findings).toEqual([]);
  });

  it.each([
    ["the mean of made and real ones", (fake: Tensor) => numbersOf(add(fake, batch.real).multiply(0.5))],
    ["constants", ({ data, shape }: Tensor) => tensor(data.slice(), { shape })],
  ])("are no finding where the judge sees %s", (_, shown) => {
    expect(gameOf(3, usual, shown).findings).toEqual([]);
  });

  it.each([2, 3])("are no finding where one of %i turns is the maker's and the doctor steps", (every) => {
    const judges: Turn = (players, { noise, real }) =>
      add(
        error(players, numbersOf(players.maker.forward(noise)), real),
        square(mean(players.judge.forward(real))),
      );
    expect(turnsOf(every, judges).findings).toEqual([]);
  });
});

describe("plain numbers in a part's own turn", () => {
  const cases: [string, (step: number) => boolean][] = [
    ["every second step", (step) => step % 2 === 0],
    ["two of three steps", (step) => step % 3 !== 1],
    ["all steps from the fourth on", (step) => step >= 4],
  ];
  it.each(cases)("are the finding in %s", (_, isByNumbers) => {
    for (const isInside of [false, true]) {
      const finding = onlyFinding(chainOf(isByNumbers, isInside));
      expect(finding.parameters).toEqual(["one.weight", "one.bias"]);
      expect(finding.fault).toBe("plainNumbers");
    }
  });

  it("are the finding where the maker steps on them", () => {
    const makers: Turn = ({ maker, judge }, { noise }, step) => {
      const fake = maker.forward(noise);
      return negate(mean(judge.forward(step % 4 === 0 ? fake : numbersOf(fake))));
    };
    const { findings } = gameOf(2, makers);
    expect(findings.flatMap(({ parameters }) => parameters)).toContain("maker.body.weight");
  });
});
