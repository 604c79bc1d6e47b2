import { lookToLink, readLookLink, serializeLook } from "synthconv/look";
import type { Handler } from "../handler.js";
import { requireSrgb } from "../require-srgb.js";
import { askedOf, lookOf } from "./paint.js";

export const link: Handler<"link"> = ({ look: ask, base, whole }) => {
  const look = lookOf(ask);
  const { values: settings, style } = askedOf(ask);
  const { text, deltaE2000: deltaE } = lookToLink(look, {
    ...{ base, strength: ask.strength },
    ...(!whole && { settings, ...(style !== undefined && { style }) }),
  });
  return { answer: { text, deltaE }, transfer: [] };
};

export const unlink: Handler<"unlink"> = (text) => {
  const { look, strength } = readLookLink(text);
  requireSrgb(look.schema, "link");
  return { answer: { bytes: serializeLook(look), strength }, transfer: [] };
};
