import { mergeNetworks, withStrength } from "synthconv/internal";
import { serializeLook } from "synthconv/look";
import { styleNames } from "../../protocol/index.js";
import type { Handler } from "../handler.js";
import { networkOf } from "./paint.js";

export const merge: Handler<"merge"> = ({ looks }) => {
  const names = styleNames(looks.map(({ name }) => name));
  const merged = mergeNetworks(
    looks.map(({ look }, at) => ({
      name: names[at] as string,
      // One that does not add to its input, as those of the studio do, stays whole.
      network: withStrength(networkOf(look), look.strength).network,
    })),
  );
  return { answer: { bytes: serializeLook(merged), schema: merged.schema }, transfer: [] };
};
