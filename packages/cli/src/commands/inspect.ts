import { basename } from "node:path";
import { lookLayout, versionOf } from "synthconv/internal";
import { folderOf, makeFolder, showsUnicode, writeFileAtomically } from "synthconv/internal/node";
import { type ColourSpace, type Look, synthesize } from "synthconv/look";
import { colourSpaceOption, spacesOfLook } from "../colour-space-option.js";
import { type CommandContext, type CommandModule, defineCommand } from "../frame/command.js";
import { UsageError } from "../frame/failure.js";
import { checkOutput } from "../frame/output-file.js";
import { STREAM } from "../frame/standard-input.js";
import { readLook } from "../look-file.js";
import { formatBytes } from "../report/quantities.js";
import { distribution } from "./inspect/histogram.js";
import { schemaLines, type TensorReport, tensorLines, weightsHeading } from "./inspect/report.js";

const BINS = 32;

interface InspectOptions {
  readonly html?: string;
  readonly photo?: string;
  readonly inputSpace?: ColourSpace;
  readonly force?: boolean;
}

export const inspect: CommandModule = defineCommand<InspectOptions>({
  description:
    "Says what a look is: its knobs and styles, its sizes, how it was trained, the error that was measured then, and how " +
    "the entries of every parameter are distributed.",
  examples: [
    ["synthconv inspect warm.safetensors", "what warm.safetensors is, with histograms"],
    [
      "synthconv inspect warm.safetensors --html warm.html --photo photo.jpg",
      "pictures over its knobs and styles, curves of its greys and its lattice, as one page",
    ],
    ["synthconv inspect warm.safetensors --json | jq .error", "the measured error, for a program"],
  ],
  configure(command) {
    command
      .argument("<look>", "a look file, as synthconv train writes it")
      .option("--html <file>", "write a page with pictures of the look, which needs no server")
      .option("--photo <photo>", "the photo of these pictures (default: a chart of colours)")
      .addOption(
        colourSpaceOption(
          "--input-space <name>",
          "what the photo is encoded in if it does not say it, as arri-logc3 (default: srgb)",
        ),
      )
      .option("--force", "overwrite the page if it exists");
  },
  async run([file = ""], options, context) {
    await checkPage(file, options);
    const { look, bytes } = await readLook(file, context);
    const { schema } = look;
    const { coverage = null, protection = null, errorByDistance = [] } = schema;
    const parameters = [...lookLayout(schema).parameters].map(([name, shape]) =>
      describeTensor(name, shape, look.parameters.get(name) ?? []),
    );
    const weights = writtenWeights(look);
    const characters = showsUnicode() ? "unicode" : "ascii";
    const lines = [
      `${file}: a look, version ${versionOf(schema)}, ${formatBytes(bytes)}`,
      ...schemaLines(schema),
      "",
      ...tensorLines("parameters", parameters, characters),
      "",
      ...tensorLines(weightsHeading(schema), weights, characters),
    ];
    context.out.print(lines);
    const page = await writePage(look, file, options, context);
    if (page !== null) context.out.print(`${page}: pictures of it, to open in a browser`);
    return {
      json: {
        file,
        bytes,
        format: "synthconv-look",
        version: versionOf(schema),
        ...schema,
        outputSpace: schema.outputSpace ?? schema.colourSpace,
        coverage,
        errorByDistance,
        protection,
        parameters,
        weights,
        page,
      },
    };
  },
});

/** @throws {UsageError | FileError} when the page would overwrite a file, or a photo has no page to be on. */
async function checkPage(file: string, { html, photo, inputSpace, force }: InspectOptions): Promise<void> {
  if (inputSpace !== undefined && photo === undefined)
    throw new UsageError("--input-space: expected --photo beside it, the photo that is encoded so");
  if (html === undefined) {
    if (photo === undefined) return;
    throw new UsageError("--photo: expected --html beside it, the page that shows the photo");
  }
  const inputs = [file, ...(photo === undefined ? [] : [photo])].filter((path) => path !== STREAM);
  await checkOutput(html, { force, inputs });
}

/** @returns its path; null where none was asked for. */
async function writePage(
  look: Look,
  file: string,
  { html, photo, inputSpace }: InspectOptions,
  { out, signal }: CommandContext,
): Promise<string | null> {
  if (html === undefined) return null;
  // The codec is loaded for pictures alone.
  const [{ lookPage }, { pictureOfColours, pictureOfPhoto }] = await Promise.all([
    import("./inspect/page/page.js"),
    import("./inspect/page/picture.js"),
  ]);
  const colours = { ...spacesOfLook(look.schema), untagged: inputSpace };
  const picture = photo === undefined ? pictureOfColours(colours) : await pictureOfPhoto(photo, colours);
  for (const warning of picture.warnings) out.warn(`${photo}: ${warning}`);
  const page = await lookPage(look, basename(file), picture);
  await makeFolder(folderOf(html));
  await writeFileAtomically(html, Buffer.from(page), { signal });
  return html;
}

/** The tensors that the generator writes with every knob at its default, in the first style. */
function writtenWeights(look: Look): TensorReport[] {
  const tensors = synthesize(look).layers.flatMap(({ weight, bias }) => [weight, bias ?? []]);
  return [...lookLayout(look.schema).weights].map(([name, shape], index) =>
    describeTensor(name, shape, tensors[index] ?? []),
  );
}

function describeTensor(name: string, shape: readonly number[], values: ArrayLike<number>): TensorReport {
  return { name, shape, ...distribution(Float32Array.from(values), BINS) };
}
