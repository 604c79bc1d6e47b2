import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { parseLook, readCube } from "synthconv/look";
import { describe, expect, it } from "vitest";
import { coolCross, mixedLook, warmFade } from "../../src/commands/demo/looks.js";
import { labelSvg, labelWidth } from "../../src/commands/demo/stroke-letters.js";
import { newFolder, start } from "./support.js";

describe("synthconv demo", () => {
  it("learns, writes what it says, and does so twice in a row", async () => {
    const out = join(await newFolder(), "demo");
    const short = ["demo", "--out", out, "--steps", "120"];
    const { exitCode, stdout } = await start(...short).ended;
    expect(exitCode).toBe(0);
    expect(stdout).toContain("A fully connected network 1 - 32 - 32 - 115 read the knob");
    expect(stdout).toContain(`synthconv inspect ${join(out, "look.safetensors")}`);
    const again = await start(...short, "--json").ended;
    expect(again.exitCode).toBe(0);
    const document = JSON.parse(again.stdout);
    expect((await readdir(out)).sort()).toEqual([...document.files].sort());
    // The half that was held out is reproduced at positions of the knob that were not trained on, too.
    expect(document.heldOut.map(({ mix }: { mix: number }) => mix)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    for (const { psnr } of document.heldOut) expect(psnr).toBeGreaterThan(30);
    // A gradient reaches every fully connected layer, at every stage.
    for (const { layers } of document.gradients) {
      expect(layers.map(({ layer }: { layer: string }) => layer)).toEqual([
        "generator.hidden.0",
        "generator.hidden.1",
        "generator.head",
      ]);
      for (const { norm } of layers) expect(norm).toBeGreaterThan(0);
    }
    const look = parseLook(await readFile(join(out, "look.safetensors")), "look.safetensors");
    expect(look.schema.condition.map(({ name }) => name)).toEqual(["mix"]);
    expect(readCube(await readFile(join(out, "mix-0.5.cube")), "mix-0.5.cube").cube?.size).toBe(33);
    const sheet = await sharp(join(out, "contact-sheet.png")).metadata();
    expect(sheet.width).toBeGreaterThan(1500);
    expect(await sharp(join(out, "held-out-mix-0.2.png")).metadata()).toMatchObject({
      width: 256,
      height: 512,
    });
  });
});

describe("the demo's looks", () => {
  it("stay within 0 to 1 and differ from each other", () => {
    for (const look of [warmFade, coolCross]) {
      for (const red of [0, 0.5, 1]) {
        for (const green of [0, 0.5, 1]) {
          for (const blue of [0, 0.5, 1]) {
            for (const value of look([red, green, blue])) {
              expect(value).toBeGreaterThanOrEqual(0);
              expect(value).toBeLessThanOrEqual(1);
            }
          }
        }
      }
    }
    expect(warmFade([0.5, 0.5, 0.5])[0]).toBeGreaterThan(warmFade([0.5, 0.5, 0.5])[2]);
    expect(coolCross([0, 0, 0])[2]).toBeGreaterThan(coolCross([0, 0, 0])[0]);
  });

  it("are the two ends of the knob", () => {
    expect(mixedLook(0)([0.2, 0.4, 0.6])).toEqual(warmFade([0.2, 0.4, 0.6]));
    expect(mixedLook(1)([0.2, 0.4, 0.6])).toEqual(coolCross([0.2, 0.4, 0.6]));
  });
});

describe("the letters of the contact sheet", () => {
  it("draw every character of its labels, in any size", () => {
    const text = "one photograph, one look: fully connected 1 - 32, mix 0.5 (deltaE 2000), 2+ just quiz vw";
    const drawn = labelSvg(text, { x: 0, y: 20, size: 20, colour: "black" });
    expect(drawn.match(/<path/g)).toHaveLength(text.replaceAll(" ", "").length);
    expect(labelWidth(text, 20)).toBeCloseTo(2 * labelWidth(text, 10), 6);
  });

  it("stand where they are anchored", async () => {
    const inkAt = async (anchor: "start" | "middle" | "end") => {
      const label = labelSvg("mix", { x: 100, y: 40, size: 20, colour: "black", anchor });
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="200" height="60">${label}</svg>`;
      const { info } = await sharp(Buffer.from(svg)).trim().toBuffer({ resolveWithObject: true });
      return { left: -(info.trimOffsetLeft ?? 0), width: info.width };
    };
    expect((await inkAt("start")).left).toBeGreaterThanOrEqual(98);
    const { left, width } = await inkAt("middle");
    expect(Math.abs(left + width / 2 - 100)).toBeLessThanOrEqual(2);
    const end = await inkAt("end");
    expect(end.left + end.width).toBeLessThanOrEqual(102);
  });
});
