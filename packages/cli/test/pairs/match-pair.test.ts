import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import sharp, { type Sharp } from "sharp";
import { RandomStream } from "synthconv";
import { matchPair, type PixelView } from "synthconv/fit";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { type Rgb, randomMap } from "../../../../test-support/random-map.js";
import { PHOTO_FILE } from "../../src/commands/demo/files.js";
import { run } from "../commands/support.js";
import { writeDarkCube } from "../commands/training.js";

type Bytes = PixelView & { readonly data: Uint8Array };

const NAMES = { before: "before.png", after: "after.jpg" };
let photo: Bytes;

beforeAll(async () => {
  photo = await decode(sharp(PHOTO_FILE));
});

async function decode(image: Sharp): Promise<Bytes> {
  const { data, info } = await image.removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, channels: 3, data: new Uint8Array(data) };
}

const imageOf = ({ width, height, data }: Bytes): Sharp =>
  sharp(data, { raw: { width, height, channels: 3 } });

/** Saved as a JPEG and read again. */
async function saved(view: Bytes, quality = 92): Promise<Bytes> {
  return decode(sharp(await imageOf(view).jpeg({ quality, chromaSubsampling: "4:4:4" }).toBuffer()));
}

const cut = (view: Bytes, left: number, top: number, width: number, height: number): Promise<Bytes> =>
  decode(imageOf(view).extract({ left, top, width, height }));

function graded(view: Bytes, map: (colour: Rgb) => Rgb): Bytes {
  const data = new Uint8Array(view.data.length);
  for (let at = 0; at < data.length; at += 3) {
    const colour = map([0, 1, 2].map((channel) => (view.data[at + channel] as number) / 255) as Rgb);
    colour.forEach((value, channel) => {
      data[at + channel] = Math.round(255 * value);
    });
  }
  return { ...view, data };
}

/** An ellipse of a share of the area, reddened. */
function brushed(view: Bytes, share: number): { after: Bytes; isBrushed: (x: number, y: number) => boolean } {
  const data = Uint8Array.from(view.data);
  const radius = Math.sqrt(share / Math.PI);
  const isBrushed = (x: number, y: number): boolean =>
    Math.hypot(x / view.width - 0.4, y / view.height - 0.55) < radius;
  for (let y = 0; y < view.height; y++) {
    for (let x = 0; x < view.width; x++) {
      if (!isBrushed(x, y)) continue;
      const at = 3 * (y * view.width + x);
      data[at] = Math.min(255, (data[at] as number) + 50);
      data[at + 2] = Math.max(0, (data[at + 2] as number) - 20);
    }
  }
  return { after: { ...view, data }, isBrushed };
}

/** Of the pixels that are compared one: plenty for a mean, and not every pixel of a column, as no width is its multiple. */
const STRIDE = 7;

/** Of the pixels that training would see, the mean distance of what became of the colour before, in 255ths. */
function distance(
  before: PixelView,
  after: PixelView,
  map: (colour: Rgb) => Rgb,
): { mean: number; seen: number } {
  const unit = (view: PixelView): number => (view.data instanceof Float32Array ? 1 : 255);
  let [sum, seen] = [0, 0];
  const pixels = before.width * before.height;
  for (let pixel = 0; pixel < pixels; pixel += STRIDE) {
    if ([before, after].some((view) => view.channels === 4 && view.data[4 * pixel + 3] === 0)) continue;
    const colourOf = (view: PixelView): Rgb =>
      [0, 1, 2].map((channel) => (view.data[view.channels * pixel + channel] as number) / unit(view)) as Rgb;
    const made = map(colourOf(before));
    colourOf(after).forEach((value, channel) => {
      sum += 255 * Math.abs(value - (made[channel] as number));
    });
    seen++;
  }
  return { mean: sum / (3 * seen), seen: (STRIDE * seen) / pixels };
}

const random = (purpose: string): RandomStream => new RandomStream({ seed: 14, purpose });

vi.setConfig({ testTimeout: 300_000 });

describe("a pair whose pixels lie on each other", () => {
  it("is left as it is, to the very arrays, whatever the edit and the JPEG", async () => {
    for (const draw of [0, 1, 2]) {
      const after = await saved(graded(photo, randomMap(random(`healthy:${draw}`))), [95, 60, 30][draw]);
      const matched = matchPair(photo, after, NAMES);
      expect(matched.before).toBe(photo);
      expect(matched.after).toBe(after);
      expect(matched.record).toMatchObject({ aligned: false, scale: 1, masked: 0, shown: 1 });
      expect(matched.record.shift).toEqual({ x: 0, y: 0 });
    }
  });

  it("may be another picture: as long as sizes are the same it is left to be judged by its error", async () => {
    // Small, because a crop is searched for everywhere.
    const before = await decode(imageOf(photo).resize(192));
    const after = await decode(imageOf(before).rotate(180));
    const { record, ...views } = matchPair(before, after, NAMES);
    expect(views).toMatchObject({ before, after });
    expect(record.aligned).toBe(false);
    expect(record.unexplained).toBeGreaterThan(0.25);
  });
});

describe("a pair that moved", () => {
  it.each([
    [3, 0],
    [-2, 3],
    [12, -7],
  ])("by %i, %i pixels is brought back within a tenth of a pixel", async (x, y) => {
    const [width, height] = [photo.width - Math.abs(x), photo.height - Math.abs(y)];
    const before = await cut(photo, Math.max(0, -x), Math.max(0, -y), width, height);
    const map = randomMap(random(`shift:${x}`));
    const after = await saved(graded(await cut(photo, Math.max(0, x), Math.max(0, y), width, height), map));
    const { record, ...views } = matchPair(before, after, NAMES);
    expect(record.aligned).toBe(true);
    expect(Math.abs(record.shift.x + x)).toBeLessThan(0.1);
    expect(Math.abs(record.shift.y + y)).toBeLessThan(0.1);
    expect(Math.abs(record.scale - 1)).toBeLessThan(0.001);
    // No more than the JPEG alone.
    const there = await cut(photo, Math.max(0, x), Math.max(0, y), width, height);
    expect(distance(views.before, views.after, map).mean).toBeLessThan(
      distance(there, after, map).mean + 0.3,
    );
  });

  it.each([0, 1, 2, 3])(
    "is found at any size and crop, turned a little, through any edit: draw %i",
    async (draw) => {
      const stream = random(`moved:${draw}`);
      const between = (low: number, high: number): number => low + (high - low) * stream.uniform();
      const map = randomMap(stream);
      const share = between(0.6, 1);
      const [width, height] = [
        Math.round(photo.width * share),
        Math.round(photo.height * share * between(0.8, 1)),
      ];
      const [left, top] = [between(0, photo.width - width), between(0, photo.height - height)].map(
        Math.floor,
      ) as [number, number];
      const scale = between(0.5, 1.4);
      const resized = imageOf(await cut(graded(photo, map), left, top, width, height)).resize(
        Math.round(scale * width),
        Math.round(scale * height),
        { fit: "fill" },
      );
      const after = await saved(await decode(resized), Math.round(between(70, 95)));
      const { record, ...views } = matchPair(photo, after, NAMES);
      const of = JSON.stringify({ share, left, top, scale, record });
      expect(record.aligned, of).toBe(true);
      expect(Math.abs(record.scale / scale - 1), of).toBeLessThan(0.005);
      expect(record.masked, of).toBe(0);
      const center = [photo.width / 2, photo.height / 2] as const;
      const lies = [scale * (center[0] - left - width / 2), scale * (center[1] - top - height / 2)] as const;
      expect(Math.hypot(record.shift.x - lies[0], record.shift.y - lies[1]), of).toBeLessThan(0.8);
      // Fur and whiskers at half the size: what is left is the resizing itself.
      expect(distance(views.before, views.after, map).mean, of).toBeLessThan(8);
    },
  );

  it("and was brushed here and there is brought back, and the brush is left out", async () => {
    const map = randomMap(random("brush"));
    const before = await cut(photo, 0, 0, photo.width - 3, photo.height);
    const { after, isBrushed } = brushed(
      graded(await cut(photo, 3, 0, photo.width - 3, photo.height), map),
      0.05,
    );
    const { record, ...views } = matchPair(before, await saved(after), NAMES);
    expect(record.aligned).toBe(true);
    expect(Math.abs(record.shift.x + 3)).toBeLessThan(0.1);
    expect(record.masked).toBeGreaterThan(0.045);
    expect(record.masked).toBeLessThan(0.14);
    expect(record.unexplained).toBeGreaterThan(2 * record.unexplainedOutside);
    const { width, height, data } = views.after;
    let [all, left] = [0, 0];
    for (let y = 0; y < height; y++) {
      for (let x = 3; x < width; x++) {
        if (!isBrushed(x - 3, y)) continue;
        all++;
        if (data[4 * (y * width + x) + 3] !== 0) left++;
      }
    }
    expect(left / all).toBeLessThan(0.03);
  });

  it("and is not the same picture is refused when its size differs, with what to do", async () => {
    const other = await decode(imageOf(photo).rotate(180).resize(400, 300, { fit: "fill" }));
    expect(() => matchPair(photo, other, NAMES)).toThrow(
      "after.jpg: expected 512 x 512 pixels, as before.png has, or the same picture in another size, or a part of it, " +
        "received 400 x 300, and what it shows is not found in before.png. See whether the two are one photo, or export " +
        "it again in its full size, without a crop.",
    );
  });
});

describe("synthconv train", () => {
  it("aligns a pair, says so, and writes with --report where no look can follow", async () => {
    const folder = temporaryFolder();
    const [before, after] = [join(folder, "before.png"), join(folder, "after.png")];
    const map = ([red, green, blue]: Rgb): Rgb => [red ** 1.2, green, 0.9 * blue];
    const small = await decode(imageOf(photo).resize(256));
    await imageOf(await cut(small, 0, 0, 252, 256)).toFile(before);
    await imageOf(brushed(graded(await cut(small, 4, 0, 252, 256), map), 0.06).after).toFile(after);
    const report = join(folder, "report");
    const args = [
      "--before",
      before,
      "--after",
      after,
      "--channels",
      "8",
      "--steps",
      "60",
      "--report",
      report,
    ];
    const output = join(folder, "l.safetensors");
    const { exitCode, stdout, stderr } = await run("train", ...args, "-o", output, "--json");
    expect(exitCode).toBe(0);
    const document = JSON.parse(stdout);
    const [pair] = document.pairs;
    expect(pair).toMatchObject({ before, after, aligned: true });
    expect(stderr).toMatch(
      /after\.png lies on .*before\.png shifted by -4\.0, -?0\.0 pixels, showing 98\.\d % of it: the two were aligned/,
    );
    expect(stderr).toMatch(
      /\d+\.\d % of .*after\.png were left out: there equal colours became others than elsewhere/,
    );
    expect((await readdir(report)).sort()).toEqual(["pair-1.png", "pairs.json"]);
    const written = JSON.parse(await readFile(join(report, "pairs.json"), "utf8"));
    expect(written.pairs).toEqual([{ ...pair, map: "pair-1.png" }]);
    const map1 = await sharp(join(report, "pair-1.png")).raw().toBuffer();
    expect(
      map1.some((value, at) => at % 3 === 0 && value === 0 && map1[at + 1] === 255 && map1[at + 2] === 255),
    ).toBe(true);
    const again = await run("train", ...args, "-o", join(folder, "m.safetensors"));
    expect(again.exitCode).toBe(1);
    expect(again.stderr).toContain("pairs.json: expected a name that is free");
  });

  it("refuses --report where there are no photos before and after", async () => {
    const folder = temporaryFolder();
    const cube = await writeDarkCube(join(folder, "dark.cube"));
    const output = join(folder, "l.safetensors");
    const { exitCode, stderr } = await run("train", cube, "-o", output, "--report", join(folder, "report"));
    expect(exitCode).toBe(2);
    expect(stderr).toContain("--report: expected photos before and after, received none");
    expect(await readdir(folder)).toEqual(["dark.cube"]);
  });
});
