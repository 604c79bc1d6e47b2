/** Small networks out of named layers and one batch for all of them: programs in which a way is cut beside open ones. */
import { Linear, Module, RandomStream, randomUniform, sqrt, sum, type Tensor, tensor } from "synthconv";
import { type Diagnosis, diagnose } from "synthconv/doctor";

type Sizes = Readonly<Record<string, readonly [inputs: number, outputs: number]>>;
export type Parts<Names extends Sizes> = Module & { readonly [Name in keyof Names]: Linear };

const random = new RandomStream({ seed: 3, purpose: "cuts" });
const normals = (rows: number, columns: number): Tensor =>
  tensor(Array.from({ length: rows }, () => Array.from({ length: columns }, () => random.normal())));

export const SAMPLES = 12;
export const CLASSES = 3;
const x = normals(SAMPLES, 5);

/** Two views of the same inputs, what is to be predicted, classes, and a reward for each sample. */
export const batch = {
  x,
  view: x.add(normals(SAMPLES, 5).multiply(0.3)),
  y: normals(SAMPLES, 2),
  label: Int32Array.from({ length: SAMPLES }, (_, at) => (at * 7) % CLASSES),
  reward: randomUniform([SAMPLES, 1], random),
};
export type Given = typeof batch;

export interface Program {
  readonly name: string;
  /** The public form that it follows. */
  readonly source: string;
  readonly run: () => Diagnosis;
}

export function program<Names extends Sizes>(
  name: string,
  source: string,
  sizes: Names,
  loss: (net: Parts<Names>, given: Given) => Tensor,
): Program {
  const run = (): Diagnosis => {
    class Network extends Module {
      constructor() {
        super();
        const layers = Object.entries(sizes).map(([key, [inputs, outputs]]) => [
          key,
          new Linear(inputs, outputs),
        ]);
        Object.assign(this, Object.fromEntries(layers));
      }
    }
    const model = new Network().initialize({ seed: 1 }) as Parts<Names>;
    return diagnose(model, batch, loss);
  };
  return { name, source, run };
}

/** Rows of length 1. */
export const unit = (rows: Tensor): Tensor =>
  rows.divide(sqrt(sum(rows.multiply(rows), { axes: [1], keepDims: true }).add(1e-6)));

/** The index of the largest entry of each row, or of the smallest. */
export function bestOf(rows: Tensor, better: (a: number, b: number) => boolean = (a, b) => a > b): number[] {
  return (rows.toArray() as number[][]).map((row) =>
    row.reduce((best, one, at) => (better(one, row[best] as number) ? at : best), 0),
  );
}

/** Rows of 0 with a 1 where the index says. */
export const oneHot = (indices: readonly number[], width: number): Tensor =>
  tensor(indices.map((index) => Array.from({ length: width }, (_, at) => Number(at === index))));
