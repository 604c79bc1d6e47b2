import { mergeNetworks } from "synthconv/internal";
import { serializeLook } from "synthconv/look";
import { styleNames } from "../../protocol/index.js";
import type { Handler } from "../handler.js";
import { networkOf } from "./paint.js";

export const merge: Handler<"merge"> = ({ looks }) => {
  const names = styleNames(looks.map(({ name }) => name));
  const merged = mergeNetworks(
    looks.map(({ look }, at) => ({ name: names[at] as string, network: networkOf(look) })),
  );
  return { answer: { bytes: serializeLook(merged), schema: merged.schema }, transfer: [] };
};
