// PATTERN a step by hand that takes the gradients and changes copies of the weights
// SOURCE https://discuss.pytorch.org/t/different-results-when-manually-optimizing-a-networks-parameters/140781
// EXPECT fault=alwaysZero params=0.*,2.*
// REPAIR
// -     }
// +     }
// +     parameter.assign(values);
import { grad, Linear, mse, RandomStream, randomUniform, Sequential, Tanh, type Tensor } from "synthconv";

const RATE = 0.1;

export const model: Sequential = new Sequential(new Linear(4, 9), new Tanh(), new Linear(9, 1)).initialize({
  seed: 0,
});
const random = new RandomStream({ seed: 0, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([15, 4], random),
  y: randomUniform([15, 1], random),
};
export function loss(net: Sequential, { x, y }: typeof batch): Tensor {
  const value = mse(net.forward(x) as Tensor, y);
  const parameters = net.parameters();
  const gradients = grad(value, parameters);
  for (const [index, parameter] of parameters.entries()) {
    const values = parameter.data.slice(); // <- here
    for (const [i, value] of values.entries()) {
      values[i] = value - RATE * (gradients[index]?.data[i] ?? 0);
    }
  }
  return value;
}
