// PATTERN the rate comes from a warm-up function that is asked for step 0 once: it is 0 for ever
// SOURCE https://github.com/mperezcarrasco/PyTorch-DAGMM/issues/4
// EXPECT fault=tinyRate|alwaysZero params=*
// REPAIR
// - export const optimizer: SGD = new SGD(model.parameters(), { learningRate: rateAt(0) }); // <- here
// + export const optimizer: SGD = new SGD(model.parameters(), { learningRate: rateAt(WARM_UP) });
import { Linear, l1, Module, RandomStream, randomUniform, SGD, type Tensor } from "synthconv";

const WARM_UP = 100;
const rateAt = (step: number): number => 0.1 * Math.min(1, step / WARM_UP);

class Fit extends Module {
  readonly layer = new Linear(3, 3);
}

export const model: Fit = new Fit().initialize({ seed: 1 });
export const optimizer: SGD = new SGD(model.parameters(), { learningRate: rateAt(0) }); // <- here
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([5, 3], random),
  y: randomUniform([5, 3], random),
};
export const loss = (net: Fit, { x, y }: typeof batch): Tensor => l1(net.layer.forward(x), y);
