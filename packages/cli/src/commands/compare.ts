import { ColourComparison, type ColourDifference } from "synthconv/look";
import { type CommandModule, defineCommand } from "../frame/command.js";
import { CommandError } from "../frame/failure.js";
import { numberOption } from "../frame/numbers.js";
import { decodePhoto } from "../image/decode-photo.js";
import type { Photo } from "../image/photo.js";
import { formatSize, openPhoto, type PhotoHeader } from "../image/photo-header.js";
import { readColours } from "../image/pixels.js";
import { differenceDocument, differenceLines } from "../report/difference.js";
import { counted } from "../report/quantities.js";
import { differences2000, heatScale, paintHeat } from "./compare/heat-map.js";

interface Options {
  readonly output?: string;
  readonly scale: number;
  readonly force?: boolean;
}

/** Pixels at a time: their floats stay in the second-level cache. */
const CHUNK_PIXELS = 65_536;

export const compare: CommandModule = defineCommand<Options>({
  description:
    "Measures how far two photos of the same size are apart: PSNR, and the colour differences deltaE 76 " +
    "(about 2.3 is just noticeable) and deltaE 2000 (about 1 is). Colours are compared as sRGB, through the " +
    "photos' own profiles; alpha is not compared.",
  examples: [
    ["synthconv compare a.jpg b.jpg", "prints PSNR and deltaE: mean, 95th percentile and largest"],
    ["synthconv compare a.jpg b.jpg -o where.png", "paints where they differ, too"],
  ],
  configure(command) {
    command
      .argument("<a>", "a photo")
      .argument("<b>", "a photo of the same size")
      .option("-o, --output <file>", "write a picture of the differences (deltaE 2000), black where there is none")
      .addOption(
        numberOption("--scale <deltaE>", "the difference at the bright end of the picture", {
          minimum: 0,
          above: true,
        }).default(10),
      )
      .option("--force", "overwrite the output if it exists");
  },
  async run([fileA = "", fileB = ""], options, { out, signal }) {
    const headers = [await openPhoto(fileA), await openPhoto(fileB)] as const;
    refuseSizes(fileA, fileB, ...headers);
    const photoA = await decodePhoto(headers[0]);
    const photoB = await decodePhoto(headers[1]);
    const heat = options.output === undefined ? undefined : new Uint8Array(3 * photoA.width * photoA.height);
    const difference = measure(photoA, photoB, heat, options.scale, signal);
    const document = differenceDocument(difference);
    const pixels = photoA.width * photoA.height;
    out.print(`${formatSize(photoA)}, ${counted(pixels, "pixel")}`);
    for (const line of differenceLines(document)) out.print(line);
    return { json: { a: fileA, b: fileB, width: photoA.width, height: photoA.height, ...document } };
  },
});

function measure(
  a: Photo,
  b: Photo,
  heat: Uint8Array | undefined,
  scale: number,
  signal: AbortSignal,
): ColourDifference {
  const comparison = new ColourComparison();
  const pixels = a.width * a.height;
  for (let first = 0; first < pixels; first += CHUNK_PIXELS) {
    signal.throwIfAborted();
    const count = Math.min(CHUNK_PIXELS, pixels - first);
    const coloursA = new Float32Array(3 * count);
    const coloursB = new Float32Array(3 * count);
    readColours(a, first, coloursA);
    readColours(b, first, coloursB);
    comparison.add(coloursA, coloursB, "planar");
    if (heat !== undefined) {
      paintHeat(differences2000(coloursA, coloursB), scale, heat.subarray(3 * first, 3 * (first + count)));
    }
  }
  return comparison.result();
}

function refuseSizes(fileA: string, fileB: string, a: PhotoHeader, b: PhotoHeader): void {
  if (a.width === b.width && a.height === b.height) return;
  throw new CommandError(
    "SHAPE",
    `expected two photos of the same size, received ${fileA} of ${formatSize(a)} and ${fileB} of ${formatSize(b)}`,
  );
}
