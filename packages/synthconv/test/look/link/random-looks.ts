/** Looks by a seed: every kind of generator, activation, depth, knobs, styles, coverage, texts of any alphabet. */
import { activationNames } from "../../../src/core/activations.js";
import { RandomStream } from "../../../src/core/random.js";
import type { GeneratorSettings } from "../../../src/generator/index.js";
import {
  type Coverage,
  coverageOf,
  type Look,
  type LookSchema,
  lookLayout,
} from "../../../src/look/index.js";

const GENERATORS: readonly GeneratorSettings[] = [
  { kind: "free" },
  { hidden: [] },
  { hidden: [7] },
  { kind: "full", hidden: [5, 4], activation: "relu" },
  { kind: "chunked", hidden: [6], chunkSize: 5, chunkLength: 3 },
  { kind: "lowRank", hidden: [6], rank: 2 },
  { kind: "mixture", hidden: [5], experts: 3 },
  { kind: "modulation", hidden: [5], demodulate: false },
  { kind: "film", hidden: [5] },
];
const TEXTS = [undefined, "", "Wärme 暖かさ", 'a "quote" \\ and \u007f \u0001', '],"}{ ,"seed":0', "🌅"];

/** @param seed of everything in it. */
export function randomLook(seed: number): Look {
  const stream = new RandomStream({ seed, purpose: "random look" });
  const whole = (most: number): number => Math.floor(stream.uniform() * (most + 1));
  const one = <T>(list: readonly T[]): T => list[whole(list.length - 1)] as T;
  const described = (): { description?: string } => {
    const description = one(TEXTS);
    return description === undefined ? {} : { description };
  };
  const knobs = Array.from({ length: one([0, 0, 1, 2]) }, (_, at) => {
    const minimum = 20 * stream.uniform() - 10;
    return { name: `knob-${at}`, minimum, maximum: minimum + 1, default: minimum + 0.5, ...described() };
  });
  const styles = Array.from({ length: one([0, 0, 2]) }, (_, at) => ({ name: `px-${at}+`, ...described() }));
  const schema: LookSchema = {
    condition: knobs,
    ...(styles.length > 0 && { styles }),
    network: {
      channels: [3, ...Array.from({ length: whole(3) }, () => 1 + whole(23)), 3],
      activation: one(activationNames),
      residual: stream.uniform() < 0.7,
    },
    generator: one(GENERATORS),
    colourSpace: "srgb",
    ...(stream.uniform() < 0.5 && {
      training: {
        ...{ source: one(["pair", "cube", "été"]), steps: whole(99_999), batch: 2048 },
        ...{ learningRate: stream.uniform(), loss: "mse", seed: whole(9), samples: whole(999_999) },
      },
    }),
    ...(stream.uniform() < 0.4 && { coverage: randomCoverage(stream) }),
  };
  return withNumbers(schema, stream);
}

/** Of a modest size, large, tiny, or of many magnitudes; some parameters are zeros. */
function withNumbers(schema: LookSchema, stream: RandomStream): Look {
  const parameters = new Map<string, Float32Array>();
  for (const [name, shape] of lookLayout(schema).parameters) {
    const size = shape.reduce((product, axis) => product * axis, 1);
    const [spread, amount] = [stream.uniform() < 0.3 ? 3 : 0, 10 ** (2 * stream.uniform() - 1.5)];
    const isZero = stream.uniform() < 0.1;
    const number = (): number => amount * stream.normal() * 10 ** (spread * (stream.uniform() - 0.5));
    parameters.set(
      name,
      Float32Array.from({ length: size }, () => (isZero ? 0 : number())),
    );
  }
  return { schema, parameters };
}

/** A cloud of colours, as of a photo. */
function randomCoverage(stream: RandomStream): Coverage {
  const [count, spread] = [1 + Math.floor(400 * stream.uniform()), stream.uniform()];
  const center = [0, 1, 2].map(() => stream.uniform());
  const planes = Float32Array.from(
    { length: 3 * count },
    (_, at) => (center[Math.floor(at / count)] as number) + spread * (stream.uniform() - 0.5),
  );
  return coverageOf([planes]);
}
