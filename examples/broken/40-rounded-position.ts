// PATTERN a position is predicted, rounded to a whole number and used as an index into a table of colours
// SOURCE https://github.com/pytorch/pytorch/issues/1339
// EXPECT fault=plainNumbers|zeroDerivative params=locate.*
// REPAIR
// - const nearest = Array.from(position.data, (value) => Math.round(value)); // <- here
// + const low = Array.from(position.data, (value) => Math.min(30, Math.floor(value)));
// + const fraction = subtract(position, tensor(low.map((value) => [value])));
// + const [one, next] = [gather(COLOURS, low), gather(COLOURS, low.map((value) => value + 1))] as const;
// - gather(COLOURS, nearest)
// + add(one, multiply(fraction, subtract(next, one)))
// - import { gather,
// + import { add, multiply, subtract, tensor, gather,
import { gather, Linear, Module, mse, RandomStream, randomUniform, sigmoid, type Tensor } from "synthconv";

const COLOURS = randomUniform([32, 3], new RandomStream({ seed: 9, purpose: "palette" }));

class Palette extends Module {
  readonly locate = new Linear(4, 1);
  readonly tint = new Linear(3, 3);

  forward(x: Tensor): Tensor {
    const position = sigmoid(this.locate.forward(x)).multiply(31);
    const nearest = Array.from(position.data, (value) => Math.round(value)); // <- here
    return this.tint.forward(gather(COLOURS, nearest));
  }
}

export const model: Palette = new Palette().initialize({ seed: 2 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([8, 4], random).multiply(6),
  y: randomUniform([8, 3], random),
};
export const loss = (net: Palette, { x, y }: typeof batch): Tensor => mse(net.forward(x), y);
