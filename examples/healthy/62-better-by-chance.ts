// PATTERN an evolution strategy: no gradient at all, the loss tries changes of the weights and keeps what is better
// SOURCE https://arxiv.org/abs/1703.03864
// EXPECT healthy
import { Linear, Module, mse, noGrad, RandomStream, randomUniform, type Tensor } from "synthconv";

class Network extends Module {
  readonly layer = new Linear(3, 2);
}

export const model: Network = new Network().initialize({ seed: 25 });
const random = new RandomStream({ seed: 25, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([8, 3], random),
  y: randomUniform([8, 2], random),
};
const TRIALS = 8;
export function loss({ layer }: Network, { x, y }: typeof batch): Tensor {
  return noGrad(() => {
    const error = (): number => mse(layer.forward(x), y).item();
    for (const parameter of layer.parameters()) {
      const start = parameter.data.slice();
      const step = start.map(() => 0);
      for (let trial = 0; trial < TRIALS; trial++) {
        const change = start.map(() => 0.1 * (Math.random() - 0.5));
        parameter.assign(start.map((value, i) => value + (change[i] as number)));
        const up = error();
        parameter.assign(start.map((value, i) => value - (change[i] as number)));
        const down = error();
        for (const [i, value] of change.entries()) step[i] = (step[i] as number) + (down - up) * value;
      }
      parameter.assign(start.map((value, i) => value + 20 * (step[i] as number)));
    }
    return mse(layer.forward(x), y);
  });
}
