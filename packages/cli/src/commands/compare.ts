import { asShown } from "synthconv/internal";
import { folderOf, makeFolder } from "synthconv/internal/node";
import { ColourComparison, type ColourDifference, type ColourSpace, colourSpaceNamed } from "synthconv/look";
import { colourSpaceOption } from "../colour-space-option.js";
import { type CommandModule, defineCommand } from "../frame/command.js";
import { UsageError } from "../frame/failure.js";
import { numberOption } from "../frame/numbers.js";
import { checkOutput } from "../frame/output-file.js";
import { STREAM } from "../frame/standard-input.js";
import { decodePhoto } from "../image/decode-photo.js";
import { encodePhoto } from "../image/encode-photo.js";
import { newPhoto } from "../image/new-photo.js";
import { checkSameSize } from "../image/pair-photos.js";
import { type Photo, warningsOf } from "../image/photo.js";
import { formatSize, openPhoto } from "../image/photo-header.js";
import { readColours } from "../image/pixels.js";
import { sourceOf } from "../photo-operand.js";
import { differenceDocument, differenceLines } from "../report/difference.js";
import { differences2000, heatScale, paintHeat } from "../report/heat-map.js";
import { counted } from "../report/quantities.js";

interface Options {
  readonly output?: string;
  readonly scale: number;
  readonly inputSpace?: ColourSpace;
  readonly workingSpace?: ColourSpace;
  readonly force?: boolean;
}

/** Pixels at a time: their floats stay in the second-level cache. */
const CHUNK_PIXELS = 65_536;

export const compare: CommandModule = defineCommand<Options>({
  description:
    "Measures how far two photos of the same size are apart: PSNR, and the colour differences deltaE 76 " +
    "(about 2.3 is just noticeable) and deltaE 2000 (about 1 is). Colours are compared as sRGB, through the " +
    "photos' own profiles, and PSNR in the working space; alpha is not compared.",
  examples: [
    ["synthconv compare a.jpg b.jpg", "prints PSNR and deltaE: mean, 95th percentile and largest"],
    ["synthconv compare a.jpg b.jpg -o where.png", "paints where they differ, too"],
  ],
  configure(command) {
    command
      .argument("<a>", "a photo; one of the two may be -, stdin")
      .argument("<b>", "a photo of the same size")
      .option(
        "-o, --output <file>",
        "write a picture of the differences (deltaE 2000), black where there is none",
      )
      .addOption(
        numberOption("--scale <deltaE>", "the difference at the bright end of the picture", {
          minimum: 0,
          above: true,
        }).default(10),
      )
      .addOption(
        colourSpaceOption(
          "--input-space <name>",
          "what photos are encoded in that do not say it, as arri-logc3 (default: srgb)",
        ),
      )
      .addOption(
        colourSpaceOption(
          "--working-space <name>",
          "the space of whose codes PSNR is (default: that of --input-space, else srgb)",
        ),
      )
      .option("--force", "overwrite the output if it exists");
  },
  async run([fileA = "", fileB = ""], options, context) {
    const { out, signal } = context;
    const { output, scale, inputSpace } = options;
    const space = options.workingSpace ?? inputSpace ?? colourSpaceNamed("srgb");
    const colours = { reads: space, writes: space, untagged: inputSpace };
    if (output !== undefined) await checkOutput(output, { force: options.force, inputs: [fileA, fileB] });
    if (fileA === STREAM && fileB === STREAM)
      throw new UsageError("expected one photo from stdin, received two");
    const a = await sourceOf(fileA, context);
    const b = await sourceOf(fileB, context);
    const headers = [await openPhoto(a), await openPhoto(b)] as const;
    checkSameSize(...headers);
    const photoA = await decodePhoto(headers[0], { colours });
    const photoB = await decodePhoto(headers[1], { colours });
    const warnings = warningsOf([photoA, photoB]);
    for (const warning of warnings) out.warn(warning);
    const { width, height } = photoA;
    const heat = output === undefined ? undefined : new Uint8Array(3 * width * height);
    const document = differenceDocument(measure(photoA, photoB, space.name, heat, scale, signal));
    if (output !== undefined && heat !== undefined) {
      await makeFolder(folderOf(output));
      await encodePhoto(newPhoto(width, height, heat), output, { signal });
    }
    out.print(`${formatSize(photoA)}, ${counted(width * height, "pixel")}`);
    out.print(differenceLines(document));
    if (output !== undefined) out.print(`${output}: deltaE 2000, ${heatScale(scale)}`);
    return {
      json: {
        a: fileA,
        b: fileB,
        width,
        height,
        ...document,
        space: space.name,
        ...(output !== undefined && { output, scale }),
        warnings,
      },
    };
  },
});

function measure(
  a: Photo,
  b: Photo,
  space: string,
  heat: Uint8Array | undefined,
  scale: number,
  signal: AbortSignal,
): ColourDifference {
  const comparison = new ColourComparison();
  const working = new ColourComparison();
  const pixels = a.width * a.height;
  for (let first = 0; first < pixels; first += CHUNK_PIXELS) {
    signal.throwIfAborted();
    const count = Math.min(CHUNK_PIXELS, pixels - first);
    const coloursA = new Float32Array(3 * count);
    const coloursB = new Float32Array(3 * count);
    readColours(a, first, coloursA);
    readColours(b, first, coloursB);
    if (space !== "srgb") working.add(coloursA, coloursB, "planar");
    comparison.add(asShown(coloursA, space, "planar"), asShown(coloursB, space, "planar"), "planar");
    if (heat !== undefined) {
      paintHeat(differences2000(coloursA, coloursB), scale, heat.subarray(3 * first, 3 * (first + count)));
    }
  }
  const shown = comparison.result();
  return space === "srgb" ? shown : { ...shown, psnr: working.result().psnr };
}
