import { mergeNetworks } from "synthconv/internal";
import { serializeLook } from "synthconv/look";
import type { Handler } from "../handler.js";
import { networkOf } from "./paint.js";

export const merge: Handler<"merge"> = ({ looks }) => {
  const names = styleNames(looks.map(({ name }) => name));
  const merged = mergeNetworks(
    looks.map(({ look }, at) => ({ name: names[at] as string, network: networkOf(look) })),
  );
  return { answer: { bytes: serializeLook(merged), schema: merged.schema }, transfer: [] };
};

/** As styles are named: letters, digits, `_`, `-`, `+` and `.`; each once. */
export function styleNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const plain = name
      .normalize("NFKD")
      .replace(/[^A-Za-z0-9_+.-]+/g, "-")
      .replace(/^[^A-Za-z0-9]+|-+$/g, "");
    const base = plain === "" ? "look" : plain;
    let one = base;
    for (let nth = 2; taken.has(one); nth++) one = `${base}-${nth}`;
    taken.add(one);
    return one;
  });
}
