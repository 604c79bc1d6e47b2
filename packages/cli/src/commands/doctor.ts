import { stat } from "node:fs/promises";
import { extname, join } from "node:path";
import { Option } from "commander";
import {
  type Diagnosis,
  diagnoseRun,
  htmlReport,
  type RunHistory,
  runHistograms,
  tensorBoardFile,
  terminalReport,
} from "synthconv/doctor";
import {
  asFileError,
  canRedraw,
  folderOf,
  makeFolder,
  refuseIrregular,
  showsUnicode,
  writeFileAtomically,
} from "synthconv/internal/node";
import { EVENT_FILE_NAME, readRun } from "synthconv/node";
import { type CommandContext, type CommandModule, defineCommand } from "../frame/command.js";
import { EXIT } from "../frame/exit-codes.js";
import { UsageError } from "../frame/failure.js";
import { numberOption, parseDuration } from "../frame/numbers.js";
import { checkOutput } from "../frame/output-file.js";
import { diagnoseModule, type ModuleOptions } from "./doctor/diagnose-module.js";

interface Options {
  readonly html?: string;
  readonly tensorboard?: string;
  readonly force?: boolean;
  readonly steps?: number;
  readonly timeLimit: number;
  readonly strict?: boolean;
}

// A network of 5 million parameters takes some seconds; what is still at work after minutes hangs.
const TIME_LIMIT = 300;

interface Examined {
  readonly diagnosis: Diagnosis;
  readonly history: RunHistory;
}

export const doctor: CommandModule = defineCommand<Options>({
  description:
    "Says which parameters do not learn, and why: of a training run, from its folder alone, or of a module " +
    "(.ts, .js) that exports model, batch and loss(model, batch), and an optimizer if it has one. A module is " +
    "executed: examine only what you would run. The exit code is 1 when something does not learn.",
  examples: [
    [
      "synthconv doctor mine.safetensors.run",
      "what a run's folder says; synthconv train --watch 100 keeps more in it",
    ],
    [
      "synthconv doctor network.ts --html report.html",
      "runs a few steps of a module, and writes a page with drawings",
    ],
    ["synthconv doctor network.ts --json --quiet", "for continuous integration"],
  ],
  configure(command) {
    command
      .argument("<target>", "the folder of a run, or a module")
      .option("--html <file>", "write the report as one page that needs nothing else")
      .option("--tensorboard <folder>", "write scalars and histograms for TensorBoard there")
      .option("--force", "overwrite these files if they exist")
      .option("--strict", "exit with 1 on warnings, too")
      .addOption(
        numberOption("--steps <number>", "steps that a module is trained for", { minimum: 2, whole: true }),
      )
      .addOption(
        new Option("--time-limit <time>", "stop a module that takes longer: 90s, 5min, 1h")
          .default(TIME_LIMIT, "5min")
          .argParser((text: string) => parseDuration("--time-limit", text)),
      );
  },
  async run([target = ""], { html, tensorboard, force, steps, timeLimit, strict }, context) {
    const { out } = context;
    const eventFile = tensorboard === undefined ? undefined : join(tensorboard, EVENT_FILE_NAME);
    for (const output of [html, eventFile]) {
      if (output !== undefined) await checkOutput(output, { force, inputs: [target] });
    }
    const { diagnosis, history } = await examine(
      target,
      { steps, timeLimit, isRecorded: html !== undefined || tensorboard !== undefined },
      context,
    );
    if (html !== undefined) {
      const page = htmlReport(diagnosis, { title: target, histograms: runHistograms(history) });
      await makeFolder(folderOf(html));
      await writeFileAtomically(html, page);
    }
    if (eventFile !== undefined) {
      await makeFolder(folderOf(eventFile));
      await writeFileAtomically(eventFile, tensorBoardFile(history));
    }
    const { stdout } = out;
    const colour = canRedraw(stdout) && !process.env.NO_COLOR;
    const columns = stdout.columns === undefined ? {} : { columns: stdout.columns };
    out.printReady(terminalReport(diagnosis, { colour, unicode: showsUnicode(), ...columns }));
    return { json: diagnosis, exitCode: isGood(diagnosis, strict) ? EXIT.ok : EXIT.failed };
  },
});

function isGood({ healthy, state }: Diagnosis, strict = false): boolean {
  return strict ? state === "well" : healthy;
}

async function examine(target: string, options: ModuleOptions, context: CommandContext): Promise<Examined> {
  const facts = await stat(target).catch((error: unknown) => {
    throw asFileError(error, target, "the folder of a run, or a module");
  });
  if (facts.isDirectory()) {
    const run = await readRun(target);
    for (const warning of run.warnings) context.out.warn(warning);
    return { diagnosis: diagnoseRun(run), history: run };
  }
  if (!/\.(?:ts|mts|js|mjs|cjs)$/.test(target)) {
    const kind = extname(target) === "" ? "a file without an extension" : `a file ${extname(target)}`;
    throw new UsageError(
      `${target}: expected the folder of a run, or a module .ts, .mts, .js, .mjs or .cjs, received ${kind}`,
    );
  }
  refuseIrregular(facts, target, "a module");
  return diagnoseModule(target, options, context);
}
