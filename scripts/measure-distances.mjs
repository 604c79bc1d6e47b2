/**
 * What looks of one photo say of colours that they did not see, against the film LUT that made the pair:
 *   node scripts/measure-distances.mjs [part of a look's name] [photo,...]
 * Prints for each distance in sixteenths of a channel's range the mean deltaE 2000 that is told, that of all colours of the
 * cube at that distance, and at the end their ratios: geometric mean, and the least and the largest.
 * A fit takes some 8 s of CPU.
 */
import { errorByDistance, fitLook, measureLook, samplePair } from "synthconv/fit";
import { applyLut, SeenColours } from "synthconv/look";
import { asJpeg, data, edited, filmLooks, mean, readFilm, readPhoto } from "./film-looks.mjs";

const [part = "", photos = "kodak/kodim23.png,skimage/chelsea.png"] = process.argv.slice(2);
const SIDE = 24;
const TOTAL = SIDE ** 3;
const all = Float32Array.from({ length: 3 * TOTAL }, (_, at) => {
  return ((Math.floor((at % TOTAL) / SIDE ** Math.floor(at / TOTAL)) % SIDE) + 0.5) / SIDE;
});

/** Those of planar `[3,TOTAL]` at some places. */
function taken(planes, places) {
  return Float32Array.from({ length: 3 * places.length }, (_, at) => {
    return planes[Math.floor(at / places.length) * TOTAL + places[at % places.length]];
  });
}

async function measure(lut, photo) {
  const after = await asJpeg(edited(lut, photo));
  const { training: samples } = samplePair(photo, after, { seed: 0, limit: 2 ** 18 });
  const examples = [{ samples, balance: true }];
  const { look } = await fitLook(examples, { source: "pair" });
  const truth = applyLut(lut, all, { layout: "planar" });
  const distances = new SeenColours(look.schema.coverage).distancesOf(all);
  return errorByDistance(look, examples).flatMap(({ from, to, mean: told }) => {
    const places = [...distances.keys()].filter((at) => distances[at] >= from && distances[at] <= (to ?? 15));
    if (places.length === 0) return [];
    const those = { input: taken(all, places), target: taken(truth, places) };
    return [{ from, told, found: measureLook(look, [{ samples: those }], "cube").deltaE2000.mean }];
  });
}

const ratios = new Map();
for (const name of photos.split(",")) {
  const photo = await readPhoto(`${data}photos/${name}`);
  for (const film of filmLooks(part)) {
    const rows = await measure(await readFilm(film), photo);
    for (const { from, told, found } of rows) ratios.set(from, [...(ratios.get(from) ?? []), told / found]);
    const texts = rows.map(({ from, told, found }) => `${from}: ${told.toFixed(2)} (${found.toFixed(2)})`);
    console.log(`${name.padEnd(20)} ${film.padEnd(44)} ${texts.join("  ")}`);
  }
}
for (const [from, values] of ratios) {
  const middle = Math.exp(mean(values.map(Math.log)));
  const ends = [Math.min(...values), Math.max(...values)].map((one) => one.toFixed(2)).join(" to ");
  console.log(`from ${from}: ${middle.toFixed(2)}, ${ends} of the truth, ${values.length} looks`);
}
