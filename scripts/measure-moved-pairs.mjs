/**
 * What a shift and a brush cost a look that is learned from one pair, on the photos beside the checkout:
 *   node scripts/measure-moved-pairs.mjs [photos, as 23,13] [part of a look's name] [seeds of brushes]
 * The photo after is what the film LUT makes of the photo before, as JPEG of quality 95; moved by 3 and 2 pixels, 5 % of its
 * area painted over with a soft brush, or both. Each is matched as `train` matches it, learned, and held against the LUT on the
 * unseen photos of the Kodak set. Prints PSNR in the mean of these and what is lost of the clean pair. A fit takes some 8 s of CPU.
 */
import { readdirSync } from "node:fs";
import { fitLook, measureLook, samplePair } from "synthconv/fit";
import { matchPair } from "../packages/synthconv/dist/pairs/match-pair.js";
import {
  asJpeg,
  chosenOf,
  data,
  edited,
  filmLooks,
  mean,
  readFilm,
  readPhoto,
  truth,
  wholesOf,
} from "./film-looks.mjs";

const [chosen = "23", part = "", seeds = "1"] = process.argv.slice(2);
const files = new Map(readdirSync(`${data}photos/kodak`).map((file) => [/\d+/.exec(file)[0], file]));
const names = chosenOf("numbers of photos", chosen, [...files.keys()]);
const brushes = wholesOf("seeds of brushes", seeds);
const looks = filmLooks(part);
/** The most pixels of a photo that is held against the LUT. */
const LIMIT = 2 ** 16;

/** The window of a photo that starts at a pixel. */
function cropped({ width, data: from }, { x, y, across, down }) {
  const to = new Uint8Array(3 * across * down);
  for (let row = 0; row < down; row++) {
    const start = 3 * ((row + y) * width + x);
    to.set(from.subarray(start, start + 3 * across), 3 * row * across);
  }
  return { width: across, height: down, channels: 3, data: to };
}

/** A generator of its own, so that what is measured stays what it is: mulberry32. */
function random(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Dodged, burnt or tinted within an ellipse of 5 % of the area that fades out over a third of its radius. */
function brushed({ width, height, data: from }, seed) {
  const next = random(seed);
  const aspect = 0.5 + next();
  const radius = Math.sqrt((0.05 * width * height) / Math.PI);
  const [a, b] = [radius * Math.sqrt(aspect), radius / Math.sqrt(aspect)];
  const [x, y] = [a + next() * (width - 2 * a), b + next() * (height - 2 * b)];
  const strength = next() < 0.5 ? 1.2 + 0.5 * next() : 0.8 - 0.4 * next();
  const tint = [0, 1, 2].map(() => 1 + 0.3 * (next() - 0.5));
  const to = from.slice();
  for (let at = 0; at < to.length; at++) {
    const pixel = Math.floor(at / 3);
    const far = Math.hypot(((pixel % width) - x) / a, (Math.floor(pixel / width) - y) / b);
    const share = Math.min(1, Math.max(0, (1.16 - far) / 0.33));
    to[at] = Math.min(255, Math.round(from[at] * (1 + share * (strength * tint[at % 3] - 1))));
  }
  return { width, height, channels: 3, data: to };
}

async function reached(before, after, tests) {
  const matched = matchPair(before, after, { before: "before", after: "after" });
  const samples = samplePair(matched.before, matched.after, { seed: 0 }).training;
  const { look } = await fitLook([{ samples, balance: true }], { source: "moved-pairs" });
  const { aligned, masked, shift } = matched.record;
  const found = tests.map((test) => measureLook(look, [{ samples: test }], "unseen").psnr);
  return { psnr: mean(found), found, aligned, masked, shift };
}

const photos = new Map();
for (const [name, file] of files) photos.set(name, await readPhoto(`${data}photos/kodak/${file}`));
const lost = {};
for (const file of looks) {
  const lut = await readFilm(file);
  for (const name of names) {
    const photo = photos.get(name);
    const tests = [...photos]
      .filter(([other]) => other !== name)
      .map(([, other]) => truth(lut, other, LIMIT));
    const whole = edited(lut, photo);
    const size = { across: photo.width - 3, down: photo.height - 2 };
    const before = cropped(photo, { x: 0, y: 0, ...size });
    const still = cropped(whole, { x: 0, y: 0, ...size });
    const moved = cropped(whole, { x: 3, y: 2, ...size });
    const clean = await reached(before, await asJpeg(still), tests);
    console.log(`${file} ${name} clean ${clean.psnr.toFixed(2)} dB`);
    const cases = { shifted: [moved, 0] };
    for (const seed of brushes) {
      cases[`brushed ${seed}`] = [still, seed];
      cases[`both ${seed}`] = [moved, seed];
    }
    for (const [title, [after, seed]] of Object.entries(cases)) {
      const painted = seed === 0 ? after : brushed(after, seed);
      const { psnr, aligned, masked, shift } = await reached(before, await asJpeg(painted), tests);
      const loss = clean.psnr - psnr;
      const kind = title.split(" ")[0];
      lost[kind] = [...(lost[kind] ?? []), loss];
      console.log(
        `  ${title.padEnd(12)} ${psnr.toFixed(2)} dB, ${loss.toFixed(2)} lost; ${aligned ? `aligned by ${shift.x.toFixed(2)}, ${shift.y.toFixed(2)}` : "left as it is"}, ` +
          `${(100 * masked).toFixed(1)} % left out`,
      );
    }
  }
}
for (const [kind, all] of Object.entries(lost)) {
  console.log(
    `${kind}: ${mean(all).toFixed(2)} dB lost in the mean, ${Math.max(...all).toFixed(2)} the most, of ${all.length}`,
  );
}
