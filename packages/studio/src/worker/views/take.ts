import type { TakeAsk } from "../../protocol/index.js";
import type { Handler } from "../handler.js";
import { lookOf, networkOf } from "./paint.js";
import { TARGETS, type Taken, targetsOf } from "./targets.js";

export const take: Handler<"take"> = async (ask, { signal }) => {
  const taken = takenOf(ask);
  const target = TARGETS.find(({ id }) => id === ask.target);
  if (target === undefined) {
    return { answer: { targets: await targetsOf(taken, signal), file: undefined }, transfer: [] };
  }
  const blob = await target.write(taken);
  const name = `${fileName(ask.name)}.${target.extension}`;
  return { answer: { targets: [], file: { name, blob } }, transfer: [] };
};

function takenOf({ look, name }: TakeAsk): Taken {
  return {
    ...{ look: lookOf(look), bytes: look.bytes, network: networkOf(look) },
    ...{ strength: look.strength, name },
  };
}

/** What every system takes as a name. */
function fileName(name: string): string {
  return name.replace(/[^\p{L}\p{N}._-]+/gu, "-").replace(/^[-.]+|-+$/g, "") || "look";
}
