import { type PlainArray, plainArithmetic } from "../generator/index.js";
import type { PixelNetwork } from "../kernels/index.js";
import { blendNetworks } from "./blend-networks.js";
import { encodeCondition, type Settings, withStyle } from "./condition.js";
import { generatorOf, nameInFile, writtenLayers } from "./layout.js";
import { checkLook, type Look } from "./look.js";
import { type StyleBlend, styleShares } from "./styles.js";

/**
 * The pixel network that the generator of a look writes for these knob settings and this style.
 *
 * The generator runs in float64 and its output is rounded to float32 once, so the weights are the same on
 * every machine. For a blend of styles it writes a network for each, and the result is their blend: its output is the
 * weighted sum of theirs, exactly. It has the hidden units of all of them: more than 256 together (four styles of 64)
 * leave the fast kernels.
 *
 * @param style default: the look's first style.
 * @throws {ValueError} naming the knob or the style, as `encodeCondition` and `styleShares` do.
 */
export function synthesize(look: Look, settings: Settings = {}, style?: StyleBlend): PixelNetwork {
  checkLook("synthesize", look);
  const { condition, styles = [] } = look.schema;
  const knobs = encodeCondition(condition, settings);
  const shares = styleShares(styles, style);
  if (shares.length === 0) return networkAt(look, knobs);
  return blendNetworks(
    shares.map(({ index, share }) => ({
      network: networkAt(look, withStyle(knobs, styles.length, index)),
      share,
    })),
  );
}

/** @param condition `[D]`, knobs and the one style that is on. */
function networkAt({ schema, parameters }: Look, condition: Float64Array): PixelNetwork {
  const { network } = schema;
  const generator = generatorOf(schema);
  const parameter = (name: string): PlainArray => ({
    shape: generator.parameters.get(name) ?? [],
    data: Float64Array.from(parameters.get(nameInFile(name)) as Float32Array),
  });
  const shape = [1, condition.length];
  const written = generator.forward(plainArithmetic, parameter, { shape, data: condition });
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
