// PATTERN a momentum of one's own into which the gradient never enters
// SOURCE https://dejanbatanjac.github.io/2019/08/16/Momentum.html
// EXPECT fault=alwaysZero params=a.*,b.*
// REPAIR
// -       velocity[i] = 0.9 * (velocity[i] as number);
// +       velocity[i] = 0.9 * (velocity[i] as number) + (gradient[i] as number);
import {
  Linear,
  Module,
  mse,
  Optimizer,
  type Parameter,
  RandomStream,
  randomUniform,
  type Tensor,
  tanh,
} from "synthconv";

type FloatArray = Float32Array | Float64Array;

class Momentum extends Optimizer {
  readonly description = "momentum of my own";
  protected readonly slotNames = ["velocity"];

  constructor(parameters: Iterable<Parameter>) {
    super(parameters, 0.02);
  }

  protected update(
    values: FloatArray,
    gradient: FloatArray,
    { slots }: { readonly slots: readonly FloatArray[] },
    rate: number,
  ): void {
    const [velocity] = slots as [FloatArray];
    for (let i = 0; i < gradient.length; i++) {
      velocity[i] = 0.9 * (velocity[i] as number);
      values[i] = (values[i] as number) - rate * (velocity[i] as number); // <- here
    }
  }
}

class Network extends Module {
  readonly a = new Linear(3, 8);
  readonly b = new Linear(8, 2);
}

export const model: Network = new Network().initialize({ seed: 6 });
const random = new RandomStream({ seed: 6, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([8, 3], random),
  y: randomUniform([8, 2], random),
};
export const optimizer: Momentum = new Momentum(model.parameters());
export function loss(net: Network, { x, y }: typeof batch): Tensor {
  return mse(net.b.forward(tanh(net.a.forward(x))), y);
}
