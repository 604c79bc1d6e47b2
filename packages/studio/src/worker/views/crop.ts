import { FormatError } from "synthconv/look";
import type { CropAsk, Picture } from "../../protocol/index.js";
import type { Handler } from "../handler.js";
import { notesOf, withOpened } from "../opened.js";

export const size: Handler<"size"> = async (photo) => ({
  answer: await withOpened(photo, (one) => ({ width: one.width, height: one.height, notes: notesOf(one) })),
  transfer: [],
});

export const crop: Handler<"crop"> = async (ask) => {
  const picture = await withOpened(ask.photo, ({ bitmap }) => cropped(bitmap, ask));
  return { answer: picture, transfer: [picture.pixels.buffer] };
};

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
