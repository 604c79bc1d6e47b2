// PATTERN the generated weights are computed once, at the top of the script, and used in every step
// SOURCE https://github.com/pytorch/pytorch/issues/71062
// EXPECT fault=staleGraph params=writer.*
// REPAIR
// - export const loss = (_: Writer, { x, y }: typeof batch): Tensor => mse(linear(x, generated), y); // <- here
// + export const loss = (net: Writer, { x, y }: typeof batch): Tensor => mse(linear(x, reshape(net.writer.forward(condition), [2, 3])), y);
import { Linear, linear, Module, mse, RandomStream, randomUniform, reshape, type Tensor } from "synthconv";

class Writer extends Module {
  readonly writer = new Linear(4, 6);
}

export const model: Writer = new Writer().initialize({ seed: 1 });
const random = new RandomStream({ seed: 1, purpose: "data" });
const condition = randomUniform([1, 4], random);
const generated = reshape(model.writer.forward(condition), [2, 3]); // <- here
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([6, 3], random),
  y: randomUniform([6, 2], random),
};
export const loss = (_: Writer, { x, y }: typeof batch): Tensor => mse(linear(x, generated), y); // <- here
