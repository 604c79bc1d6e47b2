import { linearForward, type PixelLayer, type PixelNetwork } from "../kernels/index.js";
import { encodeCondition, type Settings } from "./condition.js";
import type { Look } from "./look.js";
import { weightLayout } from "./weight-layout.js";

/**
 * The pixel network that the generator of a look writes for these knob settings.
 *
 * The generator runs in float64 and its output is rounded to float32 once, so the weights are the same on
 * every machine.
 *
 * @throws {ValueError} naming the knob, as `encodeCondition` does.
 */
export function synthesize(look: Look, settings: Settings = {}): PixelNetwork {
  const { network } = look.schema;
  const weights = Float32Array.from(runGenerator(look, encodeCondition(look.schema.condition, settings)));
  const tensors = weightLayout(network.channels).map(({ shape, offset }) => {
    const size = shape.reduce((product, axis) => product * axis, 1);
    return weights.subarray(offset, offset + size);
  });
  const layers: PixelLayer[] = [];
  for (let layer = 0; layer + 1 < network.channels.length; layer++) {
    layers.push({
      inputs: network.channels[layer] as number,
      outputs: network.channels[layer + 1] as number,
      weight: tensors[2 * layer] as Float32Array,
      bias: tensors[2 * layer + 1] as Float32Array,
      activation: layer + 2 < network.channels.length ? network.activation : "none",
    });
  }
  return { layers, residual: network.residual };
}

/** The head's flat output `[N]` for a condition `[D]`. */
function runGenerator({ schema, parameters }: Look, condition: Float64Array): Float64Array {
  const layer = (name: string, input: Float64Array): Float64Array => {
    const weight = Float64Array.from(parameters.get(`${name}.weight`) ?? []);
    const bias = Float64Array.from(parameters.get(`${name}.bias`) ?? []);
    const output = new Float64Array(bias.length);
    linearForward({ rows: 1, inputs: input.length, outputs: bias.length, input, weight, bias, output });
    return output;
  };
  let features = condition;
  schema.generator.hidden.forEach((_, index) => {
    features = layer(`generator.hidden.${index}`, features).map((value) => Math.max(value, 0));
  });
  return layer("generator.head", features);
}
