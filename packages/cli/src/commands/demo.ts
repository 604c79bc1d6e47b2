import { join } from "node:path";
import { FIT_DEFAULTS } from "synthconv/fit";
import { formatDuration, Progress } from "synthconv/internal/node";
import { setBackend } from "synthconv/look";
import { type BackendOptions, backendOption } from "../frame/backend.js";
import { type CommandContext, type CommandModule, defineCommand } from "../frame/command.js";
import { numberOption } from "../frame/numbers.js";
import { quoteForShell } from "../frame/shell.js";
import { decodePhoto } from "../image/decode-photo.js";
import { openPhoto } from "../image/photo-header.js";
import {
  LOOK_FILE,
  ORIGINAL_FILE,
  PHOTO_FILE,
  photoName,
  SHOWN_SETTING,
  TRUE_FILE,
  writeResults,
} from "./demo/files.js";
import { claimFolder, NOTE_FILE } from "./demo/folder.js";
import {
  examine,
  type Halves,
  halvesOf,
  type Lesson,
  type LessonOptions,
  MIX,
  teach,
} from "./demo/lesson.js";
import { gradientLines, heldOutLines, indented, lessonLines } from "./demo/report.js";

interface Options extends BackendOptions {
  readonly out: string;
  readonly steps: number;
  readonly seed: number;
  readonly force?: boolean;
}

/** Some 8 seconds: a mean deltaE 2000 of 0.2 to 0.4, well under what anybody sees. */
const DEFAULT_STEPS = 6000;

const NOTE = `The demo trained a look with a knob on the left half of a photograph. A later demo overwrites these files:

- contact-sheet.png: the photograph, and the look as its knob is turned
- original.png: the photograph (npm package baboon-image, MIT)
- mix-0.00.png to mix-1.00.png: the look applied to it at settings of the knob
- hand-written-0.70.png: what the network was to imitate, at a setting that training never saw
- look.safetensors: the look, for synthconv apply, bake and inspect
- mix-0.70.cube: the look at one setting, for every tool that reads a .cube
`;

export const demo: CommandModule = defineCommand<Options>({
  description:
    "Trains a fully connected network to write the 1x1 convolutions that turn a photograph into a look with a " +
    "knob, on one half of the photograph and some settings of the knob; measures the other half at those and at " +
    "new settings, shows the gradient that reaches every fully connected layer, and writes pictures, the look " +
    "and a .cube.",
  examples: [
    ["synthconv demo", "writes into synthconv-demo/"],
    ["synthconv demo --out elsewhere --seed 1", "into another folder, with other random numbers"],
  ],
  configure(command) {
    command
      .option(
        "--out <folder>",
        "where its files go; an earlier demo's there are overwritten",
        "synthconv-demo",
      )
      .addOption(
        numberOption("--steps <count>", "training steps", { minimum: 2, whole: true }).default(DEFAULT_STEPS),
      )
      .addOption(
        numberOption("--seed <number>", "of all random numbers", { minimum: 0, whole: true }).default(
          FIT_DEFAULTS.seed,
        ),
      )
      .addOption(backendOption())
      .option("--force", "write into a folder that holds other files, and over those of the same names");
  },
  async run(_operands, { out: folder, steps, seed, backend, force = false }, context) {
    setBackend(backend);
    const { out, signal } = context;
    const start = performance.now();
    await claimFolder(folder, NOTE, force);
    const photo = await decodePhoto(await openPhoto(PHOTO_FILE));
    out.print([...lessonLines(photo), ""]);
    const halves = halvesOf(photo);
    const { fitted, gradients } = await teachWithProgress(halves, { steps, seed }, context);
    const { heldOut, error } = examine(fitted, halves);
    const files = [NOTE_FILE, ...(await writeResults(folder, { photo, fitted, heldOut, error }, signal))];
    const seconds = (performance.now() - start) / 1000;
    const next = nextCommands(folder);
    const lines = [
      ...heldOutLines(heldOut),
      "",
      ...gradientLines(gradients, steps),
      "",
      `${files.length} files in ${folder}, after ${formatDuration(seconds)}. Look at ${join(folder, "contact-sheet.png")}, then try`,
      ...indented(next),
    ];
    out.print(lines);
    const { network, generator, training } = fitted.look.schema;
    return {
      json: {
        ...{ out: folder, files, next, seconds },
        ...{ network, generator, training, knob: MIX },
        ...{ error, heldOut, gradients },
      },
    };
  },
});

async function teachWithProgress(
  halves: Halves,
  options: Pick<LessonOptions, "steps" | "seed">,
  { out, signal }: CommandContext,
): Promise<Lesson> {
  const progress = new Progress({
    label: "train",
    unit: "steps",
    total: options.steps,
    stream: out.stderr,
    silent: out.quiet,
    signal,
  });
  try {
    return await teach(halves, {
      ...options,
      signal,
      onProgress: ({ step, loss }) => progress.update(step, { loss: loss.toPrecision(3) }),
    });
  } finally {
    progress.finish();
  }
}

/** Whole command lines for the files of the demo. */
function nextCommands(folder: string): string[] {
  // Started by npm or npx, the program is not on the shell's path.
  const program = process.env.npm_lifecycle_event === undefined ? "synthconv" : "npx synthconv";
  const inFolder = (name: string): string => quoteForShell(join(folder, name));
  const look = inFolder(LOOK_FILE);
  return [
    `${program} inspect ${look}`,
    `${program} apply ${look} ${inFolder(ORIGINAL_FILE)} -o ${inFolder("mine.png")} --set mix=0.35`,
    `${program} bake ${look} -o ${inFolder("mine.cube")} --set mix=0.35`,
    `${program} compare ${inFolder(photoName(SHOWN_SETTING))} ${inFolder(TRUE_FILE)}`,
  ];
}
