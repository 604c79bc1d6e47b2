/** A look at one setting of its knobs and styles, as a look of its own that has none. */
import type { PixelNetwork } from "../../kernels/index.js";
import type { Settings } from "../condition.js";
import { nameInFile } from "../layout.js";
import type { Look } from "../look.js";
import type { LookSchema } from "../schema.js";
import type { StyleBlend } from "../styles.js";
import { synthesize } from "../synthesize.js";

/**
 * Its network is that of `synthesize(look, settings, style)`, to the bit.
 *
 * @throws {ValueError} as `synthesize` does.
 */
export function frozenLook(look: Look, settings: Settings | undefined, style: StyleBlend | undefined): Look {
  const network = synthesize(look, settings, style);
  const { styles: _, error: __, ...schema } = look.schema;
  const frozen: LookSchema = {
    ...schema,
    condition: [],
    // Blends of styles have the hidden units of all of them.
    network: { ...schema.network, channels: [3, ...network.layers.map(({ outputs }) => outputs)] },
    generator: { kind: "free" },
  };
  return { schema: frozen, parameters: new Map([[nameInFile("table"), numbersOf(network)]]) };
}

/** In the order of `networkTensors`: for each layer its weight, then its bias. */
function numbersOf({ layers }: PixelNetwork): Float32Array {
  return Float32Array.from(
    layers.flatMap(({ weight, bias, outputs }) => [...weight, ...(bias ?? new Float32Array(outputs))]),
  );
}
