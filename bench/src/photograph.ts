/** A photograph of any size with the detail of a real one: the demo's, enlarged a little and laid side by side. */
import { fileURLToPath } from "node:url";
import sharp from "sharp";

const SOURCE = fileURLToPath(new URL("../../packages/cli/dist/assets/baboon.png", import.meta.url));

// Twice as large: a sharp 24-megapixel photograph has about a bit and a half a pixel as JPEG, and so has this.
const TILE = 1024;

/** Interleaved RGB, 8 bits, [height, width, 3]. */
export async function photograph(width: number, height: number): Promise<Buffer> {
  const tile = await sharp(SOURCE).removeAlpha().resize(TILE, TILE, { kernel: "lanczos3" }).png().toBuffer();
  return sharp({ create: { width, height, channels: 3, background: "black" } })
    .composite([{ input: tile, tile: true, gravity: "northwest" }])
    .removeAlpha()
    .raw()
    .toBuffer();
}

/** The same as a JPEG, as a camera writes it. */
export async function photographAsJpeg(width: number, height: number, path: string): Promise<void> {
  const data = await photograph(width, height);
  await sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 92 })
    .toFile(path);
}

/** A look as a lookup table, in the format .cube: red varies fastest. */
export function cubeText(size: number): string {
  const steps = Array.from({ length: size }, (_, i) => i / (size - 1));
  const rows = steps.flatMap((b) =>
    steps.flatMap((g) =>
      steps.map((r) => {
        const grey = 0.3 * r + 0.59 * g + 0.11 * b;
        const graded = [r ** 0.9, 0.9 * g + 0.1 * grey, 0.85 * b ** 1.1 + 0.15 * grey];
        return graded.map((value) => value.toFixed(6)).join(" ");
      }),
    ),
  );
  return `LUT_3D_SIZE ${size}\n${rows.join("\n")}\n`;
}
