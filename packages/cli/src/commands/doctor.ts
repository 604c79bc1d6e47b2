import { stat } from "node:fs/promises";
import { join } from "node:path";
import {
  type Diagnosis,
  diagnoseRun,
  htmlReport,
  type RunHistory,
  runHistograms,
  tensorBoardFile,
  terminalReport,
} from "synthconv";
import {
  asFileError,
  canRedraw,
  EVENT_FILE_NAME,
  folderOf,
  makeFolder,
  readRun,
  showsUnicode,
  writeFileAtomically,
} from "synthconv/node";
import { type CommandContext, type CommandModule, defineCommand } from "../frame/command.js";
import { EXIT, UsageError } from "../frame/failure.js";
import { checkOutput } from "../frame/output-file.js";
import { diagnoseModule } from "./doctor/diagnose-module.js";
import { importModule } from "./doctor/import-module.js";

interface Options {
  readonly html?: string;
  readonly tensorboard?: string;
  readonly force?: boolean;
}

interface Examined {
  readonly diagnosis: Diagnosis;
  readonly history: RunHistory;
}

export const doctor: CommandModule = defineCommand<Options>({
  description:
    "Says which parameters do not learn, and why: of a training run, from its folder alone, or of a module " +
    "(.ts, .js) that exports model, batch and loss(model, batch), and an optimizer if it has one. The exit code " +
    "is 1 when something does not learn.",
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
      .option("--force", "overwrite these files if they exist");
  },
  async run([target = ""], { html, tensorboard, force }, context) {
    const { out } = context;
    const eventFile = tensorboard === undefined ? undefined : join(tensorboard, EVENT_FILE_NAME);
    for (const output of [html, eventFile]) {
      if (output !== undefined) await checkOutput(output, { force, inputs: [target] });
    }
    const { diagnosis, history } = await examine(target, context);
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
    out.print(terminalReport(diagnosis, { colour, unicode: showsUnicode(), ...columns }));
    return { json: diagnosis, exitCode: diagnosis.healthy ? EXIT.ok : EXIT.failed };
  },
});

async function examine(target: string, { out }: CommandContext): Promise<Examined> {
  const facts = await stat(target).catch((error: unknown) => {
    throw asFileError(error, target, "the folder of a run, or a module");
  });
  if (facts.isDirectory()) {
    const run = await readRun(target);
    for (const warning of run.warnings) out.warn(warning);
    return { diagnosis: diagnoseRun(run), history: run };
  }
  if (!/\.(?:ts|mts|js|mjs)$/.test(target)) {
    throw new UsageError(`${target}: expected the folder of a run, or a module .ts, .mts, .js or .mjs`);
  }
  return diagnoseModule(await importModule(target), out);
}
