import { join } from "node:path";
import sharp from "sharp";
import { parseLook, synthesize } from "synthconv/look";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { uniformNumbers } from "../../../../test-support/numbers.js";
import { withStudio } from "../site.js";
import { lookOfSession, PATIENCE, setSteps } from "./steps.js";

const WIDTH = 60;
const HEIGHT = 40;

async function write(path: string, factor: number): Promise<string> {
  const numbers = uniformNumbers(3 * WIDTH * HEIGHT, "teach");
  const data = Uint8Array.from(numbers, (value) => Math.round(200 * factor * value));
  await sharp(data, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
    .png()
    .toFile(path);
  return path;
}

/** What becomes of a middle grey, in 255ths. */
function greyUnder(file: Uint8Array, values: Readonly<Record<string, number>>): number {
  const { layers, residual } = synthesize(parseLook(file, "session"), values);
  let colour = [0.4, 0.4, 0.4];
  const input = colour;
  for (const { inputs, outputs, weight, bias, activation } of layers) {
    const read = colour;
    colour = Array.from({ length: outputs }, (_, output) => {
      let sum = bias?.[output] ?? 0;
      for (let at = 0; at < inputs; at++)
        sum += (weight[output * inputs + at] as number) * (read[at] as number);
      return activation === "relu" ? Math.max(0, sum) : sum;
    });
  }
  return 255 * ((colour[1] as number) + (residual ? (input[1] as number) : 0));
}

describe("teaching a knob", () => {
  it("by pairs at their settings gives a look whose slider goes from one edit to the other, and resets", async (context) => {
    const folder = temporaryFolder();
    const files = [
      await write(join(folder, "dim.png"), 1),
      await write(join(folder, "dim-edited.png"), 0.6),
      await write(join(folder, "light.png"), 1),
      await write(join(folder, "light-edited.png"), 1.2),
    ];
    await withStudio(context, async ({ page }) => {
      await setSteps(page, 400);
      await page.getByLabel("Pick files").setInputFiles(files);
      await page.getByText("Finished").waitFor(PATIENCE);
      const knobs = page.locator("#knobs");
      await knobs.getByText("Teach a knob").click();
      await knobs.getByLabel("Name of knob 1").fill("light");
      await knobs.getByLabel("light of dim-edited.png").fill("0");
      await knobs.getByLabel("light of light-edited.png").fill("1");
      await knobs.getByRole("button", { name: "Learn with these knobs" }).click();
      await page.getByText("Finished").waitFor({ ...PATIENCE, state: "detached" });
      await page.getByText("Finished").waitFor(PATIENCE);
      const slider = knobs.getByRole("slider", { name: "Knob light" });
      const since = Date.now();
      await slider.fill("0");
      await knobs.getByRole("button", { name: "Reset Knob light" }).click();
      expect(await slider.inputValue()).toBe("1");
      const look = await lookOfSession(page, since);
      expect(Math.abs(greyUnder(look, { light: 0 }) - 0.6 * 102)).toBeLessThan(5);
      expect(Math.abs(greyUnder(look, { light: 1 }) - 1.2 * 102)).toBeLessThan(5);
      const between = greyUnder(look, { light: 0.5 });
      expect(between).toBeGreaterThan(0.6 * 102 + 10);
      expect(between).toBeLessThan(1.2 * 102 - 10);
    });
  });
});
