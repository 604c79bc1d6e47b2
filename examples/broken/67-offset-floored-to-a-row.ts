// PATTERN a learned offset is floored to the index of a row of the batch's own table
// SOURCE https://github.com/oeway/pytorch-deform-conv/issues/1
// EXPECT fault=plainNumbers params=offset.*
// REPAIR
// - return gather(rows, index);
// + const next = gather(rows, index.map((at) => Math.min(5, at + 1)));
// + const fraction = subtract(shift, tensor(Array.from(shift.data, (value) => [Math.floor(value)])));
// + return add(gather(rows, index), multiply(fraction, subtract(next, gather(rows, index))));
// - import { gather, Linear, Module, mse, multiply, RandomStream, randomUniform, type Tensor } from "synthconv";
// + import { add, gather, Linear, Module, mse, multiply, RandomStream, randomUniform, subtract, type Tensor, tensor } from "synthconv";
import { gather, Linear, Module, mse, multiply, RandomStream, randomUniform, type Tensor } from "synthconv";

class Deformable extends Module {
  readonly offset = new Linear(2, 1);
  readonly mix = new Linear(3, 1);
}

function sampled(rows: Tensor, shift: Tensor): Tensor {
  const index: number[] = [];
  shift.data.forEach((value, at) => {
    // <- here
    index.push(Math.max(0, Math.min(5, at + Math.floor(value))));
  });
  return gather(rows, index);
}

export const model: Deformable = new Deformable().initialize({ seed: 25 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"rows" | "where" | "y", Tensor> = {
  rows: randomUniform([6, 3], random),
  where: randomUniform([6, 2], random),
  y: randomUniform([6, 1], random),
};
export const loss = ({ offset, mix }: Deformable, { rows, where, y }: typeof batch): Tensor =>
  mse(mix.forward(sampled(rows, multiply(offset.forward(where), 3))), y);
