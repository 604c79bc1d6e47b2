import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { fitLook, matchPair, samplePair } from "synthconv/fit";
import { parseLook, setBackend } from "synthconv/look";
import { sharp } from "synthconv-cli/internal/photo";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { uniformNumbers } from "../../../../test-support/numbers.js";
import { accessibilityFaults, withStudio } from "../site.js";
import { lookOfSession, PATIENCE, setSteps } from "./steps.js";

const WIDTH = 300;
const HEIGHT = 200;

type Rgb = readonly [red: number, green: number, blue: number];
type Edit = (colour: Rgb, x: number, y: number) => readonly number[];

/** Waves of many lengths: every place has its own neighbourhood, and every colour stands at many places. */
function scene(x: number, y: number, phase = 0): Rgb {
  const wave = (often: number, along: number, across: number): number =>
    Math.sin(often * (x * along + y * across) + phase + often);
  return [0, 1, 2].map((channel) => {
    const far = wave(0.021 + 0.004 * channel, 1, 0.6) + wave(0.033, -0.5, 1);
    const near = wave(0.13 + 0.03 * channel, 0.9, -0.7) + wave(0.29, 0.6, 1);
    return 0.5 + 0.05 * far + 0.09 * near;
  }) as unknown as Rgb;
}

const warm: Edit = ([red, green, blue]) => [0.08 + 0.9 * red ** 0.8, 0.04 + 0.9 * green, 0.85 * blue ** 1.2];

interface Drawn {
  readonly left?: number;
  readonly width?: number;
  readonly height?: number;
  readonly phase?: number;
}

async function write(
  path: string,
  edit: Edit,
  { left = 0, width = WIDTH, height = HEIGHT, phase = 0 }: Drawn = {},
): Promise<string> {
  const data = new Uint8Array(3 * width * height);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 3) {
      const colour = scene((x * WIDTH) / width + left, (y * HEIGHT) / height, phase);
      data.set(
        edit(colour, x / width, y / height).map((value) => Math.round(255 * Math.min(1, Math.max(0, value)))),
        at,
      );
    }
  }
  await sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(path);
  return path;
}

/** A brush over a disc. */
const brushed: Edit = (colour, x, y) => {
  const [red = 0, green = 0, blue = 0] = warm(colour, x, y);
  return Math.hypot(1.5 * (x - 0.3), y - 0.5) < 0.14
    ? [red - 0.25, green + 0.1, blue + 0.3]
    : [red, green, blue];
};

const vignetted: Edit = (colour, x, y) => {
  const shade = 1 - 1.2 * ((x - 0.5) ** 2 + (y - 0.5) ** 2);
  return warm(colour, x, y).map((value) => shade * value);
};

function cardOf(page: Page, name: string): Locator {
  return page.locator("#check").getByRole("article", { name });
}

/** A number beside its name, in per cent. */
async function share(card: Locator, name: string): Promise<number> {
  const text = await card.locator(".numbers div", { hasText: name }).locator("dd").textContent();
  return Number.parseFloat(text ?? "");
}

/** Of the map: how opaque it is in the mean within a circle of the photo, and outlined pixels. */
async function mapAt(card: Locator, x: number, y: number): Promise<{ opacity: number; outlined: number }> {
  return await card.locator("canvas.layer").evaluate(
    (canvas: HTMLCanvasElement, [across, down]) => {
      const data = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
      let [sum, count, outlined] = [0, 0, 0];
      for (let at = 0; at < data.length; at += 4) {
        const pixel = at / 4;
        const [column, row] = [
          (pixel % canvas.width) / canvas.width,
          Math.floor(pixel / canvas.width) / canvas.height,
        ];
        if (data[at] === 0 && data[at + 1] === 255 && data[at + 2] === 255) outlined++;
        if (Math.hypot(column - across, row - down) > 0.06) continue;
        sum += (data[at + 3] as number) / 255;
        count++;
      }
      return { opacity: sum / count, outlined };
    },
    [x, y] as const,
  );
}

describe("the check of pairs", () => {
  it("says how each lies and what of its edit is not colour, with a map, and refuses what is no pair", async (context) => {
    const folder = temporaryFolder();
    const as = (name: string): string => join(folder, name);
    const files = [
      await write(as("plain.png"), (colour) => colour),
      await write(as("plain-edited.png"), warm),
      await write(as("corner.png"), (colour) => colour),
      await write(as("corner-edited.png"), vignetted),
      await write(as("small.png"), (colour) => colour),
      await write(as("small-edited.png"), warm, { width: 150, height: 100 }),
      await write(as("other.png"), (colour) => colour),
      await write(as("other-edited.png"), warm, { width: 90, height: 150, phase: 2 }),
    ];
    await withStudio(context, async ({ page }) => {
      await setSteps(page, 20);
      await page.getByLabel("Pick files").setInputFiles(files);
      const plain = cardOf(page, "plain.png → plain-edited.png");
      await plain.getByText("The two lie on each other.").waitFor(PATIENCE);
      await plain.getByText("The edit is colour: equal colours became equal colours.").waitFor();
      const corner = cardOf(page, "corner.png → corner-edited.png");
      await corner
        .getByText(/^[1-9]\d\.\d % of the change depend on more than the colour before/)
        .waitFor(PATIENCE);
      // Corners are darker than the best map says, the middle is brighter, and there is a ring where it is right.
      const [ring, edge] = [await mapAt(corner, 0.79, 0.79), await mapAt(corner, 0.05, 0.05)];
      expect(edge.opacity).toBeGreaterThan(ring.opacity + 0.2);
      expect(await share(corner, "Of it by the place")).toBeGreaterThan(70);
      const small = cardOf(page, "small.png → small-edited.png");
      await small
        .getByText("The photo after lies on the photo before at 50.0 % of the size")
        .waitFor(PATIENCE);
      const other = cardOf(page, "other.png → other-edited.png");
      await expect
        .poll(() => other.getByRole("alert").textContent(), PATIENCE)
        .toMatch(/^other-edited\.png: expected 300 x 200 pixels, as other\.png has, .* received 90 x 150/);
      await expect
        .poll(() => page.locator("#learn").getByRole("alert").textContent(), PATIENCE)
        .toContain("other-edited.png: expected 300 x 200 pixels");
      expect(await accessibilityFaults(page)).toEqual([]);
      await page.getByRole("button", { name: "Remove other.png → other-edited.png" }).click();
      await page.getByRole("button", { name: "Start again" }).click();
      await page.getByText("Finished").waitFor(PATIENCE);
      await plain.getByLabel("Show the map over the photo").uncheck();
      expect(await plain.locator("canvas.layer").count()).toBe(0);
    });
  });

  it("aligns and masks what is learned from: a shifted and brushed pair gives the bits that Node gives", async (context) => {
    const folder = temporaryFolder();
    const before = await write(join(folder, "brush.png"), (colour) => colour);
    const after = await write(join(folder, "brush-edited.png"), brushed, { left: 6 });
    await withStudio(context, async ({ page }) => {
      await setSteps(page, 40);
      await page.getByLabel("Same bits on every machine").check();
      await page.getByLabel("Pick files").setInputFiles([before, after]);
      const card = cardOf(page, "brush.png → brush-edited.png");
      await card
        .getByText(/shifted by -6\.0, 0\.0 pixels, showing 9\d\.\d % of it; the two were aligned/)
        .waitFor(PATIENCE);
      await card.getByText(/^\d+\.\d % of the photo is left out, outlined on the map/).waitFor();
      const brush = await mapAt(card, 0.3, 0.5);
      expect(brush.outlined).toBeGreaterThan(20);
      expect(brush.opacity).toBeGreaterThan(0.8);
      expect((await mapAt(card, 0.8, 0.5)).opacity).toBeLessThan(0.2);
      expect(await share(card, "Of it in what is left out")).toBeGreaterThan(95);
      await page.getByText("Finished").waitFor(PATIENCE);
      await page.getByText("To the photo before (the edit lies elsewhere), ΔE 2000").waitFor(PATIENCE);
      const look = parseLook(await lookOfSession(page), "session");

      const view = async (path: string) => {
        const data = await sharp(path).ensureAlpha().raw().toBuffer();
        return { width: WIDTH, height: HEIGHT, channels: 4 as const, data: new Uint8Array(data) };
      };
      const pair = matchPair(await view(before), await view(after));
      expect(pair.record).toMatchObject({ aligned: true });
      const { training } = samplePair(pair.before, pair.after, { seed: 0, index: 0, limit: 2 ** 18 });
      setBackend("plain");
      try {
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
        for (const [name, values] of own.parameters) expect(look.parameters.get(name), name).toEqual(values);
      } finally {
        setBackend(undefined);
      }
    });
  });

  it("measures pairs of more than two megapixels in their own pixels, moved and of two sizes", async (context) => {
    const [width, height] = [2000, 1400];
    const dots = Uint8Array.from(uniformNumbers(3 * 260 * 180, "dots"), (value) => 40 + 170 * value);
    const whole = await sharp(dots, { raw: { width: 260, height: 180, channels: 3 } })
      .resize(width + 20, height + 20, { kernel: "cubic", fit: "fill" })
      .png({ compressionLevel: 1 })
      .toBuffer();
    const part = (left: number, top: number) => sharp(whole).extract({ left, top, width, height });
    const after = (left: number, top: number) => part(left, top).linear([0.9, 0.85, 0.8], [12, 8, 4]);
    const folder = temporaryFolder();
    const files: string[] = [];
    for (const [name, photo] of [
      ["moved", part(10, 10)],
      ["moved-edited", after(16, 6)],
      ["half", part(10, 10)],
      ["half-edited", sharp(await after(10, 10).png().toBuffer()).resize(width / 2, height / 2)],
    ] as const) {
      files.push(join(folder, `${name}.png`));
      await photo.png({ compressionLevel: 1 }).toFile(join(folder, `${name}.png`));
    }
    await withStudio(context, async ({ page }) => {
      await setSteps(page, 20);
      await page.getByLabel("Pick files").setInputFiles(files);
      const moved = cardOf(page, "moved.png → moved-edited.png");
      await moved.getByText(/ shifted by -[56]\.\d, [34]\.\d pixels/).waitFor(PATIENCE);
      expect(await share(moved, "Not colour, share of the change")).toBeLessThan(3);
      const half = cardOf(page, "half.png → half-edited.png");
      await half.getByText(/ at (50\.0|49\.9) % of the size/).waitFor(PATIENCE);
      expect(await share(half, "Not colour, share of the change")).toBeLessThan(3);
    });
  });
});
