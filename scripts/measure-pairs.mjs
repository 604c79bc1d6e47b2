/**
 * What looks learn from pairs of photos, on those beside the checkout:
 *   node scripts/measure-pairs.mjs [part of a look's name]
 * Each film LUT turns the photos into edited ones, as JPEG of quality 95. A look is learned from kodim23 and from the five
 * of the Kodak set but kodim05, and its colours are held against the LUT's own on every photo that it has not seen.
 * Prints PSNR on kodim05, the mean over the unseen photos of the Kodak set, that over all, and the seconds of CPU.
 * A fit takes some 8 s of CPU, and there are two for each look.
 */
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { concatSamples, fitLook, measureLook, samplePair } from "synthconv/fit";
import { applyLut, readLut } from "synthconv/look";

const [part = ""] = process.argv.slice(2);
const folder = fileURLToPath(new URL("../../shared/data/", import.meta.url));
const kodak = readdirSync(`${folder}photos/kodak`).map((file) => `kodak/${file}`);
const others = ["astronaut.png", "chelsea.png", "coffee.png", "rocket.jpg"].map((file) => `skimage/${file}`);
const looks = readdirSync(`${folder}luts/natron-clut`).filter(
  (file) => file.endsWith(".png") && file.includes(part),
);

/** The most pixels of a pair, and of a photo that is held against the LUT. */
const LIMIT = 2 ** 18;

async function view(image) {
  const { data, info } = await image.removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, channels: 3, data };
}

async function readLook(file) {
  const { data, info } = await sharp(`${folder}luts/natron-clut/${file}`)
    .removeAlpha()
    .toColourspace("rgb16")
    .raw({ depth: "ushort" })
    .toBuffer({ resolveWithObject: true });
  const pixels = new Uint16Array(data.buffer, data.byteOffset, data.length / 2);
  return readLut({ pixels, width: info.width, height: info.height }, file).lut;
}

async function edited(lut, { width, height, data }) {
  const colours = applyLut(
    lut,
    Float32Array.from(data, (value) => value / 255),
  );
  const raw = Uint8Array.from(colours, (value) => Math.round(255 * Math.min(1, Math.max(0, value))));
  const jpeg = await sharp(raw, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 95, chromaSubsampling: "4:4:4" })
    .toBuffer();
  return view(sharp(jpeg));
}

/** Colours of a photo, and what the LUT itself makes of them. */
function truth(lut, { data }) {
  const every = Math.ceil(data.length / 3 / LIMIT);
  const count = Math.floor(data.length / 3 / every);
  const input = Float32Array.from({ length: 3 * count }, (_, at) => {
    return data[3 * every * (at % count) + Math.floor(at / count)] / 255;
  });
  return { input, target: applyLut(lut, input, { layout: "planar" }) };
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

async function measure(lut, photos, seen) {
  const pairs = [];
  for (const [index, name] of seen.entries()) {
    const before = photos.get(name);
    const limit = Math.floor(LIMIT / seen.length);
    pairs.push(samplePair(before, await edited(lut, before), { seed: 0, index, limit }).training);
  }
  const start = process.cpuUsage();
  const { look } = await fitLook([{ samples: concatSamples(pairs), balance: true }], { source: "pairs" });
  const { user, system } = process.cpuUsage(start);
  const unseen = [...photos].filter(([name]) => !seen.includes(name));
  const found = new Map(
    unseen.map(([name, photo]) => [name, measureLook(look, [{ samples: truth(lut, photo) }], name).psnr]),
  );
  const ofKodak = mean([...found].filter(([name]) => kodak.includes(name)).map(([, psnr]) => psnr));
  const rows = [found.get("kodak/kodim05.png"), ofKodak, mean([...found.values()])];
  return { rows, seconds: (user + system) / 1e6 };
}

const photos = new Map();
for (const name of [...kodak, ...others]) photos.set(name, await view(sharp(`${folder}photos/${name}`)));
const sets = {
  "one pair": ["kodak/kodim23.png"],
  "five pairs": kodak.filter((name) => !name.includes("05")),
};
for (const [title, seen] of Object.entries(sets)) {
  const all = [];
  for (const file of looks) {
    const { rows, seconds } = await measure(await readLook(file), photos, seen);
    all.push(rows);
    const numbers = rows.map((psnr) => psnr.toFixed(2)).join("  ");
    console.log(`${title}  ${file.padEnd(44)} ${numbers} dB  ${seconds.toFixed(1)} s`);
  }
  const means = [0, 1, 2].map((nth) => mean(all.map((rows) => rows[nth])).toFixed(2)).join("  ");
  console.log(`${title}  ${`mean of ${all.length}`.padEnd(44)} ${means} dB`);
}
