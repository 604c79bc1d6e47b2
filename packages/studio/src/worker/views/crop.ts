import { FormatError } from "synthconv/look";
import type { CropAsk, Picture } from "../../protocol/index.js";
import type { Handler } from "../handler.js";
import { notesOf, withOpened } from "../opened.js";

export const size: Handler<"size"> = async (photo) => ({
  answer: await withOpened(photo, (one) => ({ width: one.width, height: one.height, notes: notesOf(one) })),
  transfer: [],
});

export const crop: Handler<"crop"> = async (ask) => {
  const { pixels, ...size } = await seenPart(ask);
  const sent = pixels.slice();
  return { answer: { ...size, pixels: sent }, transfer: [sent.buffer] };
};

/** Parts that were asked for last, the oldest first: a knob that moves asks for what is seen again and again. */
const kept = new Map<string, Promise<Picture>>();
/** What is seen, and what of it and of its edit is examined. */
const KEPT = 3;

/** A part of a photo; not to be written to. */
export async function seenPart(ask: CropAsk): Promise<Picture> {
  const { photo, x, y, width, height, outWidth, outHeight } = ask;
  const key = [photo.key, x, y, width, height, outWidth, outHeight].join(" ");
  const found = kept.get(key);
  const picture = found ?? withOpened(photo, ({ bitmap }) => cropped(bitmap, ask));
  // The last one asked for goes last.
  kept.delete(key);
  kept.set(key, picture);
  for (const old of kept.keys()) if (kept.size > KEPT) kept.delete(old);
  picture.catch(() => kept.delete(key));
  return await picture;
}

/** Pixels as they are where the part is shown in its own size, else averaged by the browser. */
function cropped(bitmap: ImageBitmap, { x, y, width, height, outWidth, outHeight }: CropAsk): Picture {
  const context = new OffscreenCanvas(outWidth, outHeight).getContext("2d", { willReadFrequently: true });
  if (context === null) {
    throw new FormatError({
      where: "photo",
      expected: `a canvas of ${outWidth} x ${outHeight}`,
      received: "none",
      repair: "Close other tabs: the browser is out of memory.",
    });
  }
  const isSame = outWidth === width && outHeight === height;
  context.imageSmoothingEnabled = !isSame;
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, x, y, width, height, 0, 0, outWidth, outHeight);
  const { data } = context.getImageData(0, 0, outWidth, outHeight);
  return { width: outWidth, height: outHeight, pixels: data as Picture["pixels"] };
}
