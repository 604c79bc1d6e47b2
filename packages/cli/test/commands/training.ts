/** What the tests of training share: a small training, a LUT and a pair of photos. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { identityCube, writeCube } from "synthconv/look";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { gradient, writePhoto } from "./support.js";

/** The smallest training that learns something. */
export const SMALL = ["--channels", "8", "--steps", "60", "--batch", "512", "--lr", "0.03"];

/** A .cube that raises every channel to a power: darker, and nothing like a straight line. */
export async function writeDarkCube(path: string): Promise<string> {
  const cube = identityCube(9);
  await writeFile(path, writeCube({ stages: [{ ...cube, table: cube.table.map((value) => value ** 1.5) }] }));
  return path;
}

/** The edit of the pairs: darker, on 8-bit samples. */
export function darker(samples: Uint8Array): Uint8Array {
  return samples.map((value) => Math.round(255 * (value / 255) ** 1.5));
}

export async function writeEdited(path: string, width = 96, height = 64): Promise<string> {
  await sharp(darker(gradient(width, height)), { raw: { width, height, channels: 3 } }).toFile(path);
  return path;
}

export async function setUpPair() {
  const folder = temporaryFolder();
  const before = await writePhoto(join(folder, "before.png"), { width: 96, height: 64 });
  const after = await writeEdited(join(folder, "after.png"));
  return {
    folder,
    before,
    after,
    source: ["--before", before, "--after", after],
    output: join(folder, "l.safetensors"),
  };
}

/** The same from a LUT, for tests that do not ask what it is learned from: a third of the time. */
export async function setUpCube() {
  const folder = temporaryFolder();
  const source = [await writeDarkCube(join(folder, "dark.cube"))];
  return { folder, source, output: join(folder, "l.safetensors") };
}
