import { applyNetwork } from "synthconv/look";
import { encodePhoto, openPhoto, outputFormatOf, pixelsOf } from "../../files/index.js";
import type { Handler } from "../handler.js";
import { notesOf } from "../opened.js";
import { networkOf } from "./paint.js";

/** At the photo's full size; what it takes of memory is given back before the next one. */
export const apply: Handler<"apply"> = async ({ photo, look, quality }) => {
  const opened = await openPhoto(photo.blob, photo.name);
  const { bitmap, width, height, metadata, type: from } = opened;
  const pixels = pixelsOf(bitmap);
  bitmap.close();
  applyNetwork(networkOf(look), pixels, { channels: 4, strength: look.strength });
  const type = outputFormatOf(from, hasAlpha(pixels));
  const { blob, extension } = await encodePhoto(pixels, { width, height }, { type, quality, metadata, from });
  const name = `${photo.name.replace(/\.[^.]*$/, "")}-look.${extension}`;
  return { answer: { name, blob, notes: notesOf(opened) }, transfer: [] };
};

function hasAlpha(pixels: Uint8ClampedArray): boolean {
  for (let at = 3; at < pixels.length; at += 4) if (pixels[at] !== 255) return true;
  return false;
}
