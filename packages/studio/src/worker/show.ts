import { applyNetwork } from "synthconv/look";
import type { Handler } from "./handler.js";
import { photoOf } from "./photos.js";
import { networkOf } from "./views/paint.js";

export const show: Handler<"show"> = async ({ photo, pixels: most, look }) => {
  const { width, height, data } = await photoOf(photo, most);
  const pixels = data.slice();
  if (look !== undefined) {
    applyNetwork(networkOf(look), pixels, { channels: 4, strength: look.strength });
  }
  return { answer: { width, height, pixels }, transfer: [pixels.buffer] };
};
