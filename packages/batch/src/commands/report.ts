import { writeFileAtomically } from "synthconv/internal/node";
import { type CommandModule, defineCommand, EXIT, formatCount } from "synthconv-cli/internal";
import { needPlan } from "../plan/plan-folder.js";
import { failuresOf, progressOf } from "../plan/progress.js";
import { openStore } from "../store/stores.js";
import { toOption } from "./options.js";

interface Options {
  readonly to: string;
  readonly failures?: string;
}

/** Failures that the report for people shows; the file has all. */
const SHOWN = 20;

export const report: CommandModule = defineCommand<Options>({
  description:
    "What became of a plan: counts, and the photos that failed with their reasons. Exits with 1 where one failed or is open.",
  examples: [
    [
      "synthconv-batch report --to photos-warm/ --failures failed.jsonl",
      "and every failure as a line of JSON",
    ],
  ],
  configure: (command) =>
    command.addOption(toOption()).option("--failures <file>", "write the failures there, a JSON line each"),
  async run(_, { to, failures: file }, { out }) {
    const destination = openStore(to);
    const plan = await needPlan(destination);
    const [progress, failures] = [await progressOf(plan), await failuresOf(plan)];
    const { photos } = progress;
    const written = photos.done - failures.length;
    const isWhole = photos.done === photos.total;
    if (file !== undefined) {
      await writeFileAtomically(file, failures.map((failure) => `${JSON.stringify(failure)}\n`).join(""));
    }
    out.print([
      `plan ${plan.name}: ${formatCount(written)} written, ${formatCount(failures.length)} failed, ` +
        `${formatCount(photos.total - photos.done)} open`,
      ...failures.slice(0, SHOWN).map(({ code, message }) => `${code}: ${message}`),
      ...(failures.length > SHOWN
        ? [`and ${formatCount(failures.length - SHOWN)} more: --failures FILE lists all`]
        : []),
    ]);
    destination.close();
    return {
      json: { plan: plan.name, ...progress, written, failures },
      exitCode: isWhole && failures.length === 0 ? EXIT.ok : EXIT.failed,
    };
  },
});
