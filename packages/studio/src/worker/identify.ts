/** What a dropped file is: a look, a LUT, or a photo. */
import { parseLook } from "synthconv/look";
import type { FileRef, Identity, PictureTable } from "../protocol/index.js";
import type { Handler } from "./handler.js";
import { LUT_NAME } from "./lut-name.js";
import { LEARNED_PIXELS, photoOf } from "./photos.js";
import { requireSrgb } from "./require-srgb.js";

/** @throws {PhotoError | FormatError} with what was expected. */
export const identify: Handler<"identify"> = async (file) => ({
  answer: await identityOf(file),
  transfer: [],
});

async function identityOf(file: FileRef): Promise<Identity> {
  const { name, blob } = file;
  if (/\.safetensors$/i.test(name)) {
    const { schema } = parseLook(new Uint8Array(await blob.arrayBuffer()), name);
    requireSrgb(schema, name);
    return { kind: "look", schema };
  }
  if (LUT_NAME.test(name)) {
    const { lutFormat } = await import("./luts.js");
    return { kind: "lut", format: await lutFormat(file) };
  }
  const { fullWidth: width, fullHeight: height } = await photoOf(file, LEARNED_PIXELS);
  const table = await tableOf(file, width * height);
  return { kind: "photo", width, height, ...(table && { table }) };
}

/** A table has as many colours as a cube has nodes: the code of all formats is fetched for no other picture. */
async function tableOf(file: FileRef, pixels: number): Promise<PictureTable | undefined> {
  if (Math.round(Math.cbrt(pixels)) ** 3 !== pixels) return undefined;
  const { pictureTable } = await import("./luts.js");
  return await pictureTable(file);
}
