/** Looks that work in another space than sRGB, and photos that are in another space than the look. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import {
  compareColours,
  convertColours,
  type LookSchema,
  linearToSrgb,
  serializeLook,
  srgbToLinear,
} from "synthconv/look";
import { describe, expect, it } from "vitest";
import { sharedTemporaryFolder } from "../../../../test-support/folders.js";
import { readIccProfile } from "../../src/image/icc-profile.js";
import { displayP3, imageOf, noise, pngWithProfile, samplesOf } from "../image/material.js";
import { run, runJson } from "./support.js";

const folder = sharedTemporaryFolder();
const at = (name: string): string => join(folder, name);
const SIDES = { width: 40, height: 30, channels: 3 };

/** A look that halves every value it reads, exactly. */
function halving(name: string, spaces: Pick<LookSchema, "colourSpace" | "outputSpace">): string {
  const schema: LookSchema = {
    condition: [],
    network: { channels: [3, 3], activation: "relu", residual: false },
    generator: { hidden: [], activation: "relu" },
    ...spaces,
  };
  const head = Float32Array.of(0.5, 0, 0, 0, 0.5, 0, 0, 0, 0.5, 0, 0, 0);
  writeFileSync(at(name), serializeLook({ schema, parameters: new Map([["generator.head.bias", head]]) }));
  return at(name);
}

/** What becomes of codes of 16 bits by float64, planar: from a space to what the look reads, halved, and back. */
function expected(
  data: ArrayLike<number>,
  from: string,
  { colourSpace, outputSpace = colourSpace }: Pick<LookSchema, "colourSpace" | "outputSpace">,
  to: string,
): number[] {
  const count = data.length / 3;
  const colours = Float32Array.from({ length: data.length }, (_, i) => {
    return (data[3 * (i % count) + Math.floor(i / count)] as number) / 65_535;
  });
  convertColours(colours, from, colourSpace);
  colours.forEach((value, i) => {
    colours[i] = value / 2;
  });
  convertColours(colours, outputSpace, to);
  return Array.from({ length: data.length }, (_, i) => {
    const value = colours[(i % 3) * count + Math.floor(i / 3)] as number;
    return Math.round(65_535 * Math.min(1, Math.max(0, value)));
  });
}

async function png(name: string, data: Uint16Array, icc?: Buffer): Promise<string> {
  const picture = { ...SIDES, data };
  const plain = (): Promise<Buffer> => imageOf(picture).png().toBuffer();
  writeFileSync(at(name), await (icc === undefined ? plain() : pngWithProfile(picture, icc)));
  return at(name);
}

function worst(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a, (value, i) => Math.abs(value - (b[i] as number))).reduce(
    (most, gap) => Math.max(most, gap),
    0,
  );
}

async function warningsOf(
  look: string,
  photo: string,
  output: string,
  ...options: string[]
): Promise<string[]> {
  const { document } = await runJson("apply", look, photo, "-o", at(output), ...options);
  return document.photos[0].warnings;
}

const LINEAR = { colourSpace: "linear" };
const LOG = { colourSpace: "arri-logc3" };
const DEVELOPS = { colourSpace: "arri-logc3", outputSpace: "display-p3" };

describe("a look's colour space", () => {
  // Without the darkest: there the profile's numbers of 16 bits tell, and half of a logarithm makes much of them.
  const data = Uint16Array.from(noise(40, 30, 3, 16).data, (code) => 20_000 + Math.floor(0.69 * code));

  // Display P3's own profile says its matrix and curve in 16 bits: its codes are off by up to 3 of 65,535.
  it.each([
    ["linear light", LINEAR, undefined, "srgb", "srgb", 1],
    ["linear light, of a photo in Display P3", LINEAR, displayP3, "display-p3", "display-p3", 12],
    ["a logarithm", LOG, undefined, "srgb", "srgb", 1],
    ["a logarithm, of a photo in Display P3", LOG, displayP3, "display-p3", "display-p3", 32],
  ] as const)("%s is what a photo is converted to, and back", async (name, spaces, icc, from, to, most) => {
    const look = halving(`${name}.safetensors`, spaces);
    const photo = await png("photo.png", data, await icc?.());
    const output = at("out.png");
    expect((await run("apply", look, photo, "-o", output, "--force")).exitCode).toBe(0);
    expect(worst((await samplesOf(output)).data, expected(data, from, spaces, to))).toBeLessThanOrEqual(most);
  });

  it("is taken from a tag-less photo as --input-space says, whose codes are then not touched on the way", async () => {
    const look = halving("log.safetensors", LOG);
    const photo = await png("log.png", data);
    expect(await warningsOf(look, photo, "log-out.png", "--input-space", "arri-logc3")).toEqual([]);
    const { data: halves } = await samplesOf(at("log-out.png"));
    expect(
      worst(
        halves,
        Array.from(data, (code) => code / 2),
      ),
    ).toBeLessThanOrEqual(0.5);
  });

  it("is guessed as sRGB with a warning where nobody says it, and not where the photo or the option does", async () => {
    const look = halving("log.safetensors", LOG);
    const photo = await png("photo.png", data);
    expect(await warningsOf(look, photo, "a.png")).toEqual([
      "it does not say what its colours are, and they are taken as sRGB; the look is made for ARRI LogC3 (EI 800), Wide " +
        "Gamut 3: if they are that, give --input-space arri-logc3",
    ]);
    expect(await warningsOf(look, photo, "b.png", "--input-space", "srgb")).toEqual([]);
    const tagged = await png("tagged.png", data, await displayP3());
    expect(await warningsOf(look, tagged, "c.png")).toEqual([]);
  });

  it("converts what it is given where it writes another one: an untagged photo is then written in that, with its profile", async () => {
    const look = halving("develops.safetensors", DEVELOPS);
    const photo = await png("flat.png", data);
    await run("apply", look, photo, "-o", at("shown.png"), "--input-space", "arri-logc3");
    const { data: shown } = await samplesOf(at("shown.png"));
    expect(
      worst(
        shown,
        Array.from(data, (code) => code / 2),
      ),
    ).toBeLessThanOrEqual(0.5);
    const { icc } = await sharp(at("shown.png")).metadata();
    expect(readIccProfile(icc as Buffer)?.kind).toBe("matrix");
    // Another camera's footage is converted to what the look reads.
    await run("apply", look, photo, "-o", at("sony.png"), "--input-space", "sony-slog3");
    const { data: sony } = await samplesOf(at("sony.png"));
    expect(worst(sony, expected(data, "sony-slog3", DEVELOPS, "display-p3"))).toBeLessThanOrEqual(1);
  });

  it("leaves a photo's bytes alone at strength 0", async () => {
    const look = halving("develops.safetensors", DEVELOPS);
    const photo = await png("flat.png", data);
    await run("apply", look, photo, "-o", at("zero.png"), "--input-space", "sony-slog3", "--strength", "0");
    expect(readFileSync(at("zero.png")).equals(readFileSync(photo))).toBe(true);
  });

  it("is said by inspect, and in the files of bake and export", async () => {
    const look = halving("develops.safetensors", DEVELOPS);
    const words = "ARRI LogC3 (EI 800), Wide Gamut 3";
    expect((await run("inspect", look)).stdout).toContain(`${words}, to Display P3`);
    const { document } = await runJson("bake", look, "-o", at("d.cube"), "--size", "9", "--force");
    expect(document).toMatchObject({ colourSpace: "arri-logc3", outputSpace: "display-p3" });
    expect(readFileSync(at("d.cube"), "utf8")).toContain(`reads ${words}, writes Display P3`);
    await run("export", look, "-o", at("d.glsl"), "--force");
    expect(readFileSync(at("d.glsl"), "utf8")).toContain(`reads ${words}, writes Display P3`);
  });

  it("holds more than the file: what is cut off is counted, and warned about", async () => {
    const schema = {
      condition: [],
      network: { channels: [3, 3], activation: "relu", residual: false },
    } as const;
    // Three quarters of the photo become 1.6 times as light, which sRGB's white cuts off; a quarter stays below it.
    const head = Float32Array.of(1.6, 0, 0, 0, 1.6, 0, 0, 0, 1.6, 0, 0, 0);
    const generator = { hidden: [], activation: "relu" } as const;
    const lightening = (name: string, spaces: Pick<LookSchema, "colourSpace">): string => {
      const parameters = new Map([["generator.head.bias", head]]);
      writeFileSync(at(name), serializeLook({ schema: { ...schema, generator, ...spaces }, parameters }));
      return at(name);
    };
    const look = lightening("light.safetensors", LINEAR);
    const photo = await png(
      "bright.png",
      Uint16Array.from({ length: 3600 }, (_, i) => (Math.floor(i / 3) % 4 === 0 ? 30_000 : 60_000)),
    );
    const { stderr } = await run("apply", look, photo, "-o", at("bright-out.png"), "--input-space", "srgb");
    expect(stderr).toBe(
      `synthconv apply: warning: ${photo}: 75 % of its pixels become colours that the file does not hold (lighter than ` +
        "its white, or of a wider gamut) and are cut off there\n",
    );
    const { document } = await runJson(
      "apply",
      look,
      photo,
      "-o",
      at("c.png"),
      "--input-space",
      "srgb",
      "--force",
    );
    expect(document.photos[0].clipped).toBe(0.75);
    // What was white before has lost nothing.
    const white = await png("white.png", new Uint16Array(3600).fill(65_535));
    const second = await runJson("apply", look, white, "-o", at("w.png"), "--input-space", "srgb");
    expect(second.document.photos[0]).toMatchObject({ clipped: 0, warnings: [] });
    // Of what is not converted it is told, and no warning is given: a contrasty look means its ends.
    const plain = await runJson(
      "apply",
      lightening("plain.safetensors", { colourSpace: "srgb" }),
      photo,
      "-o",
      at("p.png"),
    );
    expect(plain.document.photos[0]).toMatchObject({ clipped: 0.75, warnings: [] });
    // A wider profile holds the gamut that sRGB does not, and nothing of it is lost on the way.
    const wide = await png("wide.png", data, await displayP3());
    const third = await runJson("apply", halving("half.safetensors", LINEAR), wide, "-o", at("v.png"));
    expect(third.document.photos[0].clipped).toBe(0);
  });

  it("is what inspect's page applies the look in, and its pictures are what a display shows", async () => {
    const look = halving("linear.safetensors", LINEAR);
    const grey = await png("grey.png", new Uint16Array(3600).fill(40_000));
    await run(
      "inspect",
      look,
      "--html",
      at("page.html"),
      "--photo",
      grey,
      "--input-space",
      "srgb",
      "--force",
    );
    const texts = [...readFileSync(at("page.html"), "utf8").matchAll(/jpeg;base64,([^"]+)"/g)];
    const means = await Promise.all(
      texts.map(
        async ([, text = ""]) => (await sharp(Buffer.from(text, "base64")).stats()).channels[0]?.mean,
      ),
    );
    const half = 255 * linearToSrgb(srgbToLinear(40_000 / 65_535) / 2);
    expect(means).toEqual([expect.closeTo((255 * 40_000) / 65_535, -0.5), expect.closeTo(half, -0.5)]);
    const alone = await run("inspect", look, "--html", at("x.html"), "--input-space", "srgb");
    expect(alone.stderr).toContain("--input-space: expected --photo beside it");
  });

  it("is what compare takes photos for, PSNR of whose codes it prints, and differences of what is seen", async () => {
    const one = await png("one.png", data);
    const other = await png(
      "other.png",
      data.map((code) => code - 1_000),
    );
    const log = await runJson("compare", one, other, "--input-space", "arri-logc3");
    expect(log.document).toMatchObject({ space: "arri-logc3" });
    expect(log.document.psnr).toBeCloseTo(-20 * Math.log10(1_000 / 65_535), 3);
    const shown = [data, data.map((code) => code - 1_000)].map((codes) => {
      const colours = Float32Array.from(codes, (_, i) => {
        return (codes[3 * (i % 1_200) + Math.floor(i / 1_200)] as number) / 65_535;
      });
      convertColours(colours, "arri-logc3", "srgb");
      return colours.map((value) => Math.min(1, Math.max(0, value)));
    });
    const [a, b] = shown as [Float32Array, Float32Array];
    expect(log.document.deltaE2000.mean).toBeCloseTo(compareColours(a, b, "planar").deltaE2000.mean, 3);
    const linear = await runJson("compare", one, other, "--working-space", "linear");
    const squares = Array.from(data, (code) => {
      return (srgbToLinear(code / 65_535) - srgbToLinear((code - 1_000) / 65_535)) ** 2;
    });
    const mean = squares.reduce((sum, square) => sum + square) / squares.length;
    expect(linear.document.psnr).toBeCloseTo(-10 * Math.log10(mean), 2);
  });

  it("is refused by a wrong name, with the one that is near", async () => {
    const look = halving("log.safetensors", LOG);
    const photo = await png("photo.png", data);
    const { exitCode, stderr } = await run("apply", look, photo, "-o", at("n.png"), "--input-space", "logc3");
    expect(exitCode).toBe(2);
    expect(stderr).toContain("--input-space: expected one of srgb, display-p3,");
    expect(stderr).toContain('received "logc3". Did you mean arri-logc3?');
  });
});
