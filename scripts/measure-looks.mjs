/**
 * What the qualities and sizes of a fit reach, on the film LUTs beside the checkout:
 *   node scripts/measure-looks.mjs [quality,...] [size,...] [part of a name]
 * Prints, for each look, PSNR over its lattice, deltaE, the largest fall along the grey ramp, the tint of a monochrome
 * source (255ths) and the seconds of CPU of fit and repair, then the means. Everything takes an hour, one quality and size a few minutes.
 */
import { readFileSync } from "node:fs";
import {
  FIT_QUALITIES,
  fitLook,
  greySourceOfLut,
  latticeSamples,
  repairGreys,
  sampleLut,
} from "synthconv/fit";
import { readLut } from "synthconv/look";
import { chosenOf, data, filmLooks, mean, readFilm, wholesOf } from "./film-looks.mjs";

const [qualities = FIT_QUALITIES.join(","), sizes = "500,1300,5000", part = ""] = process.argv.slice(2);
const films = filmLooks("").map((file) => ({ name: file, isFilm: true, read: () => readFilm(file) }));
const nilut = `${data}luts/nilut/LUT01.cube`;
const one = { name: "nilut/LUT01.cube", isFilm: false, read: () => readLut(readFileSync(nilut), nilut).lut };
const chosen = [...films, one].filter(({ name }) => name.includes(part));
// Which says which there are.
if (chosen.length === 0) filmLooks(part);

async function measure(read, quality, size) {
  const lut = await read();
  const training = sampleLut(lut, { seed: 0 });
  const samples = latticeSamples(lut);
  const start = process.cpuUsage();
  const { look: fitted } = await fitLook([{ samples: training }], {
    ...{ quality, size, source: "measure-looks" },
    test: { on: "lattice", examples: [{ samples }] },
  });
  const source = greySourceOfLut(lut, samples);
  const { look, greys } = repairGreys(fitted, { source, training, test: { on: "lattice", samples } });
  const { user, system } = process.cpuUsage(start);
  return { ...look.schema.error, greys, seconds: (user + system) / 1e6 };
}

const line = (name, { psnr, deltaE76, deltaE2000, fall, tint, seconds }) =>
  console.log(
    `${name.padEnd(44)} ${psnr.toFixed(2)} dB  dE76 ${deltaE76.toFixed(2)}  dE00 ${deltaE2000.toFixed(2)}  ` +
      `fall ${fall.toFixed(2)}  ${tint === null ? "" : `tint ${tint.toFixed(2)}  `}${seconds.toFixed(1)} s`,
  );

for (const quality of chosenOf("qualities", qualities, FIT_QUALITIES)) {
  for (const size of wholesOf("sizes", sizes)) {
    console.log(`${quality}, ${size} numbers`);
    const rows = [];
    for (const { name, isFilm, read } of chosen) {
      const { psnr, deltaE76, deltaE2000, greys, seconds } = await measure(read, quality, size);
      const row = { psnr, deltaE76: deltaE76.mean, deltaE2000: deltaE2000.mean, ...greys, seconds };
      line(name, row);
      if (isFilm) rows.push(row);
    }
    if (rows.length === 0) continue;
    const means = Object.fromEntries(
      ["psnr", "deltaE76", "deltaE2000", "seconds"].map((name) => [name, mean(rows.map((row) => row[name]))]),
    );
    const worst = (name) => Math.max(...rows.map((row) => row[name] ?? 0));
    line(`mean of ${rows.length} films, worst greys`, { ...means, fall: worst("fall"), tint: worst("tint") });
  }
}
