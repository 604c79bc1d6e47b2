// PATTERN a codebook: the nearest row by its number, straight through, with codebook and commitment losses
// SOURCE https://arxiv.org/abs/1711.00937
// EXPECT healthy
import {
  add,
  gather,
  Linear,
  Module,
  mse,
  Parameter,
  RandomStream,
  randomUniform,
  subtract,
  type Tensor,
} from "synthconv";

class Quantised extends Module {
  readonly encode = new Linear(6, 2);
  readonly codes = new Parameter(
    randomUniform([5, 2], new RandomStream({ seed: 2, purpose: "codes" })).subtract(0.5),
  );
  readonly decode = new Linear(2, 6);
}

function nearest(points: Tensor, codes: Tensor): number[] {
  const rows = codes.toArray() as number[][];
  return (points.toArray() as number[][]).map((point) => {
    const distances = rows.map((row) => Math.hypot(...row.map((value, at) => value - (point[at] ?? 0))));
    return distances.indexOf(Math.min(...distances));
  });
}

export const model: Quantised = new Quantised().initialize({ seed: 1 });
export const batch: { x: Tensor } = {
  x: randomUniform([9, 6], new RandomStream({ seed: 1, purpose: "data" })),
};
export function loss({ encode, codes, decode }: Quantised, { x }: typeof batch): Tensor {
  const z = encode.forward(x);
  const q = gather(codes, nearest(z, codes));
  const straight = add(z, subtract(q, z).detach({ reason: "straight-through" }));
  const codebook = mse(q, z.detach({ reason: "moves the codes only" }));
  const commitment = mse(z, q.detach({ reason: "moves the encoder only" }));
  return add(mse(decode.forward(straight), x), add(codebook, commitment.multiply(0.25)));
}
