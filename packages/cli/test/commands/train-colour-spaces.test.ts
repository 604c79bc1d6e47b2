/** Training on photos that are in another space than sRGB, and looks that remember it. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { convertColours, parseLook } from "synthconv/look";
import { describe, expect, it } from "vitest";
import { sharedTemporaryFolder } from "../../../../test-support/folders.js";
import { imageOf, noise } from "../image/material.js";
import { run, runJson } from "./support.js";
import { SMALL, writeDarkCube } from "./training.js";

const folder = sharedTemporaryFolder();
const at = (name: string): string => join(folder, name);

async function png(name: string, data: Uint16Array): Promise<string> {
  await imageOf({ data, width: 40, height: 30, channels: 3 }).png().toFile(at(name));
  return at(name);
}

describe("training in a colour space", () => {
  const flat = Uint16Array.from(noise(40, 30, 3, 16).data, (code) => 20_000 + Math.floor(code / 4));

  it("reads photos before and after as they are said to be, and the look remembers it", async () => {
    const before = await png("before.png", flat);
    const shown = Float32Array.from(
      flat,
      (_, i) => (flat[3 * (i % 1200) + Math.floor(i / 1200)] as number) / 65_535,
    );
    convertColours(shown, "arri-logc3", "srgb");
    const after = await png(
      "after.png",
      Uint16Array.from(flat, (_, i) => {
        const value = shown[(i % 3) * 1200 + Math.floor(i / 3)] as number;
        return Math.round(65_535 * Math.min(1, Math.max(0, value)));
      }),
    );
    const look = at("trained.safetensors");
    const pair = ["train", "--before", before, "--after", after, "-o", look, ...SMALL, "--force"];
    const spaces = ["--input-space", "arri-logc3", "--output-space", "srgb"];
    const { document } = await runJson(...pair, ...spaces);
    expect(document).toMatchObject({ colourSpace: "arri-logc3", outputSpace: "srgb" });
    expect(parseLook(readFileSync(look), look).schema).toMatchObject({
      colourSpace: "arri-logc3",
      outputSpace: "srgb",
    });
    // Both in the working space: the edit is then none.
    const same = await runJson(...pair, ...spaces, "--working-space", "srgb");
    expect(same.document.outputSpace).toBe("srgb");
    expect(same.document.error.psnr).toBeGreaterThan(33);
  });

  it("is refused where nothing could be converted", async () => {
    const lut = await writeDarkCube(at("dark.cube"));
    const output = at("x.safetensors");
    const cases: readonly (readonly [args: readonly string[], message: string])[] = [
      [
        [lut, "--input-space", "linear", "--working-space", "srgb"],
        "expected srgb, the working space, beside a LUT, received linear",
      ],
      [
        ["--chart", "chart.png", "--working-space", "linear"],
        "a chart: expected srgb, which its colours are, received linear. Leave",
      ],
      [["--recipe", "looks.json", "--working-space", "linear"], "expected it in the recipe, as workingSpace"],
      [[lut, "--working-space", "linear", "--protect", "skin"], "expected monotone alone in linear light"],
    ];
    for (const [args, message] of cases) {
      const { exitCode, stderr } = await run("train", ...args, "-o", output);
      expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining(message) });
    }
  });

  it("can be said in a recipe, where a wrong name is refused by its line", async () => {
    await writeDarkCube(at("dark.cube"));
    const recipe = at("looks.json");
    writeFileSync(recipe, '{ "workingSpace": "acescct",\n  "examples": [{ "lut": "dark.cube" }] }');
    const { document } = await runJson("train", "--recipe", recipe, "-o", at("r.safetensors"), ...SMALL);
    expect(document.colourSpace).toBe("acescct");
    writeFileSync(recipe, '{ "examples": [{ "lut": "dark.cube" }],\n  "outputSpace": "rec709" }');
    const { stderr } = await run("train", "--recipe", recipe, "-o", at("s.safetensors"));
    expect(stderr).toContain("looks.json:2 outputSpace: expected");
  });
});
