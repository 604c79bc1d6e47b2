/**
 * How true looks with styles and knobs are, on the film LUTs beside the checkout: node scripts/measure-conditions.mjs
 * Prints, for twelve styles in one file, its bytes, each style beside the same look trained alone, and blends of pairs;
 * and for transforms with a knob that was trained at three settings the error at six between. Takes some five minutes.
 */
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { fitLook, latticeSamples, measureLook, sampleLut } from "synthconv/fit";
import { linearToSrgb, readLut, serializeLook, srgbToLinear } from "synthconv/look";

const folder = fileURLToPath(new URL("../../shared/data/luts/natron-clut/", import.meta.url));

async function hald(file) {
  const { data, info } = await sharp(folder + file)
    .removeAlpha()
    .toColourspace("rgb16")
    .raw({ depth: "ushort" })
    .toBuffer({ resolveWithObject: true });
  const pixels = new Uint16Array(data.buffer, data.byteOffset, data.length / 2);
  return readLut({ pixels, width: info.width, height: info.height }, file).lut;
}

async function measureStyles() {
  const files = readdirSync(folder).filter((file) => file.endsWith(".png"));
  const luts = await Promise.all(files.map(hald));
  const names = files.map((file) => file.slice(file.indexOf("__") + 2, -".png".length));
  const examples = luts.map((lut, nth) => ({
    style: names[nth],
    samples: sampleLut(lut, { seed: 0, count: 2 ** 18 }),
  }));
  const styles = names.map((name) => ({ name }));
  const { look } = await fitLook(examples, { styles, source: "styles" });
  console.log(`${names.length} styles, ${serializeLook(look).length} bytes`);
  const tests = luts.map((lut) => latticeSamples(lut));
  for (const [nth, name] of names.entries()) {
    const { look: alone } = await fitLook([{ samples: examples[nth].samples }], { source: "alone" });
    const own = measureLook(alone, [{ samples: tests[nth] }], "lattice").psnr;
    const { psnr } = measureLook(look, [{ style: name, samples: tests[nth] }], "lattice");
    console.log(`${name}: ${psnr.toFixed(2)} dB, alone ${own.toFixed(2)} dB`);
  }
  const means = [];
  for (let one = 0; one < names.length; one++) {
    for (let other = one + 1; other < names.length; other++) {
      for (const share of [0.25, 0.5, 0.75]) {
        const samples = blended(tests[one], tests[other], share);
        const style = { [names[one]]: share, [names[other]]: 1 - share };
        means.push(measureLook(look, [{ style, samples }], "blend").deltaE2000.mean);
      }
    }
  }
  const mean = means.reduce((sum, value) => sum + value, 0) / means.length;
  console.log(
    `blends of all pairs: deltaE 2000 ${mean.toFixed(3)} in the mean, ${Math.max(...means).toFixed(3)} the worst`,
  );
}

/** Every 61st node of the lattice. */
function blended(one, other, share) {
  const total = one.input.length / 3;
  const count = Math.floor(total / 61);
  const at = (nth) => Math.floor(nth / count) * total + 61 * (nth % count);
  const make = (value) => Float32Array.from({ length: 3 * count }, (_, nth) => value(at(nth)));
  return {
    input: make((node) => one.input[node]),
    target: make((node) => share * one.target[node] + (1 - share) * other.target[node]),
  };
}

const luma = ([red, green, blue]) => 0.2126 * red + 0.7152 * green + 0.0722 * blue;
const TRANSFORMS = {
  exposure: (colour, knob) => colour.map((v) => linearToSrgb(srgbToLinear(v) * 2 ** (2 * knob - 1))),
  gamma: (colour, knob) => colour.map((v) => v ** (2 ** (2 * knob - 1))),
  saturation: (colour, knob) => colour.map((v) => luma(colour) + (v - luma(colour)) * 2 * knob),
  warmth: ([red, green, blue], knob) => [red * 1.25 ** (2 * knob - 1), green, blue * 1.35 ** (1 - 2 * knob)],
};

/** Colours of a lattice of 19^3, or of 41^3 to learn from. */
function transformed(transform, knob, size) {
  const count = size ** 3;
  const input = new Float32Array(3 * count);
  const target = new Float32Array(3 * count);
  for (let nth = 0; nth < count; nth++) {
    const colour = [nth % size, Math.floor(nth / size) % size, Math.floor(nth / size ** 2)].map(
      (v) => v / (size - 1),
    );
    const made = transform(colour, knob);
    for (const channel of [0, 1, 2]) {
      input[channel * count + nth] = colour[channel];
      target[channel * count + nth] = Math.min(1, Math.max(0, made[channel]));
    }
  }
  return { input, target };
}

async function measureKnob(name, transform) {
  const example = (knob, size) => ({ settings: { knob }, samples: transformed(transform, knob, size) });
  const knobs = [{ name: "knob", minimum: 0, maximum: 1, default: 0.5 }];
  const { look } = await fitLook(
    [0, 0.5, 1].map((knob) => example(knob, 41)),
    { knobs, source: "knob" },
  );
  const between = [0.1, 0.2, 0.3, 0.7, 0.8, 0.9];
  const errors = between.map((knob) => measureLook(look, [example(knob, 19)], "between").deltaE2000.mean);
  const mean = errors.reduce((sum, value) => sum + value, 0) / errors.length;
  console.log(
    `${name}: deltaE 2000 ${mean.toFixed(3)}, at each ${errors.map((error) => error.toFixed(2)).join(" ")}`,
  );
}

for (const [name, transform] of Object.entries(TRANSFORMS)) await measureKnob(name, transform);
await measureStyles();
