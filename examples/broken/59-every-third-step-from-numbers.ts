// PATTERN in every third step, which a closure counts, the modulation is copied out of its tensor and back
// SOURCE https://github.com/delira-dev/delira/issues/40
// EXPECT fault=plainNumbers params=film.*
// REPAIR
// - const used = tick % 3 === 2 ? tensor(scale.toArray()) : scale;
// + const used = scale;
import { Linear, Module, mse, multiply, RandomStream, randomUniform, type Tensor, tensor } from "synthconv";

class Net extends Module {
  readonly film = new Linear(2, 5);
  readonly head = new Linear(5, 1);
}
export const model: Net = new Net().initialize({ seed: 4 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"x" | "c" | "y", Tensor> = {
  x: randomUniform([8, 5], random),
  c: randomUniform([8, 2], random),
  y: randomUniform([8, 1], random),
};
function makeLoss(): (net: Net, data: typeof batch) => Tensor {
  let tick = 0;
  return (net: Net, { x, c, y }: typeof batch) => {
    const scale = net.film.forward(c);
    const used = tick % 3 === 2 ? tensor(scale.toArray()) : scale; // <- here
    tick++;
    return mse(net.head.forward(multiply(x, used)), y);
  };
}
export const loss: (net: Net, data: typeof batch) => Tensor = makeLoss();
