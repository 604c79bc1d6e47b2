import {
  applyNetwork,
  type Look,
  type PixelNetwork,
  parseLook,
  type Settings,
  type StyleBlend,
  synthesize,
} from "synthconv/look";
import type { LookAsk } from "../../protocol/index.js";
import type { Handler } from "../handler.js";
import { seenPart } from "./crop.js";

/** The last look that was read: a knob that moves asks for its network again and again. */
let read: { readonly bytes: Uint8Array; readonly look: Look } | undefined;

export function lookOf({ bytes }: Pick<LookAsk, "bytes">): Look {
  const isSame =
    read !== undefined &&
    read.bytes.length === bytes.length &&
    read.bytes.every((byte, at) => byte === bytes[at]);
  if (read === undefined || !isSame) read = { bytes, look: parseLook(bytes, "look") };
  return read.look;
}

/** What is asked of the look's own knobs and styles: others may be left from a look before. */
export function askedOf(ask: LookAsk): { readonly values: Settings; readonly style: StyleBlend | undefined } {
  const { condition, styles = [] } = lookOf(ask).schema;
  const known = condition.map(({ name }) => name);
  const values = Object.fromEntries(Object.entries(ask.values).filter(([name]) => known.includes(name)));
  const asked = typeof ask.style === "object" ? Object.keys(ask.style) : [ask.style];
  const isKnown = asked.every((name) => styles.some((style) => style.name === name));
  return { values, style: isKnown ? ask.style : undefined };
}

export function networkOf(ask: LookAsk): PixelNetwork {
  const { values, style } = askedOf(ask);
  return synthesize(lookOf(ask), values, style);
}

export const controls: Handler<"controls"> = (bytes) => {
  const { condition, styles = [] } = lookOf({ bytes }).schema;
  return { answer: { knobs: condition, styles }, transfer: [] };
};

export const network: Handler<"network"> = (ask) => ({ answer: networkOf(ask), transfer: [] });

export const paint: Handler<"paint"> = async ({ crop, look }) => {
  const { pixels, ...size } = await seenPart(crop);
  const painted = pixels.slice();
  applyNetwork(networkOf(look), painted, { channels: 4, strength: look.strength });
  return { answer: { ...size, pixels: painted }, transfer: [painted.buffer] };
};
