import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fitLook, samplePair } from "synthconv/fit";
import { parseLook, setBackend, writeCube } from "synthconv/look";
import { sharp } from "synthconv-cli/internal/photo";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { uniformNumbers } from "../../../../test-support/numbers.js";
import { withStudio } from "../site.js";
import { lookOfSession, PATIENCE, setSteps } from "./steps.js";

/** A photo of noise in large spots, and the same brighter and warmer, as PNG files. */
async function writePair(
  folder: string,
  width = 96,
  height = 64,
): Promise<{ before: string; after: string }> {
  const noise = uniformNumbers(3 * width * height, "spots");
  const pixels = Uint8Array.from(noise, (value) => 255 * value);
  const edited = pixels.map((value, at) => Math.min(255, 20 + value * (0.9 - 0.15 * (at % 3))));
  const write = async (name: string, data: Uint8Array): Promise<string> => {
    const path = join(folder, name);
    await sharp(data, { raw: { width, height, channels: 3 } })
      .png()
      .toFile(path);
    return path;
  };
  return { before: await write("spots.png", pixels), after: await write("spots-edited.png", edited) };
}

describe("starting", () => {
  it("with a pair that is picked: the look has the bits that Node gives on the plain build", async (context) => {
    const { before, after } = await writePair(temporaryFolder());
    await withStudio(context, async ({ page }) => {
      await setSteps(page, 40);
      await page.getByLabel("Same bits on every machine").check();
      await page.getByLabel("Pick files").setInputFiles([after, before]);
      await page.getByText("Finished").waitFor(PATIENCE);
      expect(await page.getByRole("list", { name: "What the look is learned from" }).textContent()).toContain(
        "spots.png → spots-edited.png",
      );
      const look = parseLook(await lookOfSession(page), "session");

      setBackend("plain");
      try {
        const [a, b] = await Promise.all(
          [before, after].map((path) => sharp(path).ensureAlpha().raw().toBuffer()),
        );
        const view = (data: Buffer) => ({
          width: 96,
          height: 64,
          channels: 4 as const,
          data: new Uint8Array(data),
        });
        const { training } = samplePair(view(a as Buffer), view(b as Buffer), {
          seed: 0,
          index: 0,
          limit: 2 ** 18,
        });
        const { look: own } = await fitLook(
          [
            { samples: training, balance: true },
            { samples: { input: training.input, target: training.input }, settings: { amount: 0 } },
          ],
          {
            knobs: [{ name: "amount", minimum: 0, maximum: 1, default: 1 }],
            ...{ channels: 16, generator: { hidden: [32, 32] }, steps: 40, seed: 0, source: "test" },
          },
        );
        expect([...look.parameters.keys()]).toEqual([...own.parameters.keys()]);
        for (const [name, values] of own.parameters) expect(look.parameters.get(name), name).toEqual(values);
      } finally {
        setBackend(undefined);
      }
    });
  });

  it("with a LUT, which is learned on a photo of the studio's own, and with the look that came of it", async (context) => {
    const folder = temporaryFolder();
    const cube = join(folder, "Warm.CUBE");
    const table = Float32Array.from(
      { length: 3 * 27 },
      (_, at) => ((Math.floor(at / 3 / 3 ** (at % 3)) % 3) / 2) ** 0.8,
    );
    const stage = { kind: "lut3d", size: 3, table, domainMin: [0, 0, 0], domainMax: [1, 1, 1] } as const;
    await writeFile(cube, writeCube({ stages: [stage] }));
    await withStudio(context, async ({ page }) => {
      // Its files were looked at when it begins to learn.
      await setSteps(page, 100_000);
      await page.getByLabel("Pick files").setInputFiles(cube);
      await page.getByText("Learning", { exact: true }).waitFor(PATIENCE);
      expect(await page.getByText(/^Looking at/).count()).toBe(0);
      await page.getByRole("button", { name: "New" }).click();
      await setSteps(page, 40);
      await page.getByLabel("Pick files").setInputFiles(cube);
      await page.getByText("Finished").waitFor(PATIENCE);
      expect(await page.getByLabel("Name of the look").inputValue()).toBe("Warm");
      const file = join(folder, "taken.safetensors");
      await writeFile(file, await lookOfSession(page));
      await page.getByRole("button", { name: "New" }).click();
      await page.getByLabel("Pick files").setInputFiles(file);
      await expect.poll(() => page.getByLabel("Name of the look").inputValue()).toBe("taken");
      expect((await readFile(file)).length).toBeGreaterThan(1000);
    });
  });

  it("with what cannot be used: each file has its sentence, and the session is as it was", async (context) => {
    const folder = temporaryFolder();
    const { before } = await writePair(folder);
    const write = async (name: string, text: string): Promise<string> => {
      await writeFile(join(folder, name), text);
      return join(folder, name);
    };
    const files = [
      before,
      await write("notes.txt", "no photo"),
      await write("cut.cube", "LUT_3D_SIZE 2\n0 0 0\n"),
      await write("cut.safetensors", "{}"),
      await write("broken.png", "\x89PNG\r\n"),
    ];
    await withStudio(context, async ({ page, errors }) => {
      await page.getByLabel("Pick files").setInputFiles(files);
      const refusals = page.getByRole("alert").getByRole("listitem");
      await expect.poll(() => refusals.count(), PATIENCE).toBe(5);
      const sentences = await refusals.allTextContents();
      for (const name of ["spots.png", "notes.txt", "cut.cube", "cut.safetensors", "broken.png"]) {
        expect(
          sentences.filter((one) => one.includes(name)),
          name,
        ).toHaveLength(1);
      }
      expect(await page.getByText("Nothing to learn from yet").isVisible()).toBe(true);
      expect(errors).toEqual([]);
    });
  });
});
