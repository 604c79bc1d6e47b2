import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { findPhotos } from "../../src/image/find-photos.js";
import { checkSameSize, pairPhotos } from "../../src/image/pair-photos.js";
import { openPhoto } from "../../src/image/photo-header.js";
import { imageOf, noise } from "./material.js";

/** A folder with these files, whose content does not matter. */
function folderWith(...names: readonly string[]): string {
  const folder = temporaryFolder();
  for (const name of names) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), "");
  }
  return folder;
}

describe("findPhotos", () => {
  it("finds the photos of a folder and those below, sorted, with their places in it", async () => {
    const folder = folderWith(
      "b.JPG",
      "a.png",
      "trip/c.tiff",
      "trip/day 2/d.webp",
      "notes.txt",
      "trip/e.xmp",
    );
    const { photos, otherFiles, links } = await findPhotos(folder);
    expect(photos.map(({ relative }) => relative)).toEqual([
      "a.png",
      "b.JPG",
      "trip/c.tiff",
      "trip/day 2/d.webp",
    ]);
    expect(photos[2]?.path).toBe(join(folder, "trip/c.tiff"));
    expect({ otherFiles, links }).toEqual({ otherFiles: 2, links: 0 });
  });

  it("takes a file that is named whatever its extension", async () => {
    const folder = folderWith("scan");
    const { photos } = await findPhotos(join(folder, "scan"));
    expect(photos).toEqual([{ path: join(folder, "scan"), relative: "scan" }]);
  });

  it("leaves out hidden files, and the folder that outputs go to", async () => {
    const folder = folderWith("a.jpg", "._a.jpg", ".cache/b.jpg", "out/a.jpg");
    const { photos } = await findPhotos(folder, { exclude: join(folder, "out") });
    expect(photos.map(({ relative }) => relative)).toEqual(["a.jpg"]);
  });

  it("follows links only when it is asked to, and never in circles", async () => {
    const folder = folderWith("a.jpg", "elsewhere/b.jpg");
    symlinkSync(join(folder, "elsewhere/b.jpg"), join(folder, "link.jpg"));
    symlinkSync(folder, join(folder, "elsewhere", "circle"));
    const names = async (followLinks: boolean): Promise<unknown> =>
      (await findPhotos(folder, { followLinks })).photos.map(({ relative }) => relative);
    expect(await names(false)).toEqual(["a.jpg", "elsewhere/b.jpg"]);
    expect(await names(true)).toEqual(["a.jpg", "elsewhere/b.jpg", "link.jpg"]);
    expect((await findPhotos(folder)).links).toBe(2);
  });

  it.runIf(process.platform === "linux")(
    "keeps names that are not UTF-8 as the bytes that they are",
    async () => {
      const folder = temporaryFolder();
      const name = Buffer.from([0xe9, 0x74, 0xe9, 0x2e, 0x6a, 0x70, 0x67]);
      writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), name]), "");
      const { photos } = await findPhotos(folder);
      expect(photos).toEqual([{ path: Buffer.concat([Buffer.from(`${folder}/`), name]), relative: name }]);
    },
  );

  it("says what does not exist", async () => {
    const path = join(temporaryFolder(), "missing");
    await expect(findPhotos(path)).rejects.toThrow(
      `${path}: expected a photo or a folder of photos, received nothing of that name (ENOENT). Check the spelling of the path.`,
    );
  });
});

describe("pairPhotos", () => {
  it("matches folders by names without extensions", async () => {
    const before = folderWith("a.png", "day/b.tif");
    const after = folderWith("a.jpg", "day/b.jpg");
    expect(await pairPhotos(before, after)).toEqual([
      { name: "a", before: join(before, "a.png"), after: join(after, "a.jpg") },
      { name: "day/b", before: join(before, "day/b.tif"), after: join(after, "day/b.jpg") },
    ]);
  });

  it("takes two files as they are", async () => {
    const folder = folderWith("raw.png", "edited.jpg");
    expect(await pairPhotos(join(folder, "raw.png"), join(folder, "edited.jpg"))).toEqual([
      { name: "raw", before: join(folder, "raw.png"), after: join(folder, "edited.jpg") },
    ]);
  });

  it("lists the photos without a partner", async () => {
    const before = folderWith("a.png", ...Array.from({ length: 10 }, (_, i) => `x${i}.png`));
    const after = folderWith("a.jpg", "z.jpg");
    await expect(pairPhotos(before, after)).rejects.toThrow(
      `${after}: expected the photos of ${before}, by name, received only before: x0, x1, x2, x3, x4, x5, x6, x7 and 2 more; ` +
        "only after: z. Give every photo a partner of the same name, or take it out of its folder.",
    );
  });

  it("refuses two photos of one name, an empty folder, and a file beside a folder", async () => {
    const twice = folderWith("a.png", "a.jpg");
    const once = folderWith("a.png");
    await expect(pairPhotos(once, twice)).rejects.toThrow(
      `${twice}: expected one photo of each name, received ${join(twice, "a.jpg")} and ${join(twice, "a.png")}. Take one of them out of the folder.`,
    );
    const empty = folderWith("notes.txt");
    await expect(pairPhotos(once, empty)).rejects.toThrow(
      `${empty}: expected a folder with photos, received none in it`,
    );
    await expect(pairPhotos(once, join(once, "a.png"))).rejects.toThrow(
      "expected a folder, as the one before is, received a file. Name two photos or two folders.",
    );
  });

  it("refuses two photos of different sizes, and names both", async () => {
    const folder = temporaryFolder();
    await imageOf(noise(30, 20, 3, 8))
      .png()
      .toFile(join(folder, "a.png"));
    await imageOf(noise(30, 20, 3, 8))
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toFile(join(folder, "b.jpg"));
    await imageOf(noise(20, 30, 3, 8))
      .png()
      .toFile(join(folder, "c.png"));
    const [a, b, c] = await Promise.all(
      ["a.png", "b.jpg", "c.png"].map((name) => openPhoto(join(folder, name))),
    );
    if (!a || !b || !c) throw new Error("three headers");
    expect(() => checkSameSize(a, b)).toThrow(
      `${join(folder, "b.jpg")}: expected 30 x 20 pixels, as ${join(folder, "a.png")} has, received 20 x 30. Export the photo again in its full size, without a crop.`,
    );
    expect(() => checkSameSize(b, c)).not.toThrow();
  });
});
