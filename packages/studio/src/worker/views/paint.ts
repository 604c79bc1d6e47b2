import { applyNetwork, type Look, type PixelNetwork, parseLook, synthesize } from "synthconv/look";
import type { LookAsk } from "../../protocol/index.js";
import type { Handler } from "../handler.js";

/** The last look that was read: a knob that moves asks for its network again and again. */
let read: { readonly bytes: Uint8Array; readonly look: Look } | undefined;

export function lookOf({ bytes }: LookAsk): Look {
  const isSame =
    read !== undefined &&
    read.bytes.length === bytes.length &&
    read.bytes.every((byte, at) => byte === bytes[at]);
  if (read === undefined || !isSame) read = { bytes, look: parseLook(bytes, "look") };
  return read.look;
}

/** At the look's own knobs: others may be left from a look before. */
export function networkOf(ask: LookAsk): PixelNetwork {
  const look = lookOf(ask);
  const known = look.schema.condition.map(({ name }) => name);
  const values = Object.fromEntries(Object.entries(ask.values).filter(([name]) => known.includes(name)));
  return synthesize(look, values);
}

export const network: Handler<"network"> = (ask) => ({ answer: networkOf(ask), transfer: [] });

/** In place: the page sent a copy. */
export const paint: Handler<"paint"> = ({ picture, network: shown, strength }) => {
  applyNetwork(shown, picture.pixels, { channels: 4, strength });
  return { answer: picture, transfer: [picture.pixels.buffer] };
};
