/** Photos under the look, one after the other: a result or a sentence for each, nothing lost on the way. */
import { freeName } from "../../files/index.js";
import type { FileRef, LookAsk } from "../../protocol/index.js";
import { worker } from "../../services/index.js";
import { StaleError } from "../../state/index.js";
import { lookTexts as texts } from "../../texts/index.js";
import { begin, failures, message, progress, results } from "./outcome.js";

export async function applyTo(photos: readonly FileRef[], look: LookAsk, quality: number): Promise<void> {
  const stop = begin();
  results.value = [];
  failures.value = [];
  for (const [done, photo] of photos.entries()) {
    progress.value = { done, all: photos.length };
    try {
      const answer = await worker.ask("apply", { photo, look, quality }, { signal: stop });
      const name = await freeName(answer.name, isTaken);
      results.value = [...results.value, { ...answer, name }];
    } catch (error) {
      if (error instanceof StaleError) {
        message.value = texts.apply.cancelled(photos.length - done);
        break;
      }
      failures.value = [...failures.value, (error as Error).message];
    }
  }
  progress.value = undefined;
  if (!stop.aborted) message.value = texts.apply.done(results.value.length, photos.length);
}

/** Photos of two folders may have one name, and where they are saved upper and lower case may be one. */
function isTaken(name: string): boolean {
  const folded = foldedName(name);
  return results.value.some((result) => foldedName(result.name) === folded);
}

function foldedName(name: string): string {
  return name.normalize("NFC").toLowerCase();
}
