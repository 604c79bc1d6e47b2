// PATTERN the layers of each domain are kept in a Map, which the module does not see: no optimizer gets them
// SOURCE https://github.com/matatusko/seq2seq/issues/3
// EXPECT fault=optimizerHoldsOthers params=
// REPAIR
// - readonly domains = new Map([["day", new Linear(4, 3).initialize({ seed: 7 })]]); // <- here
// + readonly domains = { day: new Linear(4, 3) };
// - return this.domains.get(name)?.forward(x) ?? x;
// + return this.domains[name].forward(x);
import { Linear, Module, mse, RandomStream, randomUniform, type Tensor, tanh } from "synthconv";

class Domains extends Module {
  readonly domains = new Map([["day", new Linear(4, 3).initialize({ seed: 7 })]]); // <- here
  readonly last = new Linear(3, 3);

  adapt(name: "day", x: Tensor): Tensor {
    return this.domains.get(name)?.forward(x) ?? x;
  }
}

export const model: Domains = new Domains().initialize({ seed: 1 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([5, 4], random),
  y: randomUniform([5, 3], random),
};
export const loss = (net: Domains, { x, y }: typeof batch): Tensor =>
  mse(net.last.forward(tanh(net.adapt("day", x))), y);
