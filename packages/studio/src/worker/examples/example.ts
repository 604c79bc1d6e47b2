import type { ExampleName, FileRef } from "../../protocol/index.js";
import type { Handler } from "../handler.js";
import type { Rgb } from "./colour.js";
import { cinema, type Edit, faded, film } from "./edits.js";
import { coast, fruit, type Scene, street } from "./scenes.js";

const DRAWN: Readonly<Record<ExampleName, { readonly scene: Scene; readonly edit: Edit }>> = {
  coast: { scene: coast, edit: film },
  fruit: { scene: fruit, edit: faded },
  street: { scene: street, edit: cinema },
};

export const example: Handler<"example"> = async ({ name, width }) => {
  const { scene, edit } = DRAWN[name];
  const fileOf = async (part: string, colourAt: (x: number, y: number) => Rgb): Promise<FileRef> => {
    const blob = await draw(width, colourAt);
    return { key: `example ${name} ${part} ${width}`, name: `${name}-${part}.png`, blob };
  };
  const [before, after] = await Promise.all([
    fileOf("before", scene),
    fileOf("after", (x, y) => edit(rounded(scene(x, y)))),
  ]);
  return { answer: { before, after }, transfer: [] };
};

/** As a file holds it: the edit was made of the photo, and not of the scene. */
function rounded(colour: Rgb): Rgb {
  return colour.map((value) => Math.round(255 * Math.min(Math.max(value, 0), 1)) / 255) as unknown as Rgb;
}

async function draw(width: number, colourAt: (x: number, y: number) => Rgb): Promise<Blob> {
  const height = Math.round((width * 2) / 3);
  const canvas = new OffscreenCanvas(width, height);
  const image = new ImageData(width, height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const [r, g, b] = colourAt((column + 0.5) / height, (row + 0.5) / height);
      // A clamped array rounds.
      image.data.set([255 * r, 255 * g, 255 * b, 255], 4 * (row * width + column));
    }
  }
  canvas.getContext("2d")?.putImageData(image, 0, 0);
  return await canvas.convertToBlob({ type: "image/png" });
}
