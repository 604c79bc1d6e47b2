/**
 * A denoiser that was trained for one level of noise, steered by the level: a condition writes a change of low rank to
 * its trained weights (LoRA that a condition writes), which are frozen.
 *
 *     node examples/hypernetworks/denoiser.ts [picture.svg]
 *
 * Some 14 seconds on one core. It needs `npm run setup` before, and Node 22.18 or newer.
 */
import { writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import {
  Adam,
  add,
  Conv2d,
  hypernetize,
  Module,
  mse,
  type Optimizer,
  RandomStream,
  ReLU,
  Sequential,
  subtract,
  type Tensor,
  tensor,
} from "synthconv";
import { plotCurves } from "./plot.ts";

const SIZE = 16;
const BATCH = 8;
/** The level that the denoiser is trained for, and those that it is steered by: standard deviations. */
const TRAINED_AT = 0.1;
export const LEVELS: readonly number[] = [0.02, 0.05, 0.1, 0.2, 0.3, 0.4];

/** Takes off an image what it thinks is noise. */
class Denoiser extends Module {
  readonly body = new Sequential(
    new Conv2d(1, 12, 3, { padding: 1 }),
    new ReLU(),
    new Conv2d(12, 12, 3, { padding: 1 }),
    new ReLU(),
    new Conv2d(12, 1, 3, { padding: 1 }),
  );
  forward(image: Tensor): Tensor {
    return subtract(image, this.body.forward(image));
  }
}

export interface DenoiserOptions {
  /** Of the denoiser, and then of what steers it. */
  readonly steps: number;
  readonly seed?: number;
}

export interface DenoiserResult {
  /** Mean squared error at each of `LEVELS`: of the denoiser as it was trained, and steered. */
  readonly fixed: readonly number[];
  readonly steered: readonly number[];
  /** Steered with the level that it was trained for, before any training: the denoiser itself. */
  readonly startsAsItself: boolean;
}

export function steerDenoiser({ steps, seed = 1 }: DenoiserOptions): DenoiserResult {
  const random = new RandomStream({ seed, purpose: "denoiser" });
  const denoiser = new Denoiser().initialize({ seed });
  train(steps, new Adam(denoiser.parameters(), { learningRate: 0.003 }), () => {
    const { clean, noisy } = pictures(random, () => TRAINED_AT);
    return mse(denoiser.forward(noisy), clean);
  });
  denoiser.freeze();
  const steered = hypernetize(denoiser, {
    parameters: "all",
    generator: { kind: "lowRank", hidden: [16], rank: 2 },
    condition: 1,
    write: "change",
  }).initialize({ seed });
  const { noisy: probe } = pictures(random, () => TRAINED_AT);
  const before = denoiser.forward(probe).data;
  const startsAsItself = steered
    .forward(condition([TRAINED_AT]), probe)
    .data.every((value, i) => value === before[i]);
  train(steps, new Adam(steered.parameters(), { learningRate: 0.003 }), () => {
    const levels = Array.from({ length: BATCH }, () => LEVELS[random.integer(LEVELS.length)] as number);
    const { clean, noisy } = pictures(random, (b) => levels[b] as number);
    return mse(steered.forward(condition(levels), noisy), clean);
  });
  const errors = LEVELS.map((level) => {
    const test = new RandomStream({ seed, purpose: `test ${level}` });
    const pairs = Array.from({ length: 8 }, () => pictures(test, () => level));
    const mean = (run: (noisy: Tensor) => Tensor): number =>
      pairs.reduce((sum, { clean, noisy }) => sum + mse(run(noisy), clean).item(), 0) / pairs.length;
    return {
      fixed: mean((noisy) => denoiser.forward(noisy)),
      steered: mean((noisy) => steered.forward(condition([level]), noisy)),
    };
  });
  return {
    fixed: errors.map((error) => error.fixed),
    steered: errors.map((error) => error.steered),
    startsAsItself,
  };
}

function train(steps: number, optimizer: Optimizer, loss: () => Tensor): void {
  for (let step = 0; step < steps; step++) {
    optimizer.zeroGrad();
    loss().backward();
    optimizer.step();
  }
}

/** Logarithms of the levels, of mean square 1 or so. */
function condition(levels: readonly number[]): Tensor {
  return tensor(
    levels.map((level) => Math.log(level / TRAINED_AT)),
    { shape: [levels.length, 1] },
  );
}

/** Waves of a few directions, and the same under noise of each sample's level. */
function pictures(
  random: RandomStream,
  levelOf: (sample: number) => number,
): { clean: Tensor; noisy: Tensor } {
  const values = new Float32Array(BATCH * SIZE * SIZE);
  const noise = new Float32Array(values.length);
  for (let b = 0; b < BATCH; b++) {
    const [x, y, phase] = [random.normal() / 2, random.normal() / 2, 6 * random.uniform()];
    for (let i = 0; i < SIZE * SIZE; i++) {
      const place = b * SIZE * SIZE + i;
      values[place] = 0.5 + 0.4 * Math.sin(x * (i % SIZE) + y * Math.floor(i / SIZE) + phase);
      noise[place] = levelOf(b) * random.normal();
    }
  }
  const shape = [BATCH, 1, SIZE, SIZE];
  const clean = tensor(values, { shape });
  return { clean, noisy: add(clean, tensor(noise, { shape })) };
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const picture = process.argv[2] ?? "denoiser.svg";
  const { fixed, steered } = steerDenoiser({ steps: 1500 });
  console.log("noise   as trained    steered   (mean squared error)");
  LEVELS.forEach((level, i) => {
    const cells = [fixed[i] as number, steered[i] as number].map((error) =>
      error.toExponential(2).padStart(11),
    );
    console.log(`${level.toFixed(2)} ${cells.join("")}`);
  });
  const curve = (errors: readonly number[]) => [
    LEVELS.map((level, i) => [level, Math.log10(errors[i] as number)] as const),
  ];
  writeFileSync(
    picture,
    plotCurves("Logarithm of the error, by the level of noise", [
      { name: "as it was trained, at 0.1", color: "#d1495b", curves: curve(fixed) },
      { name: "steered by the level", color: "#1b6ac9", curves: curve(steered) },
    ]),
  );
  console.log(`picture: ${picture}`);
}
