/** Networks for PyTorch: a state dict in a safetensors file, and the line that makes the module it belongs to. */

import { type Activation, DEFAULT_NEGATIVE_SLOPE } from "../core/activations.js";
import { checkOptions, type Fields } from "../core/arguments.js";
import { optional, SHARE, STRING } from "../core/kinds.js";
import { writeSafetensors } from "../format/index.js";
import { checkNetwork, type PixelNetwork } from "../kernels/index.js";
import { withStrength } from "../look/index.js";
import { float } from "./text.js";

export interface PyTorchOptions {
  /** 0 to 1, as in `applyNetwork`; default 1. */
  readonly strength?: number;
  /** What the file says of itself. */
  readonly note?: string;
}

export interface PyTorchUsage {
  /** The name of what `networkToSafetensors` has made, as Python opens it. */
  readonly file: string;
  /** As in `networkToSafetensors`, with the same number. */
  readonly strength?: number;
}

const USAGE: Fields<PyTorchUsage> = { file: STRING, strength: optional(SHARE) };
const OPTIONS: Fields<PyTorchOptions> = { strength: optional(SHARE), note: optional(STRING) };

/** Modules of `torch.nn`; none stands for no module. */
const MODULES: Readonly<Record<Activation, ((negativeSlope: number) => string) | undefined>> = {
  none: undefined,
  relu: () => "ReLU()",
  leakyRelu: (slope) => `LeakyReLU(${float(slope)})`,
  silu: () => "SiLU()",
  gelu: () => "GELU()",
  tanh: () => "Tanh()",
  sigmoid: () => "Sigmoid()",
  softplus: () => "Softplus()",
};

/**
 * The weights of a network as a state dict of `torch.nn.Sequential`, in a safetensors file: `0.weight` [K,C,1,1] and
 * `0.bias` [K], `2.weight` and so on, float32. What lies outside of the layers (an input that is added to the output, a
 * strength) is in the line of {@link networkInPyTorch}, which the file's metadata holds under `usage`.
 *
 * @throws {ValueError} for another option.
 */
export function networkToSafetensors(network: PixelNetwork, options: PyTorchOptions = {}): Uint8Array {
  checkNetwork("networkToSafetensors", network);
  checkOptions("networkToSafetensors", options, OPTIONS);
  const tensors = new Map<string, { shape: readonly number[]; data: Float32Array }>();
  let place = 0;
  const { strength = 1, note } = options;
  for (const { inputs, outputs, weight, bias, activation } of withStrength(network, strength).network
    .layers) {
    tensors.set(`${place}.weight`, { shape: [outputs, inputs, 1, 1], data: Float32Array.from(weight) });
    tensors.set(`${place}.bias`, {
      shape: [outputs],
      data: Float32Array.from(bias ?? new Float32Array(outputs)),
    });
    place += MODULES[activation] === undefined ? 1 : 2;
  }
  const usage = networkInPyTorch(network, { file: "look.safetensors", strength });
  const metadata = new Map([
    ["format", "pt"],
    ["usage", usage],
  ]);
  if (note !== undefined) metadata.set("note", note);
  return writeSafetensors({ metadata, tensors });
}

/**
 * A line of Python that makes the network, reads its weights from the file and applies it: `image` [B,C,H,W] of encoded
 * sRGB -> `output`, not clamped. It needs the packages torch and safetensors.
 *
 * @throws {ValueError} for another option.
 */
export function networkInPyTorch(network: PixelNetwork, options: PyTorchUsage): string {
  checkNetwork("networkInPyTorch", network);
  checkOptions("networkInPyTorch", options, USAGE);
  const { file, strength = 1 } = options;
  const {
    network: { layers, residual },
    share,
  } = withStrength(network, strength);
  const modules = layers.flatMap(({ inputs, outputs, activation, negativeSlope }) => {
    const module = MODULES[activation]?.(negativeSlope ?? DEFAULT_NEGATIVE_SLOPE);
    return [`Conv2d(${inputs}, ${outputs}, 1)`, ...(module === undefined ? [] : [module])];
  });
  const result = residual ? "image + network(image)" : "network(image)";
  return [
    "import torch, safetensors.torch",
    `network = torch.nn.Sequential(${modules.map((module) => `torch.nn.${module}`).join(", ")})`,
    // A string of JSON is one of Python.
    `network.load_state_dict(safetensors.torch.load_file(${JSON.stringify(file)}))`,
    `output = ${share === 1 ? result : `torch.lerp(image, ${result}, ${float(share)})`}`,
  ].join("; ");
}
