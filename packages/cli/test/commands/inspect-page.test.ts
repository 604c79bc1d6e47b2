import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { applyNetwork, parseLook, serializeLook, synthesize } from "synthconv/look";
import { describe, expect, it } from "vitest";
import { withBrowser } from "../../../../test-support/browser.js";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { MIX, run, runJson, writeLook, writePhoto } from "./support.js";

async function pageOf(...args: string[]): Promise<string> {
  const html = join(temporaryFolder(), "page.html");
  const { exitCode, document } = await runJson("inspect", ...args, "--html", html);
  expect(exitCode).toBe(0);
  expect(document.page).toBe(html);
  return readFile(html, "utf8");
}

const pictures = (page: string): string[] =>
  [...page.matchAll(/<img src="data:image\/jpeg;base64,([^"]+)"/g)].map(([, text]) => text as string);

describe("synthconv inspect --html", () => {
  it("shows a photo before, and at five settings of a knob", async () => {
    const folder = temporaryFolder();
    const file = await writeLook(join(folder, "shift.safetensors"), 0.25, [MIX]);
    const page = await pageOf(file, "--photo", await writePhoto(join(folder, "photo.png")));
    const captions = [...page.matchAll(/<figcaption>([^<]*)</g)].map(([, text]) => text);
    expect(captions).toEqual(["before", "as it is", "mix 0", "mix 0.25", "mix 0.5", "mix 0.75", "mix 1"]);
    const shown = await Promise.all(
      pictures(page).map(
        async (text) => (await sharp(Buffer.from(text, "base64")).stats()).channels[0]?.mean ?? 0,
      ),
    );
    expect(shown).toHaveLength(7);
    // A look that adds the more the knob is turned.
    for (const [lower, higher] of [
      [2, 3],
      [3, 4],
      [4, 5],
      [5, 6],
    ] as const) {
      expect(shown[higher]).toBeGreaterThan(shown[lower] as number);
    }
    expect(page.match(/<svg class="greys"/g)).toHaveLength(6);
  });

  it("draws the greys where the look puts them", async () => {
    const file = await writeLook(join(temporaryFolder(), "shift.safetensors"), 0.25);
    const page = await pageOf(file);
    const network = synthesize(parseLook(await readFile(file), file));
    const [, points = ""] = /<polyline points="([^"]+)"/.exec(page) ?? [];
    const drawn = points.split(" ").map((point) => point.split(",").map(Number));
    expect(drawn).toHaveLength(256);
    for (const grey of [0, 100, 255]) {
      const colour = new Float32Array(3).fill(grey / 255);
      applyNetwork(network, colour, { channels: 3 });
      const height = Math.min(1, Math.max(0, colour[0] as number));
      expect(drawn[grey]?.[0]).toBeCloseTo((160 * grey) / 255, 1);
      expect(drawn[grey]?.[1]).toBeCloseTo(160 * (1 - height), 1);
    }
  });

  it("asks no server for anything, and takes no name for markup", async () => {
    const folder = temporaryFolder();
    const knob = { ...MIX, description: "<script>alert(1)</script>" };
    const file = await writeLook(join(folder, "a&b.safetensors"), 0.1, [knob]);
    const page = await pageOf(file);
    expect(page).not.toMatch(/(src|href)="(?!data:)/);
    expect(page).not.toMatch(/https?:\/\/(?!www\.w3\.org)/);
    expect(page).not.toContain("<script>alert");
    expect(page).toContain("&lt;script&gt;alert(1)");
    expect(page).toContain("a&amp;b.safetensors");
  });

  it("draws the lattice, of the state that is chosen", async (context) => {
    const folder = temporaryFolder();
    const file = await writeLook(join(folder, "shift.safetensors"), 0.4, [MIX]);
    const html = join(folder, "page.html");
    await run("inspect", file, "--html", html);
    await withBrowser(context, async (browser) => {
      const page = await browser.newPage();
      const errors: string[] = [];
      page.on("pageerror", (error) => errors.push(String(error)));
      await page.goto(`file://${html}`);
      const drawn = () => page.evaluate(() => document.querySelector("canvas")?.toDataURL() ?? "");
      const first = await drawn();
      await page.selectOption("select", { label: "mix 1" });
      const second = await drawn();
      await page.press("canvas", "ArrowLeft");
      expect(new Set([first, second, await drawn()]).size).toBe(3);
      expect(errors).toEqual([]);
    });
  });

  it("refuses to overwrite a file, and the look itself", async () => {
    const folder = temporaryFolder();
    const file = await writeLook(join(folder, "shift.safetensors"), 0.1);
    const there = join(folder, "there.html");
    await writeFile(there, "mine");
    const refused = await run("inspect", file, "--html", there);
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain("there.html: expected a name that is free, received a file that exists");
    expect(await readFile(there, "utf8")).toBe("mine");
    const itself = await run("inspect", file, "--html", file, "--force");
    expect(itself.exitCode).toBe(2);
    expect(await readFile(file)).toEqual(Buffer.from(serializeLook(parseLook(await readFile(file), file))));
    const alone = await run("inspect", file, "--photo", there);
    expect(alone.exitCode).toBe(2);
    expect(alone.stderr).toContain("--photo: expected --html beside it");
  });
});
