// PATTERN an activation of one's own whose derivative has the wrong sign: what lies before it is driven the wrong way
// SOURCE https://discuss.pytorch.org/t/how-gradcheck-works/25946
// EXPECT fault=ownOperation params=inner.*
// REPAIR
// - -up / (1 + Math.abs(
// + up / (1 + Math.abs(
import { Linear, Module, mse, RandomStream, randomUniform, record, type Tensor, tensor } from "synthconv";

function softsign(x: Tensor): Tensor {
  const { shape, data } = x;
  return record({
    // <- here
    operation: "softsign",
    inputs: [x],
    shape,
    data: data.map((value) => value / (1 + Math.abs(value))),
    backward: (upstream) => [
      tensor(
        upstream.data.map((up, at) => -up / (1 + Math.abs(data[at] as number)) ** 2),
        { shape },
      ),
    ],
  });
}

class Net extends Module {
  readonly inner = new Linear(3, 10);
  readonly outer = new Linear(10, 1);
}

export const model: Net = new Net().initialize({ seed: 45 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([8, 3], random),
  y: randomUniform([8, 1], random),
};
export const loss = ({ inner, outer }: Net, { x, y }: typeof batch): Tensor =>
  mse(outer.forward(softsign(inner.forward(x))), y);
