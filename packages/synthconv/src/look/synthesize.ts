import { type PlainArray, plainArithmetic } from "../generator/index.js";
import type { PixelNetwork } from "../kernels/index.js";
import { encodeCondition, type Settings } from "./condition.js";
import { generatorOf, nameInFile, writtenLayers } from "./layout.js";
import { checkLook, type Look } from "./look.js";

/**
 * The pixel network that the generator of a look writes for these knob settings.
 *
 * The generator runs in float64 and its output is rounded to float32 once, so the weights are the same on
 * every machine.
 *
 * @throws {ValueError} naming the knob, as `encodeCondition` does.
 */
export function synthesize(look: Look, settings: Settings = {}): PixelNetwork {
  checkLook("synthesize", look);
  const { schema, parameters } = look;
  const { network } = schema;
  const generator = generatorOf(schema);
  const parameter = (name: string): PlainArray => ({
    shape: generator.parameters.get(name) ?? [],
    data: Float64Array.from(parameters.get(nameInFile(name)) as Float32Array),
  });
  const data = encodeCondition(schema.condition, settings);
  const written = generator.forward(plainArithmetic, parameter, { shape: [1, data.length], data });
  return {
    layers: writtenLayers(network, written).map(({ weight, bias, activation }, layer) => ({
      inputs: network.channels[layer] as number,
      outputs: network.channels[layer + 1] as number,
      weight: Float32Array.from(weight.data),
      bias: Float32Array.from(bias.data),
      activation,
    })),
    residual: network.residual,
  };
}
