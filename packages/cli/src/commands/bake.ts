import { basename, extname } from "node:path";
import { folderOf, makeFolder } from "synthconv/internal/node";
import {
  applyNetwork,
  bakeNetwork,
  type LatticeFormat,
  latticeFormats,
  lutFormatOfName,
  measureGuarantees,
  setBackend,
} from "synthconv/look";
import { alternatives } from "../alternatives.js";
import { spacesNote } from "../colour-space-option.js";
import { type BackendOptions, backendOption } from "../frame/backend.js";
import { type CommandModule, defineCommand } from "../frame/command.js";
import { UsageError } from "../frame/failure.js";
import { addLookOptions, type LookOptions, settingsNote, synthesizeAsAsked } from "../frame/look-options.js";
import { numberOption } from "../frame/numbers.js";
import { checkOutput } from "../frame/output-file.js";
import { readLook } from "../look-file.js";
import { lutTitles, writeLutFile } from "../lut-file.js";
import { differenceDocument, differenceLines } from "../report/difference.js";
import { guaranteeLines, guaranteeNote } from "../report/guarantees.js";
import { counted } from "../report/quantities.js";
import { lutConsumer } from "../verify/lut-consumer.js";
import { lutTolerance, verificationExit, verificationLine, verifyExport } from "../verify/verify.js";
import { ffmpegCommand } from "./bake/ffmpeg-command.js";
import { outputFor, TARGET_NAMES, targetNamed } from "./bake/targets.js";

interface Options extends LookOptions, BackendOptions {
  readonly output: string;
  readonly for?: string;
  readonly size?: number;
  readonly title?: string;
  readonly verify?: boolean;
  readonly force?: boolean;
}

const FORMATS = latticeFormats();
/** `.cube or .png`. */
const EXTENSIONS = alternatives([...new Set(FORMATS.map(({ extensions }) => `.${extensions[0]}`))]);
/** `.cube: 2 to 256, default 33; ...` */
const SIZES = FORMATS.map(({ title, write: { lattice } }) => {
  return `${title}: ${lattice.sizes}, default ${lattice.usualSize}`;
}).join("; ");

export const bake: CommandModule = defineCommand<Options>({
  description:
    `Writes a look as a 3D LUT for other tools (${lutTitles(FORMATS)}), with its knobs and its strength as they are ` +
    "set here, and measures what the baking loses.",
  examples: [
    ["synthconv bake warm.safetensors -o warm.cube", "a .cube of 33 nodes per axis, which all tools read"],
    [
      "synthconv bake film.safetensors -o film --for obs",
      "film.cube as OBS wants it, and the filter to paste",
    ],
    [
      "synthconv bake film.safetensors -o faded.png --set fade=0.3",
      "a Hald image of level 8, with a knob set",
    ],
  ],
  configure(command) {
    command
      .argument("<look>", "a look file, as synthconv train writes it")
      .requiredOption(
        "-o, --output <file>",
        `the LUT to write: a name that ends in ${EXTENSIONS}, which decides the format`,
      )
      .option("--for <tool>", `format, size and extension as a tool wants them: ${TARGET_NAMES}`)
      .addOption(numberOption("--size <nodes>", `nodes per axis (${SIZES})`, { minimum: 2, whole: true }))
      .option("--title <text>", "the title, where the format holds one (default: the output's name)")
      .option(
        "--verify",
        "run 10,000 colours through ffmpeg or OpenColorIO with the file, and compare; exit with 1 unless they agree",
      )
      .option("--force", "overwrite the output if it exists");
    addLookOptions(command);
    command.addOption(backendOption());
  },
  async run([file = ""], options, context) {
    const { out, signal } = context;
    const { strength } = options;
    const target = options.for === undefined ? undefined : targetNamed(options.for);
    const output = target === undefined ? options.output : outputFor(target, options.output);
    const format = target === undefined ? formatOf(output) : formatNamed(target.format);
    if (target !== undefined && options.size !== undefined) {
      throw new UsageError(`--size: --for ${target.name} has its own, ${target.size} nodes per axis`);
    }
    const consumer = options.verify ? lutConsumer(format, true) : undefined;
    const { sizes, usualSize, holds } = format.write.lattice;
    const size = target?.size ?? options.size ?? usualSize;
    if (!holds(size)) {
      throw new UsageError(`--size: expected ${sizes} for a ${format.title}, received ${size}`);
    }
    await checkOutput(output, { force: options.force, inputs: [file] });
    setBackend(options.backend);
    const { look } = await readLook(file, context);
    const asked = synthesizeAsAsked(look, options);
    const title = options.title ?? basename(output, extname(output));
    const { colourSpace, outputSpace = colourSpace } = look.schema;
    const { lut, error } = bakeNetwork(asked.network, { size, strength, title, outputSpace });
    const guarantees = measureGuarantees(asked.network, { strength });
    await makeFolder(folderOf(output));
    const origin = [`baked by synthconv from ${basename(file)}`, ...settingsNote(asked, strength)].join(", ");
    const comments = target?.plain ? [] : [origin, spacesNote(look.schema), guaranteeNote(guarantees)];
    await writeLutFile(format, lut, output, { comments, signal });
    const document = differenceDocument(error);
    const ffmpeg = ffmpegCommand(format.ffmpegFilter, output);
    const usage = target?.usage(output) ?? (ffmpeg === undefined ? [] : [ffmpeg]);
    const verification =
      consumer === undefined
        ? undefined
        : await verifyExport(consumer, {
            ...{ file: output, name: title, usage: usage.join("\n"), signal },
            tolerance: lutTolerance(error),
            space: outputSpace,
            applyLook: (colours) => {
              applyNetwork(asked.network, colours, { channels: 3, strength });
              for (const [at, value] of colours.entries()) colours[at] = Math.min(Math.max(value, 0), 1);
            },
          });
    const lines = [
      `${output}: ${format.title}, ${size} nodes per axis, ${counted(size ** 3, "colour")}`,
      "error of the bake, between its nodes too:",
      ...differenceLines(document).map((line) => `  ${line}`),
      "the look itself:",
      ...guaranteeLines(guarantees).map((line) => `  ${line}`),
      ...(usage.length === 0
        ? []
        : [`to use it with ${target?.name ?? "ffmpeg"}:`, ...usage.map((line) => `  ${line}`)]),
      ...(verification === undefined ? [] : [verificationLine(verification)]),
    ];
    out.print(lines);
    const { settings, styles = null } = asked;
    const facts = {
      look: file,
      output,
      for: target?.name ?? null,
      format: format.name,
      size,
      settings,
      styles,
      strength,
    };
    const json = {
      ...facts,
      colourSpace,
      outputSpace,
      error: document,
      guarantees,
      ffmpeg: ffmpeg ?? null,
      usage,
    };
    return {
      json: { ...json, verification: verification ?? null },
      ...(verification !== undefined && { exitCode: verificationExit(verification) }),
    };
  },
});

function formatNamed(name: string): LatticeFormat {
  return FORMATS.find((format) => format.name === name) as LatticeFormat;
}

function formatOf(output: string): LatticeFormat {
  const format = lutFormatOfName(output, FORMATS);
  if (format !== undefined) return format;
  throw new UsageError(
    `--output: expected a name that ends in ${EXTENSIONS}, received ${JSON.stringify(output)}`,
  );
}
