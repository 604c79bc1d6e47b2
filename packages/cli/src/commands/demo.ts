import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bakeNetwork, generatedSize, type Look, serializeLook, synthesize, writeCube } from "synthconv/look";
import { formatDuration, makeFolder, writeFileAtomically } from "synthconv/node";
import { type CommandModule, defineCommand } from "../frame/command.js";
import { numberOption } from "../frame/numbers.js";
import { quoteForShell } from "../frame/shell.js";
import { decodePhoto } from "../image/decode-photo.js";
import { encodePhoto } from "../image/encode-photo.js";
import type { Photo } from "../image/photo.js";
import { openPhoto } from "../image/photo-header.js";
import { columns } from "../report/columns.js";
import { formatDecibels } from "../report/difference.js";
import { counted } from "../report/quantities.js";
import { contactSheet } from "./demo/contact-sheet.js";
import type { GradientStage } from "./demo/gradients.js";
import { leftHalf, rightHalf } from "./demo/halves.js";
import { type HeldOutResult, heldOutResult, SHOWN_AT } from "./demo/held-out.js";
import { type DemoTraining, MIX, trainDemo } from "./demo/training.js";

interface Options {
  readonly out: string;
  readonly steps: number;
  readonly seed: number;
}

/** The photograph comes with the package: see its licence beside it. */
const PHOTOGRAPH = fileURLToPath(new URL("../assets/baboon.png", import.meta.url));
const DEFAULT_STEPS = 2000;
/** The difference at the bright end of the heat maps: twice what is just noticeable. */
const HEAT_SCALE = 2;

export const demo: CommandModule = defineCommand<Options>({
  description:
    "Watch a fully connected network learn to write 1x1 convolutions: it reads one knob and writes the network " +
    "that turns a photograph from a warm fade into a cool cross-process. It is trained on the left half of the " +
    "photograph and applied to the right half. Takes about a minute.",
  examples: [
    ["synthconv demo", "writes photos, a contact sheet, a .cube and the look to ./synthconv-demo"],
    ["synthconv demo --out /tmp/demo --seed 1", "elsewhere, from other first numbers"],
  ],
  configure(command) {
    command
      .option(
        "--out <folder>",
        "where to write; the demo's own files there are overwritten",
        "synthconv-demo",
      )
      .addOption(
        numberOption("--steps <count>", "training steps", { minimum: 1, whole: true }).default(DEFAULT_STEPS),
      )
      .addOption(
        numberOption("--seed <number>", "of every random number", { minimum: 0, whole: true }).default(0),
      );
  },
  async run(_operands, options, context) {
    const { out } = context;
    const photo = await decodePhoto(await openPhoto(PHOTOGRAPH));
    await makeFolder(options.out);
    const training = await trainDemo(leftHalf(photo), options, context);
    const { look } = training.fitted;
    const results: HeldOutResult[] = [];
    for (const mix of SHOWN_AT) {
      context.signal.throwIfAborted();
      results.push(await heldOutResult(rightHalf(photo), look, mix, HEAT_SCALE));
    }
    const files = await writeFiles(options.out, photo, look, results);
    out.print(reportLines(training, results, options.out, files).join("\n"));
    return {
      json: {
        out: options.out,
        files,
        seconds: training.seconds,
        network: look.schema.network,
        generator: look.schema.generator,
        training: look.schema.training,
        heldOut: results.map(({ mix, error }) => ({ mix, ...error })),
        gradients: training.stages,
      },
    };
  },
});

/** @returns the names of the files in the folder. */
async function writeFiles(
  folder: string,
  photo: Photo,
  look: Look,
  results: readonly HeldOutResult[],
): Promise<string[]> {
  const sheet = await contactSheet({
    photo,
    columns: results.map((result) => ({
      ...result,
      label: `mix ${result.mix.toFixed(1)}`,
      caption: `deltaE ${result.error.deltaE2000.mean.toFixed(2)}`,
    })),
    parts: [
      "the knob: mix",
      `fully connected ${generatorWidths(look)}`,
      `1x1 convolutions ${networkWidths(look)}`,
    ],
    scale: HEAT_SCALE,
  });
  const pictures: (readonly [string, Photo])[] = [
    ["contact-sheet.png", sheet],
    ["photograph.png", photo],
    ...results.map(({ mix, byNetwork }) => [`held-out-mix-${mix.toFixed(1)}.png`, byNetwork] as const),
  ];
  for (const [name, picture] of pictures) await encodePhoto(picture, join(folder, name));
  const { lut } = bakeNetwork(synthesize(look), { title: `synthconv demo, mix ${MIX.default}` });
  const others: (readonly [string, Uint8Array])[] = [
    [`mix-${MIX.default}.cube`, writeCube(lut)],
    ["look.safetensors", serializeLook(look)],
  ];
  for (const [name, bytes] of others) await writeFileAtomically(join(folder, name), bytes);
  return [...pictures, ...others].map(([name]) => name);
}

function reportLines(
  { fitted, positions, seconds, stages }: DemoTraining,
  results: readonly HeldOutResult[],
  folder: string,
  files: readonly string[],
): string[] {
  const { look } = fitted;
  const errors = results.map(({ mix, error: { psnr, deltaE2000 } }) => [
    `  ${mix.toFixed(1)}`,
    formatDecibels(psnr),
    ...[deltaE2000.mean, deltaE2000.p95, deltaE2000.max].map((value) => value.toFixed(2)),
  ]);
  const inFolder = (name: string): string => quoteForShell(join(folder, name));
  return [
    `A fully connected network ${generatorWidths(look)} read the knob "mix" and wrote the 1x1 convolutions ${networkWidths(look)}.`,
    `Trained on the left half of a photograph at ${positions} positions of the knob: ${counted(fitted.result.step, "step")} in ${formatDuration(seconds)}.`,
    "",
    "On the right half, which training never saw:",
    ...columns(
      [["  mix", "PSNR", "deltaE 2000 mean", "p95", "max"], ...errors],
      ["left", "right", "right", "right", "right"],
    ),
    "",
    "The gradient that reached every fully connected layer (norm over its weight and bias):",
    ...gradientLines(stages),
    "",
    `Written to ${folder}: ${files.join(", ")}`,
    "",
    "Go on with",
    `  synthconv inspect ${inFolder("look.safetensors")}`,
    `  synthconv apply ${inFolder("look.safetensors")} YOUR-PHOTO.jpg -o out.jpg --set mix=0.3`,
  ];
}

/** `1 - 32 - 32 - 227`. */
function generatorWidths({ schema: { generator, network } }: Look): string {
  return [1, ...generator.hidden, generatedSize(network.channels)].join(" - ");
}

function networkWidths({ schema: { network } }: Look): string {
  return network.channels.join(" - ");
}

function gradientLines(stages: readonly GradientStage[]): string[] {
  const heading = ["  layer", "weight", ...stages.map(({ step }) => `step ${step}`)];
  const rows = (stages[0]?.layers ?? []).map(({ layer, shape }, index) => [
    `  ${layer}`,
    `[${shape.join(",")}]`,
    ...stages.map(({ layers }) => layers[index]?.norm.toExponential(2) ?? ""),
  ]);
  return columns([heading, ...rows], ["left", "left", ...stages.map(() => "right" as const)]);
}
