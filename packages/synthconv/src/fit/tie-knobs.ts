/**
 * Looks with knobs whose colours are greys under some settings: there the generator is made to write one last layer for all
 * three channels. Its head is linear in what its hidden layers make of the condition, so the smallest change that does it is
 * found by least squares, with the other settings kept as they are.
 */
import { LeastSquares } from "../core/least-squares.js";
import type { Look } from "../look/index.js";
import { nameInFile } from "../look/layout.js";
import { encodeExample, type FitCondition } from "./examples.js";

/** Of a setting where the channels are to be one, beside one that is to stay: what is left of a tint is its root. */
const TIED_WEIGHT = 1e6;
const RIDGE = 1e-9;

/** Whether its last layer is written by a head of its own for each number, and makes the colours by itself. */
export function canTie({ schema, parameters }: Look): boolean {
  const { network, generator } = schema;
  const isFull = generator.kind === undefined || generator.kind === "full";
  return isFull && !network.residual && parameters.has(HEAD);
}

/**
 * @param tied conditions under which all channels are to be one.
 * @param kept those under which nothing is to change.
 */
export function tieKnobs(look: Look, tied: readonly FitCondition[], kept: readonly FitCondition[]): Look {
  const weight = (look.parameters.get(HEAD) as Float32Array).slice();
  const bias = (look.parameters.get(BIAS) as Float32Array).slice();
  const width = look.schema.network.channels.at(-2) as number;
  const start = bias.length - 3 * (width + 1);
  const triples = Array.from({ length: width + 1 }, (_, from) =>
    [0, 1, 2].map((channel) => start + (from < width ? channel * width + from : 3 * width + channel)),
  );
  const inputs = weight.length / bias.length;
  /** Of a number that is written: what it reads, its bias last. */
  const rowOf = (at: number): number[] => [
    ...weight.subarray(at * inputs, (at + 1) * inputs),
    bias[at] as number,
  ];
  const changes = changesFor(look, triples, rowOf, tied, kept);
  triples.flat().forEach((at, output) => {
    for (let entry = 0; entry <= inputs; entry++) {
      const change = changes[entry * 3 * triples.length + output] as number;
      if (entry < inputs) weight[at * inputs + entry] = (weight[at * inputs + entry] as number) + change;
      else bias[at] = (bias[at] as number) + change;
    }
  });
  return { ...look, parameters: new Map(look.parameters).set(HEAD, weight).set(BIAS, bias) };
}

/** `[inputs + 1, 3 triples]` */
function changesFor(
  look: Look,
  triples: readonly (readonly number[])[],
  rowOf: (at: number) => readonly number[],
  tied: readonly FitCondition[],
  kept: readonly FitCondition[],
): Float64Array {
  const rows = triples.map((triple) => triple.map(rowOf));
  const count = rows[0]?.[0]?.length ?? 0;
  const equations = new LeastSquares(count, 3 * triples.length);
  const nothing = new Array<number>(3 * triples.length).fill(0);
  for (const condition of kept) equations.add(featuresAt(look, condition), nothing, 1 / kept.length);
  for (const condition of tied) {
    const features = featuresAt(look, condition);
    const missing = rows.flatMap((three) => {
      const values = three.map((row) =>
        row.reduce((sum, value, at) => sum + value * (features[at] as number), 0),
      );
      const mean = values.reduce((sum, value) => sum + value, 0) / 3;
      return values.map((value) => mean - value);
    });
    equations.add(features, missing, TIED_WEIGHT / tied.length);
  }
  return equations.solve(RIDGE);
}

/** What the head reads under a condition, and 1 for its bias. */
function featuresAt({ schema, parameters }: Look, condition: FitCondition): Float64Array {
  let values = [...encodeExample(schema, condition)];
  for (let layer = 0; ; layer++) {
    const weight = parameters.get(nameInFile(`hidden.${layer}.weight`));
    const bias = parameters.get(nameInFile(`hidden.${layer}.bias`));
    if (weight === undefined || bias === undefined) break;
    const before = values;
    values = Array.from(bias, (first, unit) => {
      const sum = before.reduce(
        (so, value, at) => so + value * (weight[unit * before.length + at] as number),
        first,
      );
      return Math.max(0, sum);
    });
  }
  return Float64Array.from([...values, 1]);
}

const HEAD = nameInFile("head.weight");
const BIAS = nameInFile("head.bias");
