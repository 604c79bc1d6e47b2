// PATTERN an own operation keeps the input of its first call, and its backward uses that for ever
// SOURCE https://docs.pytorch.org/docs/stable/notes/extending.html
// EXPECT fault=ownOperation params=inner.*
// REPAIR
// - saved ??= x.data.slice();
// + const saved = x.data.slice();
// - let saved: ArrayLike<number> | undefined;
// +
// - (saved?.[i] as number)
// + (saved[i] as number)
import { Linear, Module, mse, RandomStream, randomUniform, record, type Tensor, tensor } from "synthconv";

let saved: ArrayLike<number> | undefined;

function cube(x: Tensor): Tensor {
  saved ??= x.data.slice();
  return record({
    // <- here
    operation: "cube",
    inputs: [x],
    shape: x.shape,
    data: x.data.map((value) => value ** 3),
    backward: ({ data }) => [
      tensor(
        data.map((value, i) => 3 * value * (saved?.[i] as number) ** 2),
        { shape: x.shape },
      ),
    ],
  });
}

class Network extends Module {
  readonly inner = new Linear(3, 6);
  readonly outer = new Linear(6, 1);
}

export const model: Network = new Network().initialize({ seed: 17 });
const random = new RandomStream({ seed: 17, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([10, 3], random).subtract(0.5).multiply(4),
  y: randomUniform([10, 1], random),
};
export const loss = (net: Network, { x, y }: typeof batch): Tensor =>
  mse(net.outer.forward(cube(net.inner.forward(x))), y);
