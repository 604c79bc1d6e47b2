import { basename, extname } from "node:path";
import { bakeNetwork, type Lut, lutToHald, type Settings, writeCube } from "synthconv/look";
import { folderOf, makeFolder, writeFileAtomically } from "synthconv/node";
import { type CommandModule, defineCommand } from "../frame/command.js";
import { UsageError } from "../frame/failure.js";
import { addLookOptions, type LookOptions, synthesizeAsAsked } from "../frame/look-options.js";
import { numberOption } from "../frame/numbers.js";
import { checkOutput } from "../frame/output-file.js";
import { encodePhoto } from "../image/encode-photo.js";
import { newPhoto } from "../image/new-photo.js";
import type { Photo } from "../image/photo.js";
import { readLook } from "../look-file.js";
import { differenceDocument, differenceLines } from "../report/difference.js";
import { counted } from "../report/quantities.js";
import { ffmpegCommand } from "./bake/ffmpeg-command.js";

interface Options extends LookOptions {
  readonly output: string;
  readonly size?: number;
  readonly title?: string;
  readonly force?: boolean;
}

type Format = "cube" | "hald";

/** What every reader takes: cameras want a .cube of 33, and Hald images are of level 8 nearly everywhere. */
const DEFAULT_SIZES: Readonly<Record<Format, number>> = { cube: 33, hald: 64 };

export const bake: CommandModule = defineCommand<Options>({
  description:
    "Writes a look as a 3D LUT for other tools, a .cube or a Hald image (.png, 16 bits), with its knobs and its " +
    "strength as they are set here, and measures what the baking loses.",
  examples: [
    ["synthconv bake warm.safetensors -o warm.cube", "a .cube of 33 nodes an axis, which all tools read"],
    [
      "synthconv bake film.safetensors -o faded.png --set fade=0.3",
      "a Hald image of level 8, with a knob set",
    ],
  ],
  configure(command) {
    command
      .argument("<look>", "a look's file, as synthconv train writes it")
      .requiredOption("-o, --output <file>", "x.cube, or x.png for a Hald image")
      .addOption(
        numberOption(
          "--size <nodes>",
          "nodes an axis, 2 to 256; of a Hald image a square, 4 to 256 (default: 33, Hald 64)",
          {
            minimum: 2,
            maximum: 256,
            whole: true,
          },
        ),
      )
      .option("--title <text>", "the title in the .cube (default: the output's name)")
      .option("--force", "overwrite the output if it exists");
    addLookOptions(command);
  },
  async run([file = ""], options, { out, signal }) {
    const { output, strength, set } = options;
    const format = formatOf(output);
    const size = options.size ?? DEFAULT_SIZES[format];
    if (format === "hald" && (size < 4 || !Number.isInteger(Math.sqrt(size)))) {
      throw new UsageError(`--size: expected 4, 9, 16, ... 64, ... 256 for a Hald image, received ${size}`);
    }
    await checkOutput(output, { force: options.force, inputs: [file] });
    const { look } = await readLook(file);
    const network = synthesizeAsAsked(look, set);
    const title = options.title ?? basename(output, extname(output));
    const { lut, error } = bakeNetwork(network, { size, strength, title });
    await makeFolder(folderOf(output));
    if (format === "cube") {
      const comments = [`baked by synthconv from ${basename(file)}${settingsNote(set, strength)}`];
      await writeFileAtomically(output, writeCube(lut, { comments }), { signal });
    } else await encodePhoto(haldPhoto(lut, Math.sqrt(size)), output, { signal });
    const document = differenceDocument(error);
    const ffmpeg = ffmpegCommand(format, output);
    const kind = format === "cube" ? ".cube" : `Hald image of level ${Math.sqrt(size)}`;
    const lines = [
      `${output}: ${kind}, ${size} nodes an axis, ${counted(size ** 3, "colour")}`,
      "error of the bake, between its nodes too:",
      ...differenceLines(document).map((line) => `  ${line}`),
      "to apply it with ffmpeg:",
      `  ${ffmpeg}`,
    ];
    out.print(lines.join("\n"));
    return {
      json: { look: file, output, format, size, settings: set, strength, error: document, ffmpeg },
    };
  },
});

/** Rounded to 16 bits. */
function haldPhoto(lut: Lut, level: number): Photo {
  const { width, height, pixels } = lutToHald(lut, level);
  return newPhoto(
    width,
    height,
    Uint16Array.from(pixels, (value) => Math.round(value * 65_535)),
  );
}

function settingsNote(settings: Settings, strength: number): string {
  const notes = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  if (strength !== 1) notes.push(`strength ${strength}`);
  return notes.length === 0 ? "" : `, ${notes.join(", ")}`;
}

function formatOf(output: string): Format {
  const extension = extname(output).toLowerCase();
  if (extension === ".cube") return "cube";
  if (extension === ".png") return "hald";
  throw new UsageError(
    `--output: expected a name that ends in .cube or .png, received ${JSON.stringify(output)}`,
  );
}
