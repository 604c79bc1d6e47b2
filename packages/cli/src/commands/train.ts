import { Option } from "commander";
import {
  type ErrorRecord,
  FIT_DEFAULTS,
  FIT_QUALITIES,
  FIT_SIZE,
  KNOB_LEARNING_RATE,
  MAX_SIZE,
  MIN_SIZE,
  measureKnobs,
  pixelLossNames,
  worstGreys,
} from "synthconv/fit";
import { folderOf, makeFolder, writeFileAtomically } from "synthconv/internal/node";
import { serializeLook } from "synthconv/look";
import { backendOption } from "../frame/backend.js";
import { type CommandContext, type CommandModule, defineCommand } from "../frame/command.js";
import { InterruptedError, UsageError } from "../frame/failure.js";
import { numberOption, parseDuration, wholeOption } from "../frame/numbers.js";
import { checkOutput } from "../frame/output-file.js";
import { quoteForShell } from "../frame/shell.js";
import { addThreadsOption } from "../frame/threads.js";
import { layoutOption } from "../layout-option.js";
import { lutTitles } from "../lut-file.js";
import { adviceOn } from "./train/advice.js";
import { useBackend } from "./train/backend.js";
import { trainDocument } from "./train/document.js";
import { fitSource } from "./train/fit-source.js";
import { withGreys } from "./train/greys.js";
import { measureConditions, measureWholes, withErrors } from "./train/measured.js";
import { printReport } from "./train/print-report.js";
import { checkProtectable, checkProtectableIn, missedSentences, protectOption } from "./train/protect.js";
import { readSource } from "./train/source.js";
import { addSpaceOptions } from "./train/space-options.js";
import { once, type TrainOptions } from "./train/train-options.js";
import { trainedSpaces } from "./train/trained-spaces.js";
import { TrainingRun } from "./train/training-run.js";

export const train: CommandModule = defineCommand<TrainOptions>({
  description:
    "Trains a look: on photos before and after an edit (two files, or two folders matched by name), or on a LUT " +
    `(${lutTitles()}), on a chart that was put through an app, or on a recipe of pairs and LUTs, as one look with knobs and styles. Reports the error on pixels that were held out, or on the LUT's whole lattice. An ` +
    "interrupted training continues with --resume, to the same bits as an uninterrupted one.",
  examples: [
    [
      "synthconv train --before raw.jpg --after edited.jpg -o mine.safetensors",
      "learns the edit from one pair",
    ],
    [
      "synthconv train --before raw/ --after edited/ -o mine.safetensors",
      "learns it from many, matched by name",
    ],
    [
      "synthconv train film.cube -o film.safetensors --channels 16",
      "learns a LUT, with a quarter of the weights",
    ],
    [
      "synthconv train --chart edited.jpg -o app.safetensors",
      "learns what an app did to the chart of synthconv chart",
    ],
    [
      "synthconv train --recipe looks.json -o films.safetensors",
      "learns knobs and styles from the examples that looks.json lists",
    ],
  ],
  configure(command) {
    const { channels, hidden, steps, batch, learningRate, loss, seed } = FIT_DEFAULTS;
    command
      .argument(
        "[lut...]",
        "a LUT, known by its content; without it --before and --after, --chart, or --recipe",
      )
      .option("--before <path>", "the photo, or the folder of photos, before the edit", once("--before"))
      .option("--after <path>", "the photo, or the folder of photos, after the edit", once("--after"))
      .option(
        "--chart <photo>",
        "the picture of synthconv chart, as an app, site or camera profile returned it",
      )
      .option(
        "--recipe <file>",
        "a JSON file that lists examples, photos and LUTs, with the knob settings and the style of each",
      )
      .option("--report <folder>", "of photos: write there what of each pair no look can learn, and where")
      .addOption(protectOption())
      .addOption(layoutOption())
      .requiredOption("-o, --output <file>", "the look to write, x.safetensors")
      .addOption(
        new Option(
          "--quality <name>",
          "how long to search, for a look without knobs (default: normal, where --channels, --hidden and --steps are left out)",
        ).choices(FIT_QUALITIES),
      )
      .addOption(
        wholeOption(
          "--size <numbers>",
          `the most weights of a style's network (default: ${FIT_SIZE})`,
          MIN_SIZE,
          MAX_SIZE,
        ),
      )
      .addOption(
        wholeOption(
          "--channels <K>",
          `channels of each hidden layer, 1 to 256 (default: what --size holds, without a quality ${channels})`,
          1,
          256,
        ),
      )
      .addOption(
        wholeOption(
          "--hidden <layers>",
          `hidden layers, 0 to 3 (default: 3 with a quality, else ${hidden})`,
          0,
          3,
        ),
      )
      .addOption(
        wholeOption("--steps <count>", `steps of Adam (default: ${steps}, with a quality what it needs)`, 1),
      )
      .addOption(wholeOption("--batch <colours>", "colours per step", 1, 2 ** 22).default(batch))
      .addOption(
        numberOption(
          "--lr <rate>",
          `learning rate at the start; it falls to 0 (default: ${learningRate}, with knobs ${KNOB_LEARNING_RATE})`,
          { minimum: 0, above: true },
        ),
      )
      .addOption(new Option("--loss <name>", "the loss to minimize").choices(pixelLossNames).default(loss))
      .addOption(
        wholeOption(
          "--seed <number>",
          "seed of every random number; the same seed gives the same look",
          0,
        ).default(seed),
      )
      .addOption(
        new Option("--time-limit <time>", "stop after 90s, 5min, 1h with what was learned by then").argParser(
          (text: string) => parseDuration("--time-limit", text),
        ),
      )
      .option(
        "--run <folder>",
        "keep checkpoints and history there (default: <output>.run until the look is written)",
      )
      .addOption(
        wholeOption(
          "--watch <steps>",
          "every so many steps, keep histograms of all parameters, gradients and updates in the run's folder, for " +
            "synthconv doctor and TensorBoard; the folder is then always kept",
          1,
        ),
      )
      .addOption(backendOption())
      .option("--resume", "continue from the last checkpoint of the run, with the same options")
      .option("--force", "overwrite the output if it exists");
    addSpaceOptions(command);
    addThreadsOption(command);
  },
  async run(operands, options, context) {
    const { out, signal } = context;
    const { output } = options;
    if (!output.toLowerCase().endsWith(".safetensors")) {
      throw new UsageError(
        `--output: expected a name that ends in .safetensors, received ${JSON.stringify(output)}`,
      );
    }
    await checkOutput(output, { force: options.force });
    const { before, after, recipe, chart, layout, seed, resume = false, protect = [] } = options;
    const { workingSpace, inputSpace, outputSpace } = options;
    const spaces = { workingSpace, inputSpace, outputSpace };
    checkProtectable(protect, recipe);
    checkProtectableIn(trainedSpaces(spaces), protect);
    const open = (): Promise<TrainingRun> =>
      TrainingRun.open({
        named: options.run,
        output,
        keep: options.watch !== undefined,
        resume,
        onDamaged: (message) => out.warn(message),
      });
    // A run that goes on says on which backend, and the colours of a LUT depend on that, too.
    const resumed = resume ? await open() : undefined;
    const source = await (async () => {
      useBackend(options.backend, resumed);
      const { report, force } = options;
      return await readSource(operands, {
        before,
        after,
        recipe,
        chart,
        report,
        force,
        layout,
        spaces,
        seed,
        signal,
      });
    })().catch(async (error: unknown) => {
      await resumed?.abandon();
      throw error;
    });
    for (const warning of source.warnings) out.warn(warning);
    await makeFolder(folderOf(output));
    const start = performance.now();
    const run = resumed ?? (await open());
    try {
      const fitted = await fitSource(source, options, run, context);
      const { result } = fitted;
      const repair = await withGreys(fitted.look, source, protect, signal);
      const { look: trained, repaired, missed, anywhere } = repair;
      const wholes = result.reason === "finished" ? await measureWholes(source, options, signal) : [];
      const heldOut = [trained.schema.error ?? fitted.error, ...wholes];
      const error = heldOut.at(-1) as ErrorRecord;
      const look = withErrors(trained, error, source);
      const conditions = measureConditions(look, source);
      const ofConditions = conditions.map((condition) => condition.greys);
      const greys = worstGreys(anywhere === undefined ? ofConditions : [...ofConditions, anywhere]);
      const knobs = measureKnobs(look, source.training);
      const bytes = serializeLook(look);
      await writeFileAtomically(output, bytes, { signal });
      if (!(await run.finish())) out.warn(`${run.path}: it is no longer needed and cannot be removed`);
      const seconds = (performance.now() - start) / 1000;
      const measured = { look, error, heldOut, greys, conditions, knobs };
      printReport(context, { source, ...measured, output, steps: result.step, seconds });
      const advice = adviceOn({ source, ...measured });
      for (const sentence of [...missedSentences(missed), ...advice]) out.warn(sentence);
      if (options.watch !== undefined) out.print(`watched: synthconv doctor ${quoteForShell(run.path)}`);
      const trainedLook = { ...measured, source, result, run, output, bytes: bytes.length, seconds };
      return { json: trainDocument({ ...trainedLook, repaired, advice }) };
    } catch (error) {
      const isKept = await run.abandon();
      if (isKept && signal.aborted) throw new InterruptedError(`go on with: ${resumeCommand(context)}`);
      if (isKept) out.warn(`the run's checkpoints are kept in ${run.path}`);
      throw error;
    }
  },
});

/** The same command line, going on. */
function resumeCommand({ args }: CommandContext): string {
  const again = [...args.filter((argument) => argument !== "--resume"), "--resume"];
  return ["synthconv", "train", ...again].map(quoteForShell).join(" ");
}
