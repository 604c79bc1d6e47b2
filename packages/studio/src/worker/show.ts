import { applyNetwork, parseLook, synthesize } from "synthconv/look";
import type { Handler } from "./handler.js";
import { photoOf } from "./photos.js";

export const show: Handler<"show"> = async ({ photo, pixels: most, look }) => {
  const { width, height, data } = await photoOf(photo, most);
  const pixels = data.slice();
  if (look !== undefined) {
    const network = synthesize(parseLook(look.bytes, "look"), look.values);
    applyNetwork(network, pixels, { channels: 4, strength: look.strength });
  }
  return { answer: { width, height, pixels }, transfer: [pixels.buffer] };
};
