/** Networks as functions of other languages, as ONNX, and for PyTorch. Imports core/, kernels/, generator/, format/ and look/. */
import { check, checkOptions, type Fields } from "../core/arguments.js";
import { ShapeError, ValueError } from "../core/errors.js";
import { type Kind, kind, listOf, oneOf, optional, SHARE, STRING } from "../core/kinds.js";
import { checkNetwork, type PixelNetwork } from "../kernels/index.js";
import { withStrength } from "../look/index.js";
import type { ExportOptions, NetworkExporter } from "./exporter.js";
import { glslExporter } from "./glsl.js";
import { typescriptExporter } from "./typescript.js";
import { wgslExporter } from "./wgsl.js";

export type { ExportedNetwork, ExportOptions, NetworkExporter } from "./exporter.js";
export { conditionNames, lookToOnnx, networkToOnnx, type OnnxOptions } from "./onnx/look.js";
export { networkInPyTorch, networkToSafetensors, type PyTorchOptions, type PyTorchUsage } from "./pytorch.js";

/** The languages: another one is a file and a row. */
export const NETWORK_EXPORTERS: readonly NetworkExporter[] = [glslExporter, wgslExporter, typescriptExporter];

const LANGUAGE: Kind<string> = oneOf(NETWORK_EXPORTERS.map(({ name }) => name));
/** Of letters that every language takes; its own words are the exporter's to know. */
const NAME: Kind<string> = kind(
  "a name of letters and digits that begins with a letter",
  (value) => typeof value === "string" && /^[A-Za-z][A-Za-z0-9]{0,63}$/.test(value),
);
const OPTIONS: Fields<ExportOptions> = {
  name: optional(NAME),
  strength: optional(SHARE),
  comments: optional(listOf(STRING, "a list of strings")),
};

/**
 * The network as source text: a function from a colour, encoded sRGB, to a colour.
 *
 * @param language the name of one of {@link NETWORK_EXPORTERS}.
 * @throws {ValueError} for another language or option; {ShapeError} for a network that does not make three channels of three.
 */
export function exportNetwork(network: PixelNetwork, language: string, options: ExportOptions = {}): string {
  checkNetwork("exportNetwork", network);
  check("exportNetwork", "language", language, LANGUAGE);
  checkOptions("exportNetwork", options, OPTIONS);
  const { name = "look", strength = 1, comments = [] } = options;
  const [inputs, outputs] = [network.layers[0]?.inputs, network.layers.at(-1)?.outputs];
  if (inputs !== 3 || outputs !== 3) {
    throw new ShapeError({
      where: "exportNetwork",
      expected: "a network of 3 channels in and out",
      received: `${inputs} in and ${outputs} out`,
    });
  }
  const exporter = NETWORK_EXPORTERS.find((one) => one.name === language) as NetworkExporter;
  if (exporter.reserved.has(name)) {
    throw new ValueError({
      where: "exportNetwork name",
      expected: `a name that is no word of ${exporter.title}`,
      received: name,
      repair: `Write ${name}Look, say.`,
    });
  }
  return exporter.write({ ...withStrength(network, strength), name, comments });
}
