/** What the scripts that measure looks share: film LUTs and photos beside the checkout, edited as a photographer's tool does. */
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { applyLut, readLut } from "synthconv/look";

/** LUTs, pairs and photos. */
export const data = fileURLToPath(new URL("../../shared/data/", import.meta.url));

/** The film LUTs whose names match, as `kodachrome|portra`. Ends the script where none does. */
export function filmLooks(pattern) {
  let expression;
  try {
    expression = new RegExp(pattern);
  } catch (error) {
    end(`expected a part of a film's name, or a regular expression, received ${pattern} (${error.message})`);
  }
  const all = readdirSync(`${data}luts/natron-clut`).filter((file) => file.endsWith(".png"));
  const films = all.filter((file) => expression.test(file));
  if (films.length === 0) end(`expected a part of one of ${all.join(", ")}, received ${pattern}`);
  return films;
}

/** Names of a list, as `23,13`, each one of those that there are. Ends the script where one is not. */
export function chosenOf(what, list, known) {
  const names = list.split(",");
  const other = names.find((name) => !known.includes(name));
  if (other !== undefined) end(`expected ${what}, of ${known.join(", ")}, received ${JSON.stringify(other)}`);
  return names;
}

/** Whole numbers of a list, as `1,2`. Ends the script where one is none. */
export function wholesOf(what, list) {
  const other = list.split(",").find((text) => !/^\d+$/.test(text));
  if (other !== undefined) end(`expected ${what}, whole numbers, received ${JSON.stringify(other)}`);
  return list.split(",").map(Number);
}

function end(message) {
  console.error(message);
  process.exit(2);
}

export async function readFilm(file) {
  const { data: bytes, info } = await sharp(`${data}luts/natron-clut/${file}`)
    .removeAlpha()
    .toColourspace("rgb16")
    .raw({ depth: "ushort" })
    .toBuffer({ resolveWithObject: true });
  const pixels = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
  return readLut({ pixels, width: info.width, height: info.height }, file).lut;
}

/** @returns `{ width, height, channels, data }`, 8 bits. */
export function readPhoto(path) {
  return viewOf(sharp(path));
}

async function viewOf(image) {
  const { data: bytes, info } = await image.removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, channels: 3, data: bytes };
}

/** A photo as the LUT makes it, 8 bits. */
export function edited(lut, { width, height, data: bytes }) {
  const colours = applyLut(
    lut,
    Float32Array.from(bytes, (value) => value / 255),
  );
  const raw = Uint8Array.from(colours, (value) => Math.round(255 * Math.min(1, Math.max(0, value))));
  return { width, height, channels: 3, data: raw };
}

/** A photo as a JPEG of quality 95 has it. */
export async function asJpeg({ width, height, data: bytes }) {
  const image = sharp(bytes, { raw: { width, height, channels: 3 } });
  return viewOf(sharp(await image.jpeg({ quality: 95, chromaSubsampling: "4:4:4" }).toBuffer()));
}

/** Colours of a photo, at most `limit`, and what the LUT itself makes of them. */
export function truth(lut, { data: bytes }, limit) {
  const every = Math.ceil(bytes.length / 3 / limit);
  const count = Math.floor(bytes.length / 3 / every);
  const input = Float32Array.from({ length: 3 * count }, (_, at) => {
    return bytes[3 * every * (at % count) + Math.floor(at / count)] / 255;
  });
  return { input, target: applyLut(lut, input, { layout: "planar" }) };
}

export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
