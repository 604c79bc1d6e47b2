/** State dicts of real PyTorch modules in safetensors files: read by the same names, and written as they were. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Tensor, tensor } from "../../src/autograd/index.js";
import { readSafetensors, writeSafetensors } from "../../src/format/index.js";
import { Conv2d, Embedding, Linear, Module, ReLU, Sequential, SiLU } from "../../src/nn/index.js";
import { add, mean, multiply, reshape } from "../../src/ops/index.js";

/** The network of state_dict.py. */
class Network extends Module {
  readonly styles = new Embedding(3, 2);
  readonly body = new Sequential(
    new Conv2d(2, 4, 3, { padding: 1 }),
    new ReLU(),
    new Conv2d(4, 6, [1, 3], { groups: 2, bias: false }),
    new SiLU(),
  );
  readonly heads = [new Linear(6, 2), new Linear(6, 2, { bias: false })] as const;

  forward(image: Tensor, style: readonly number[]): Tensor {
    const shift = reshape(this.styles.forward(style), [-1, 2, 1, 1]);
    const features = mean(this.body.forward(add(image, shift)), { axes: [2, 3] });
    return multiply(this.heads[0].forward(features), this.heads[1].forward(features));
  }
}

interface Fixture {
  readonly file: string;
  readonly image: readonly number[];
  readonly style: readonly number[];
  readonly output: readonly number[];
}

const fixture: Fixture = JSON.parse(
  readFileSync(new URL("../fixtures/pytorch/state-dict.json", import.meta.url), "utf8"),
);
const file = new Uint8Array(Buffer.from(fixture.file, "base64"));

describe("a state dict of PyTorch", () => {
  it("is loaded by PyTorch's names, and the network computes what PyTorch's does", () => {
    const network = new Network().loadStateDict(readSafetensors(file, "state.safetensors").tensors);
    const image = tensor(Float32Array.from(fixture.image), { shape: [2, 2, 5, 5] });
    const output = network.forward(image, fixture.style);
    output.data.forEach((value, i) => {
      expect(Math.abs(value - (fixture.output[i] as number))).toBeLessThan(1e-6);
    });
  });

  it("is written with the same names, shapes and numbers", () => {
    const { tensors, metadata } = readSafetensors(file, "state.safetensors");
    const state = new Network().loadStateDict(tensors).stateDict();
    const again = readSafetensors(writeSafetensors({ tensors: state, metadata }), "again.safetensors");
    expect(new Set(again.tensors.keys())).toEqual(new Set(tensors.keys()));
    for (const [name, { shape, data }] of tensors) expect(again.tensors.get(name)).toEqual({ shape, data });
  });
});
