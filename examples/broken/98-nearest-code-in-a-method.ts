// PATTERN what is computed only chooses rows of a codebook, in a method that compares plain numbers
// SOURCE https://arxiv.org/abs/1711.00937
// EXPECT fault=plainNumbers params=encoder.*
// REPAIR
// - return this.decoder.forward(chosen);
// + return this.decoder.forward(add(z, subtract(chosen, z).detach({ reason: "straight through" })));
// - add(mse(net.forward(x), x), 0)
// + add(mse(net.forward(x), x), mse(net.codes.forward(net.nearest(net.encoder.forward(x))), net.encoder.forward(x).detach({ reason: "the codes follow" })))
// - import { add,
// + import { add, subtract,
import { add, Embedding, Linear, Module, mse, RandomStream, randomUniform, type Tensor } from "synthconv";

class Quantised extends Module {
  readonly encoder = new Linear(6, 2);
  readonly codes = new Embedding(5, 2);
  readonly decoder = new Linear(2, 6);

  nearest(z: Tensor): number[] {
    const codes = this.codes.weight.data;
    return Array.from({ length: z.shape[0] ?? 0 }, (_, row) => {
      const [left = 0, right = 0] = z.data.subarray(2 * row); // <- here
      const distance = (code: number): number =>
        Math.hypot(left - (codes[2 * code] ?? 0), right - (codes[2 * code + 1] ?? 0));
      return [0, 1, 2, 3, 4].reduce((best, code) => (distance(code) < distance(best) ? code : best));
    });
  }

  forward(x: Tensor): Tensor {
    const z = this.encoder.forward(x);
    const chosen = this.codes.forward(this.nearest(z));
    return this.decoder.forward(chosen);
  }
}

export const model: Quantised = new Quantised().initialize({ seed: 19 });
export const batch: { readonly x: Tensor } = {
  x: randomUniform([12, 6], new RandomStream({ seed: 19, purpose: "data" })),
};
export const loss = (net: Quantised, { x }: typeof batch): Tensor => add(mse(net.forward(x), x), 0);
