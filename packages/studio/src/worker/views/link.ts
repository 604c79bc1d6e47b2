import { lookFromLink, lookToLink, serializeLook } from "synthconv/look";
import type { Handler } from "../handler.js";
import { lookOf } from "./paint.js";

export const link: Handler<"link"> = ({ look: ask, base, whole }) => {
  const look = lookOf(ask);
  const known = look.schema.condition.map(({ name }) => name);
  const settings = Object.fromEntries(Object.entries(ask.values).filter(([name]) => known.includes(name)));
  const { text, deltaE2000: deltaE } = lookToLink(look, { base, ...(!whole && { settings }) });
  return { answer: { text, deltaE }, transfer: [] };
};

export const unlink: Handler<"unlink"> = (text) => ({
  answer: serializeLook(lookFromLink(text)),
  transfer: [],
});
