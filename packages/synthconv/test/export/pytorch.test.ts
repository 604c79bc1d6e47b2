/** Weights for PyTorch, in the module that the printed line makes, run by PyTorch itself. */
import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { needTorch, torchPython } from "../../../../test-support/needs.js";
import { uniformNumbers } from "../../../../test-support/numbers.js";
import { activationNames } from "../../src/core/activations.js";
import { networkInPyTorch, networkToSafetensors } from "../../src/export/index.js";
import { readSafetensors } from "../../src/format/index.js";
import type { PixelNetwork } from "../../src/kernels/index.js";
import { applyNetworkToPlanes } from "../../src/look/index.js";

/** Debian's PyTorch comes without the package safetensors, whose one function the printed line calls. */
const PROGRAM = `
import json, numpy, sys, torch, types
def load_file(path):
    data = bytes.fromhex(path)
    end = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:end])
    header.pop("__metadata__")
    return {name: torch.from_numpy(numpy.frombuffer(data[end:][slice(*one["data_offsets"])], "<f4").copy()
        .reshape(one["shape"])) for name, one in header.items()}
package, module = types.ModuleType("safetensors"), types.ModuleType("safetensors.torch")
module.load_file, package.torch = load_file, module
sys.modules.update({"safetensors": package, "safetensors.torch": module})
for case in json.load(sys.stdin):
    image = torch.tensor(case["image"]).reshape(case["shape"])
    exec(case["line"])
    print(json.dumps(output.flatten().tolist()))
`;

const SHAPE = [1, 3, 5, 7];

function layerOf(inputs: number, outputs: number, name: string, more: object) {
  const weight = Float32Array.from(uniformNumbers(inputs * outputs, name, { low: -1, high: 1 }));
  const bias = Float32Array.from(uniformNumbers(outputs, `${name} bias`, { low: -1, high: 1 }));
  return { inputs, outputs, weight, bias, activation: "none" as const, ...more };
}

const CASES = [
  ...activationNames.flatMap((activation) =>
    [0.4, 1].map((strength) => ({ activation, residual: strength < 1, strength, last: "none" as const })),
  ),
  // An activation at the end keeps the strength out of the weights.
  { activation: "relu" as const, residual: true, strength: 0.3, last: "tanh" as const },
  { activation: "leakyRelu" as const, residual: false, strength: 0.3, last: "leakyRelu" as const },
  { activation: "none" as const, residual: false, strength: 0, last: "sigmoid" as const },
].map(({ activation, residual, strength, last }) => {
  const name = `${activation} ${residual} ${strength} ${last}`;
  const hidden = layerOf(3, 6, name, { activation, ...(strength < 1 && { negativeSlope: 0.3 }) });
  const withoutBias = layerOf(6, 4, `${name} 2`, { activation, bias: undefined });
  const network = {
    residual,
    layers: [hidden, withoutBias, layerOf(4, 3, `${name} 3`, { activation: last })],
  };
  return { name, network: network as PixelNetwork, strength };
});

describe("networkToSafetensors", () => {
  it("gives PyTorch's Sequential what the library applies, whatever the activations and the strength", (context) => {
    needTorch(context);
    const image = Float32Array.from(uniformNumbers(105, "image", { low: -0.1, high: 1.2 }));
    const input = CASES.map(({ network, strength }) => {
      const file = Buffer.from(networkToSafetensors(network, { strength })).toString("hex");
      return { image: [...image], shape: SHAPE, line: networkInPyTorch(network, { file, strength }) };
    });
    const { stdout, stderr } = spawnSync(torchPython, ["-c", PROGRAM], {
      input: JSON.stringify(input),
      encoding: "utf8",
    });
    const lines = stdout.trim().split("\n");
    expect(lines.length, stderr).toBe(CASES.length);
    for (const [at, { name, network, strength }] of CASES.entries()) {
      const expected = new Float32Array(image.length);
      applyNetworkToPlanes(network, image, expected, strength);
      const output = JSON.parse(lines[at] as string) as number[];
      const worst = Math.max(...output.map((value, i) => Math.abs(value - (expected[i] as number))));
      expect(worst, name).toBeLessThan(2e-6);
    }
  });

  it("says in the file what it is and how it is used", () => {
    const { network, strength } = CASES[0] as (typeof CASES)[number];
    const bytes = networkToSafetensors(network, { strength, note: "a note" });
    const { metadata } = readSafetensors(bytes, "weights");
    expect(Object.fromEntries(metadata)).toEqual({
      format: "pt",
      note: "a note",
      usage: networkInPyTorch(network, { file: "look.safetensors", strength }),
    });
  });
});
