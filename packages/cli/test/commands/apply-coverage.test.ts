/** Colours that a look was not trained on: said of every photo that has many of them. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { type Look, parseLook, serializeLook } from "synthconv/look";
import { beforeAll, describe, expect, it } from "vitest";
import { sharedTemporaryFolder } from "../../../../test-support/folders.js";
import { run, runJson } from "./support.js";

describe("what a look has not seen", () => {
  const folder = sharedTemporaryFolder();
  const at = (name: string): string => join(folder, name);
  const look = at("dark.safetensors");

  /** A photo whose left part is dark and whose right part, `share` of it, is of another colour. */
  async function photo(
    name: string,
    share: number,
    other: readonly number[],
    alpha?: number,
  ): Promise<string> {
    const [width, height, channels] = [100, 40, alpha === undefined ? 3 : 4] as const;
    const data = Buffer.alloc(width * height * channels);
    for (let i = 0; i < width * height; i++) {
      const isOther = i % width >= width * (1 - share);
      const dark = [i % 60, (7 * i) % 60, (13 * i) % 60];
      for (let channel = 0; channel < 3; channel++)
        data[channels * i + channel] = (isOther ? other : dark)[channel] as number;
      if (alpha !== undefined) data[4 * i + 3] = isOther ? alpha : 255;
    }
    await sharp(data, { raw: { width, height, channels } }).toFile(at(name));
    return at(name);
  }

  beforeAll(async () => {
    const before = await photo("before.png", 0, []);
    const after = at("after.png");
    await sharp(before).linear(1.5, 10).toFile(after);
    const { exitCode, stderr } = await run(
      "train",
      "--before",
      before,
      "--after",
      after,
      "-o",
      look,
      "--steps",
      "5",
    );
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  });

  it("is said with its share, and the document has it for every photo", async () => {
    const bright = await photo("bright.png", 0.25, [250, 240, 20]);
    const { stderr } = await run("apply", look, bright, "-o", at("a.png"));
    expect(stderr).toBe(
      `synthconv apply: warning: ${bright}: 25 % of its pixels have colours that the look was not trained on: ` +
        "there it is a guess. Look at them, or train with photos that have such colours\n",
    );
    const { document } = await runJson("apply", look, bright, "-o", at("b.png"));
    expect(document.photos[0].unseen).toBe(0.25);
  });

  it.each([
    ["of the trained kind", "same.png", 0, [0, 0, 0], undefined],
    ["with a few pixels of others", "few.png", 0.01, [250, 240, 20], undefined],
    ["whose other colours are invisible", "clear.png", 0.5, [250, 240, 20], 0],
  ] as const)("is not said of a photo %s", async (_what, name, share, other, alpha) => {
    const path = await photo(name, share, other, alpha);
    const { exitCode, stderr } = await run("apply", look, path, "-o", at(`out-${name}`));
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  });

  it("is measured in sRGB, whatever the photo's own space", async () => {
    const wide = at("wide.png");
    await sharp(await photo("source.png", 0.5, [250, 240, 20]))
      .withIccProfile("p3")
      .toFile(wide);
    const { document } = await runJson("apply", look, wide, "-o", at("wide-out.png"));
    expect(document.photos[0].unseen).toBeCloseTo(0.5, 6);
  });

  it("is nothing for a look without that record, as older builds wrote them", async () => {
    const { schema, parameters }: Look = parseLook(readFileSync(look), "look");
    const { coverage, ...rest } = schema;
    expect(coverage).toBeDefined();
    writeFileSync(at("old.safetensors"), serializeLook({ schema: rest, parameters }));
    const { document } = await runJson("apply", at("old.safetensors"), at("bright.png"), "-o", at("old.png"));
    expect(document.photos[0]).toMatchObject({ unseen: null, warnings: [] });
  });

  it("is told by inspect", async () => {
    const { stdout } = await run("inspect", look);
    expect(stdout).toMatch(
      /colours +trained on those of [1-9] % of the cube of all colours; the rest is a guess\n/,
    );
    expect((await runJson("inspect", look)).document.coverage.cells).toHaveLength(684);
  });
});
