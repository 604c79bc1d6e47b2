import { basename, extname } from "node:path";
import { folderOf, makeFolder } from "synthconv/internal/node";
import {
  fitLut,
  LutSampler,
  lutFormatOfName,
  type WritableLutFormat,
  writableLutFormats,
} from "synthconv/look";
import { alternatives } from "../alternatives.js";
import { type CommandModule, defineCommand } from "../frame/command.js";
import { UsageError } from "../frame/failure.js";
import { wholeOption } from "../frame/numbers.js";
import { checkOutput } from "../frame/output-file.js";
import { layoutOption } from "../layout-option.js";
import { encodeLut, lutTitles, readLutFile, writeEncodedLut } from "../lut-file.js";
import { differenceDocument, differenceLines } from "../report/difference.js";
import { lutConsumer } from "../verify/lut-consumer.js";
import { lutTolerance, verificationExit, verificationLine, verifyExport } from "../verify/verify.js";
import { conversionError } from "./convert/error.js";

interface Options {
  readonly format?: string;
  readonly layout?: string;
  readonly size?: number;
  readonly title?: string;
  readonly verify?: boolean;
  readonly force?: boolean;
}

const FORMATS = writableLutFormats();
const NAMES = FORMATS.map(({ name }) => name).join(", ");

export const convert: CommandModule = defineCommand<Options>({
  description:
    `Writes a LUT in another format (${lutTitles(FORMATS)}). What that format cannot carry is said before it is ` +
    "written, and the written file is read again and held against the source.",
  examples: [
    ["synthconv convert film.cube film.clf", "the same tables, as the Academy's format"],
    ["synthconv convert log.csp log.cube --size 65", "curves and lattice over any domain, as a .cube"],
    ["synthconv convert film.cube film.png --format tiles", "a strip for a game engine"],
  ],
  configure(command) {
    command
      .argument("<input>", "the LUT to read, known by its content")
      .argument("<output>", "the LUT to write; its extension decides the format")
      .option("--format <name>", `the output's format where its extension does not say: ${NAMES}`)
      .addOption(
        wholeOption("--size <nodes>", "nodes per axis, or points of curves alone (default: as many)", 2),
      )
      .option("--title <text>", "the title, where the format holds one (default: the input's)")
      .addOption(layoutOption())
      .option(
        "--verify",
        "run 10,000 colours through ffmpeg or OpenColorIO with the file, and compare; exit with 1 unless they agree",
      )
      .option("--force", "overwrite the output if it exists");
  },
  async run([input = "", output = ""], options, { out, signal }) {
    const format = formatOf(output, options.format);
    if (extname(input).toLowerCase() === ".safetensors") {
      throw new UsageError(`expected a LUT, received ${input}, a look: synthconv bake writes looks as LUTs`);
    }
    await checkOutput(output, { force: options.force, inputs: [input] });
    const source = await readLutFile(input, options.layout === undefined ? {} : { layout: options.layout });
    signal.throwIfAborted();
    const title = options.title ?? source.lut.title;
    const stated = { ...source.lut, ...(title !== undefined && { title }) };
    const { lut, changes } = fitLut(stated, format, options.size === undefined ? {} : { size: options.size });
    const isLattice = lut.stages.length === 1 && lut.stages[0]?.kind === "lut3d";
    const consumer = options.verify ? lutConsumer(format, isLattice) : undefined;
    for (const change of changes) out.warn(`${output}: ${change}`);
    const comments = [`converted by synthconv from ${basename(input)}`];
    const encoded = encodeLut(format, lut, { comments });
    const error = conversionError(source.lut, encoded.readBack(output));
    signal.throwIfAborted();
    await makeFolder(folderOf(output));
    await writeEncodedLut(encoded, output, { signal });
    const verification =
      consumer === undefined
        ? undefined
        : await verifyExport(consumer, {
            ...{ file: output, name: format.name, usage: "", signal },
            tolerance: lutTolerance(error.difference),
            // A LUT does not say what it writes.
            space: "srgb",
            applyLook(colours) {
              const values = new Float64Array(colours.length);
              new LutSampler(source.lut).apply(Float64Array.from(colours), values);
              colours.set(values);
            },
          });
    const difference = differenceDocument(error.difference);
    const stages = lut.stages.map(({ kind }) => kind);
    out.print([
      `${output}: ${format.title}, ${stages.join(", ") || "the identity"}`,
      "error of the conversion, over 48 x 48 x 48 colours from 0 to 1:",
      `  8-bit codes: mean ${error.codes.mean.toFixed(3)}, largest ${error.codes.max.toFixed(2)}`,
      ...differenceLines(difference).map((line) => `  ${line}`),
      ...(verification === undefined ? [] : [verificationLine(verification)]),
    ]);
    const facts = { input, output, from: source.format.name, to: format.name, stages, changes };
    return {
      json: {
        ...facts,
        error: { codes: error.codes, ...difference },
        verification: verification ?? null,
      },
      ...(verification !== undefined && { exitCode: verificationExit(verification) }),
    };
  },
});

function formatOf(output: string, name: string | undefined): WritableLutFormat {
  const format =
    name === undefined ? lutFormatOfName(output, FORMATS) : FORMATS.find((one) => one.name === name);
  if (format !== undefined) {
    refuseOtherExtension(output, format);
    return format;
  }
  if (name !== undefined)
    throw new UsageError(`--format: expected one of ${NAMES}, received ${JSON.stringify(name)}`);
  const extensions = [...new Set(FORMATS.map((one) => `.${one.extensions[0]}`))];
  throw new UsageError(
    `expected an output whose name ends in ${alternatives(extensions)}, or --format, received ${JSON.stringify(output)}`,
  );
}

/** A program that goes by the name would read it as what it is not. */
function refuseOtherExtension(output: string, { name, extensions }: WritableLutFormat): void {
  const stated = extname(output).slice(1).toLowerCase();
  const isKnown = FORMATS.some((one) => one.extensions.includes(stated));
  if (!isKnown || extensions.includes(stated)) return;
  throw new UsageError(
    `--format: expected a name that ends in ${alternatives(extensions.map((one) => `.${one}`))} for ${name}, received ${JSON.stringify(output)}`,
  );
}
