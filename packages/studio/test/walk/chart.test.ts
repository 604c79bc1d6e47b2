import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { drawChart } from "synthconv/fit";
import { applyNetworkToPlanes, identityCube, lutToHald, parseLook, synthesize } from "synthconv/look";
import { sharp } from "synthconv-cli/internal/photo";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { withStudio } from "../site.js";
import { lookOfSession, PATIENCE, setSteps } from "./steps.js";

type Rgb = readonly [red: number, green: number, blue: number];

const edit = ([red, green, blue]: Rgb): number[] => [0.05 + 0.9 * red ** 0.9, 0.95 * green, 0.1 + 0.8 * blue];

type ColourEdit = (colour: Rgb) => readonly number[];

/** The mean difference of the session's look, in a style of it, to an edit over a lattice of colours, in 255ths. */
async function error(page: Page, of: ColourEdit = edit, style?: string): Promise<number> {
  const look = parseLook(await lookOfSession(page), "session");
  const table = identityCube(9).table;
  const count = table.length / 3;
  const image = Float32Array.from(
    table,
    (_, at) => table[3 * (at % count) + Math.floor(at / count)] as number,
  );
  const output = new Float32Array(image.length);
  applyNetworkToPlanes(synthesize(look, {}, style), image, output);
  let sum = 0;
  for (let nth = 0; nth < count; nth++) {
    const wanted = of([0, 1, 2].map((channel) => image[channel * count + nth]) as unknown as Rgb);
    wanted.forEach((value, channel) => {
      sum += Math.abs(value - (output[channel * count + nth] as number));
    });
  }
  return (255 * sum) / (3 * count);
}

/** The table of an edit. */
function tableOf(of: ColourEdit): Float32Array {
  const { table } = identityCube(16);
  for (let at = 0; at < table.length; at += 3) {
    table.set(of(table.slice(at, at + 3) as unknown as Rgb), at);
  }
  return table;
}

describe("starting without a pair", () => {
  it("with the chart that the page gives, after an app: it is found, and the look has the app's edit", async (context) => {
    const folder = temporaryFolder();
    await withStudio(context, async ({ page }) => {
      await setSteps(page, 400);
      const waiting = page.waitForEvent("download", PATIENCE);
      await page.getByRole("button", { name: "Save the chart" }).click();
      const file = await (await waiting).path();
      const { data, info } = await sharp(await readFile(file))
        .removeAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true });
      expect(Buffer.compare(data, drawChart())).toBe(0);
      const { width, height } = info;
      const edited = new Uint8Array(data.length);
      for (let at = 0; at < data.length; at += 3) {
        const [x, y] = [((at / 3) % width) / width - 0.5, Math.floor(at / 3 / width) / height - 0.5];
        const shade = 1 - 0.5 * (x * x + y * y);
        const colour = [0, 1, 2].map((channel) => (data[at + channel] as number) / 255) as unknown as Rgb;
        edited.set(
          edit(colour).map((value) => Math.round(255 * shade * value)),
          at,
        );
      }
      const back = join(folder, "IMG_0042.jpg");
      await sharp(edited, { raw: { width, height, channels: 3 } })
        .resize(Math.round(width * 0.6))
        .jpeg({ quality: 90 })
        .toFile(back);
      await page.getByLabel("Pick files").setInputFiles(back);
      const card = page.locator("#check").getByRole("article", { name: "IMG_0042.jpg" });
      await card
        .getByText("The chart was found at 60.0 % of its size, upright, with 16,384 patches.")
        .waitFor(PATIENCE);
      await card
        .getByText(
          /^Not of colours, and not in the look: a vignette \(a middle grey by -\d+ of 255 in the corners\)\.$/,
        )
        .waitFor();
      await page.getByText("Finished").waitFor(PATIENCE);
      expect(await error(page)).toBeLessThan(3);
      expect(parseLook(await lookOfSession(page), "session").schema.training?.source).toBe("1 chart");
    });
  });

  it("with tables that are pictures: two are styles, the one that changes nothing is before the other, and a photo alone is refused", async (context) => {
    const folder = temporaryFolder();
    const cold: ColourEdit = ([red, green, blue]) => [0.8 * red, 0.1 + 0.8 * green, 0.2 + 0.8 * blue];
    const write = async (
      name: string,
      pixels: Float32Array,
      width: number,
      height: number,
    ): Promise<string> => {
      const path = join(folder, name);
      const data = Uint8Array.from(pixels, (value) => Math.round(255 * Math.min(1, Math.max(0, value))));
      await sharp(data, { raw: { width, height, channels: 3 } })
        .png()
        .toFile(path);
      return path;
    };
    const halds = [edit, (colour: Rgb) => colour].map((of) =>
      lutToHald({ stages: [{ ...identityCube(16), table: tableOf(of) }] }, 5),
    );
    const [hald, identity] = await Promise.all(
      halds.map(({ pixels, width, height }, at) =>
        write(`${["warm", "hald5"][at]}.png`, pixels, width, height),
      ),
    );
    const table = tableOf(cold);
    const tiles = new Float32Array(table.length);
    for (let node = 0; node < 16 ** 3; node++) {
      const [red, green, blue] = [node % 16, (node >> 4) % 16, node >> 8];
      tiles.set(table.subarray(3 * node, 3 * node + 3), 3 * (green * 256 + blue * 16 + red));
    }
    const strip = await write("cold.png", tiles, 256, 16);
    const noise = join(folder, "noise.png");
    await sharp(
      Uint8Array.from({ length: 3 * 64 * 64 }, (_, at) => (at * 7919) % 251),
      { raw: { width: 64, height: 64, channels: 3 } },
    )
      .png()
      .toFile(noise);
    await withStudio(context, async ({ page }) => {
      const sources = page.getByRole("list", { name: "What the look is learned from" });
      await setSteps(page, 400);
      await page.getByLabel("Pick files").setInputFiles([hald as string, strip]);
      await page.getByText("warm.png is read as a Hald image.").waitFor(PATIENCE);
      await page.getByText("cold.png is read as a LUT strip.").waitFor();
      await page.getByText("they are learned as the styles warm, cold of one look").waitFor();
      await page.getByText("Finished").waitFor(PATIENCE);
      expect(await error(page, edit, "warm")).toBeLessThan(3);
      expect(await error(page, cold, "cold")).toBeLessThan(3);
      expect(await page.getByLabel("Name of the look").inputValue()).toBe("warm + cold");
      await page.locator("#knobs").getByLabel("From warm to cold").waitFor();
      await page.locator("#knobs").getByRole("slider", { name: "Knob amount" }).waitFor();

      await page.getByRole("button", { name: "New" }).click();
      await page.getByLabel("Pick files").setInputFiles([hald as string, identity as string]);
      await expect.poll(() => sources.textContent(), PATIENCE).toContain("hald5.png → warm.png");
      await page.getByText("Finished").waitFor(PATIENCE);
      expect(await error(page)).toBeLessThan(3);

      await page.getByRole("button", { name: "New" }).click();
      await page.getByLabel("Pick files").setInputFiles(noise);
      await page
        .getByText("noise.png: there is no second photo that goes with it, and it is neither a Hald image")
        .waitFor(PATIENCE);
      expect(await page.getByText("Nothing to learn from yet").isVisible()).toBe(true);
    });
  });
});
