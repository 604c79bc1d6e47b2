// PATTERN the backward of an activation of one's own returns a fresh array of zeros
// SOURCE https://discuss.pytorch.org/t/how-gradcheck-works/25946
// EXPECT fault=ownOperation params=inner.*
// REPAIR
// - up * 0
// + (Math.abs(data[at] as number) < 1 ? up : 0)
import { Linear, Module, mse, RandomStream, randomUniform, record, type Tensor, tensor } from "synthconv";

function hardTanh(x: Tensor): Tensor {
  const { shape, data } = x;
  return record({
    // <- here
    operation: "hardTanh",
    inputs: [x],
    shape,
    data: data.map((value) => Math.max(-1, Math.min(1, value))),
    backward: (upstream) => [
      tensor(
        upstream.data.map((up, at) => (at < data.length ? up * 0 : up)),
        { shape },
      ),
    ],
  });
}

class Net extends Module {
  readonly inner = new Linear(3, 10);
  readonly outer = new Linear(10, 1);
}

export const model: Net = new Net().initialize({ seed: 46 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([8, 3], random),
  y: randomUniform([8, 1], random),
};
export const loss = ({ inner, outer }: Net, { x, y }: typeof batch): Tensor =>
  mse(outer.forward(hardTanh(inner.forward(x))), y);
