import type { ExampleName, FileRef } from "../../protocol/index.js";
import type { Handler } from "../handler.js";
import { pause } from "../pause.js";
import type { Rgb } from "./colour.js";
import { cinema, type Edit, faded, film } from "./edits.js";
import { coast, fruit, type Scene, street } from "./scenes.js";

interface Drawn {
  readonly scene: Scene;
  readonly edit: Edit;
}

const DRAWN: Readonly<Record<ExampleName, Drawn>> = {
  coast: { scene: coast, edit: film },
  fruit: { scene: fruit, edit: faded },
  street: { scene: street, edit: cinema },
};

/** Pixels between pauses: some milliseconds. */
const BLOCK = 4096;

export const example: Handler<"example"> = async ({ name, width }) => {
  const height = Math.round((width * 2) / 3);
  const before = new ImageData(width, height);
  const after = new ImageData(width, height);
  await draw(before, after, DRAWN[name]);
  const fileOf = async (part: string, image: ImageData): Promise<FileRef> => ({
    ...{ key: `example ${name} ${part} ${width}`, name: `${name}-${part}.png` },
    blob: await pngOf(image),
  });
  const [first, second] = await Promise.all([fileOf("before", before), fileOf("after", after)]);
  return { answer: { before: first, after: second }, transfer: [] };
};

async function draw(before: ImageData, after: ImageData, { scene, edit }: Drawn): Promise<void> {
  const { width, height } = before;
  for (let pixel = 0; pixel < width * height; pixel++) {
    if (pixel % BLOCK === 0) await pause();
    const place = [(pixel % width) + 0.5, Math.floor(pixel / width) + 0.5] as const;
    put(before, pixel, scene(place[0] / height, place[1] / height));
    // The edit is of the photo as its file holds it, and not of the scene.
    put(after, pixel, edit(colourAt(before, pixel)));
  }
}

/** A clamped array rounds. */
function put({ data }: ImageData, pixel: number, [r, g, b]: Rgb): void {
  const at = 4 * pixel;
  data[at] = 255 * r;
  data[at + 1] = 255 * g;
  data[at + 2] = 255 * b;
  data[at + 3] = 255;
}

function colourAt({ data }: ImageData, pixel: number): Rgb {
  const channel = (nth: number): number => (data[4 * pixel + nth] as number) / 255;
  return [channel(0), channel(1), channel(2)];
}

async function pngOf(image: ImageData): Promise<Blob> {
  const canvas = new OffscreenCanvas(image.width, image.height);
  canvas.getContext("2d")?.putImageData(image, 0, 0);
  return await canvas.convertToBlob({ type: "image/png" });
}
