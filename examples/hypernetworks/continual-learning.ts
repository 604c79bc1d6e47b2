/**
 * Three tasks one after another, without the data of the earlier ones: a hypernetwork reads the number of a task and
 * writes the weights of a small network for it; a regularizer keeps what it writes for the earlier tasks as it was
 * (von Oswald, Henning, Sacramento, Grewe, "Continual learning with hypernetworks", ICLR 2020, sec. 4: the toy
 * regression). Without the regularizer it forgets.
 *
 *     node examples/hypernetworks/continual-learning.ts [picture.svg]
 *
 * Some 14 seconds on one core. It needs `npm run setup` before, and Node 22.18 or newer.
 */
import { writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import {
  Adam,
  conditions,
  hypernetize,
  Linear,
  mse,
  RandomStream,
  ReLU,
  Sequential,
  type Tensor,
  tensor,
} from "synthconv";
import { plotCurves } from "./plot.ts";

interface Task {
  readonly name: string;
  readonly range: readonly [number, number];
  readonly of: (x: number) => number;
}

const TASKS: readonly Task[] = [
  { name: "x + 3", range: [-4, -2], of: (x) => x + 3 },
  { name: "2 x^2 - 1", range: [-1, 1], of: (x) => 2 * x ** 2 - 1 },
  { name: "(x - 3)^3", range: [2, 4], of: (x) => (x - 3) ** 3 },
];
const NOISE = 0.05;
const BATCH = 32;

export interface ContinualOptions {
  /** Per task. */
  readonly steps: number;
  /** How strongly earlier tasks are kept; 0 for not at all. */
  readonly beta: number;
  readonly seed?: number;
}

export interface ContinualResult {
  /** Mean squared error of every task after the last, without noise. */
  readonly errors: readonly number[];
  /** Of every task, what the network gives over the task's range. */
  readonly curves: readonly (readonly (readonly [x: number, y: number])[])[];
}

export function learnInTurn({ steps, beta, seed = 1 }: ContinualOptions): ContinualResult {
  const target = new Sequential(
    new Linear(1, 10),
    new ReLU(),
    new Linear(10, 10),
    new ReLU(),
    new Linear(10, 1),
  );
  const network = hypernetize(target, {
    parameters: "all",
    generator: { hidden: [10, 10] },
    condition: conditions.task(TASKS.length, 2),
  }).initialize({ seed });
  TASKS.forEach((task, index) => {
    const random = new RandomStream({ seed, purpose: task.name });
    const before = Array.from({ length: index }, (_, earlier) => copyOf(network.weights([earlier])));
    const optimizer = new Adam(network.parameters(), { learningRate: 0.01 });
    for (let step = 0; step < steps; step++) {
      const { x, y } = samples(task, random);
      let loss = mse(network.forward([index], x), y);
      if (beta > 0 && index > 0) {
        const changes = before.map((weights, earlier) => changeOf(weights, network.weights([earlier])));
        const change = changes.reduce((sum, one) => sum.add(one));
        loss = loss.add(change.multiply(beta / index));
      }
      optimizer.zeroGrad();
      loss.backward();
      optimizer.step();
    }
  });
  const curves = TASKS.map(({ range: [first, last] }, index) => {
    const x = Array.from({ length: 101 }, (_, i) => first + ((last - first) * i) / 100);
    const y = network.forward([index], tensor(x, { shape: [x.length, 1] })).data;
    return x.map((value, i) => [value, y[i] as number] as const);
  });
  const errors = TASKS.map(({ of }, index) => {
    const squares = (curves[index] ?? []).map(([x, y]) => (y - of(x)) ** 2);
    return squares.reduce((sum, square) => sum + square, 0) / squares.length;
  });
  return { errors, curves };
}

function samples({ range: [first, last], of }: Task, random: RandomStream): { x: Tensor; y: Tensor } {
  const x = Float32Array.from({ length: BATCH }, () => first + (last - first) * random.uniform());
  const y = x.map((value) => of(value) + NOISE * random.normal());
  return { x: tensor(x, { shape: [BATCH, 1] }), y: tensor(y, { shape: [BATCH, 1] }) };
}

function copyOf(weights: ReadonlyMap<string, Tensor>): Map<string, Tensor> {
  const reason = "what was written for an earlier task is to be kept";
  return new Map(Array.from(weights, ([path, value]) => [path, value.detach({ reason })]));
}

/** The sum of the squares of the differences. */
function changeOf(before: ReadonlyMap<string, Tensor>, now: ReadonlyMap<string, Tensor>): Tensor {
  const changes = Array.from(now, ([path, value]) =>
    value
      .subtract(before.get(path) as Tensor)
      .square()
      .sum(),
  );
  return changes.reduce((sum, one) => sum.add(one));
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const picture = process.argv[2] ?? "continual-learning.svg";
  const kept = learnInTurn({ steps: 4001, beta: 0.005 });
  const forgotten = learnInTurn({ steps: 4001, beta: 0 });
  const line = (errors: readonly number[]): string => errors.map((error) => error.toFixed(5)).join("  ");
  console.log(`mean squared error per task, ${TASKS.map(({ name }) => name).join("; ")}`);
  console.log(`with the regularizer      ${line(kept.errors)}`);
  console.log(`without it                ${line(forgotten.errors)}`);
  const truth = TASKS.map(({ of }, index) => (kept.curves[index] ?? []).map(([x]) => [x, of(x)] as const));
  writeFileSync(
    picture,
    plotCurves("Three tasks learned in turn", [
      { name: "to be learned", color: "#999999", curves: truth },
      { name: "with the regularizer", color: "#1b6ac9", curves: kept.curves },
      { name: "without it", color: "#d1495b", curves: forgotten.curves },
    ]),
  );
  console.log(`picture: ${picture}`);
}
