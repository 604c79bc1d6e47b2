/**
 * What looks learn from pairs of photos, on those beside the checkout:
 *   node scripts/measure-pairs.mjs [part of a look's name]
 * Each film LUT turns the photos into edited ones, as JPEG of quality 95. A look is learned from kodim23 and from the five
 * of the Kodak set but kodim05, and its colours are held against the LUT's own on every photo that it has not seen.
 * Prints PSNR on kodim05, the mean over the unseen photos of the Kodak set, that over all, and the seconds of CPU.
 * A fit takes some 8 s of CPU, and there are two for each look.
 */
import { readdirSync } from "node:fs";
import { concatSamples, fitLook, measureLook, samplePair } from "synthconv/fit";
import { asJpeg, data, edited, filmLooks, mean, readFilm, readPhoto, truth } from "./film-looks.mjs";

const [part = ""] = process.argv.slice(2);
const kodak = readdirSync(`${data}photos/kodak`).map((file) => `kodak/${file}`);
const others = ["astronaut.png", "chelsea.png", "coffee.png", "rocket.jpg"].map((file) => `skimage/${file}`);
const looks = filmLooks(part);

/** The most pixels of a pair, and of a photo that is held against the LUT. */
const LIMIT = 2 ** 18;

async function measure(lut, photos, seen) {
  const pairs = [];
  for (const [index, name] of seen.entries()) {
    const before = photos.get(name);
    const limit = Math.floor(LIMIT / seen.length);
    pairs.push(samplePair(before, await asJpeg(edited(lut, before)), { seed: 0, index, limit }).training);
  }
  const start = process.cpuUsage();
  const { look } = await fitLook([{ samples: concatSamples(pairs), balance: true }], { source: "pairs" });
  const { user, system } = process.cpuUsage(start);
  const unseen = [...photos].filter(([name]) => !seen.includes(name));
  const found = new Map(
    unseen.map(([name, photo]) => [
      name,
      measureLook(look, [{ samples: truth(lut, photo, LIMIT) }], name).psnr,
    ]),
  );
  const ofKodak = mean([...found].filter(([name]) => kodak.includes(name)).map(([, psnr]) => psnr));
  const rows = [found.get("kodak/kodim05.png"), ofKodak, mean([...found.values()])];
  return { rows, seconds: (user + system) / 1e6 };
}

const photos = new Map();
for (const name of [...kodak, ...others]) photos.set(name, await readPhoto(`${data}photos/${name}`));
const sets = {
  "one pair": ["kodak/kodim23.png"],
  "five pairs": kodak.filter((name) => !name.includes("05")),
};
for (const [title, seen] of Object.entries(sets)) {
  const all = [];
  for (const file of looks) {
    const { rows, seconds } = await measure(await readFilm(file), photos, seen);
    all.push(rows);
    const numbers = rows.map((psnr) => psnr.toFixed(2)).join("  ");
    console.log(`${title}  ${file.padEnd(44)} ${numbers} dB  ${seconds.toFixed(1)} s`);
  }
  const means = [0, 1, 2].map((nth) => mean(all.map((rows) => rows[nth])).toFixed(2)).join("  ");
  console.log(`${title}  ${`mean of ${all.length}`.padEnd(44)} ${means} dB`);
}
