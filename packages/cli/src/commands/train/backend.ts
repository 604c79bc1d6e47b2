/** On which backend a training computes: bits depend on it. */
import { displayPath } from "synthconv/internal/node";
import { availableBackends, type Backend, setBackend } from "synthconv/look";
import { CommandError } from "../../frame/failure.js";
import type { TrainingRun } from "./training-run.js";

/**
 * From here on kernels compute as was asked, or as the run that goes on did so far.
 *
 * @param run the run that goes on.
 * @throws {CommandError} where that is not possible: it would end on other bits, and nothing would say so.
 */
export function useBackend(asked: Backend | undefined, run: TrainingRun | undefined): void {
  const recorded = run?.folder.resumeFrom?.checkpoint.facts.backend as Backend | undefined;
  if (run !== undefined && recorded !== undefined) {
    const expected = `the backend ${recorded}, on which this run was trained so far`;
    const refuse = (received: string, repair: string): never => {
      const path = displayPath(run.path);
      throw new CommandError("VALUE", `${path}: expected ${expected}, received ${received}. ${repair}`);
    };
    if (asked !== undefined && asked !== recorded) {
      refuse(`--backend ${asked}`, "Leave the option out to go on, or start a new run.");
    }
    if (!availableBackends().includes(recorded)) {
      refuse(
        `a Node that does not have it (${process.version})`,
        "Go on with Node 22 or newer, or start a new run: one with --backend plain goes on anywhere.",
      );
    }
  }
  setBackend(recorded ?? asked);
}
