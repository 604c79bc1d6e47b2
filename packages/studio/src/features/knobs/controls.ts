/** What the look at hand can be asked for; while it is learned its knobs may be others than those that are taught. */
import { computed, effect, signal } from "@preact/signals";
import type { Controls } from "../../protocol/index.js";
import { session, worker } from "../../services/index.js";
import { StaleError } from "../../state/index.js";

export const controls = signal<Controls>({ knobs: [], styles: [] });

/** Follows the look until it is ended. */
export function follow(): () => void {
  // By itself: what is set on the look does not change what can be set.
  const file = computed(() => session.state.value.look);
  return effect(() => {
    const look = file.value;
    if (look === undefined) controls.value = { knobs: [], styles: [] };
    else void ask(look);
  });
}

async function ask(look: Uint8Array): Promise<void> {
  try {
    controls.value = await worker.ask("controls", look, { latest: "controls" });
  } catch (error) {
    // A look that cannot be read is told where it is opened.
    if (!(error instanceof StaleError)) controls.value = { knobs: [], styles: [] };
  }
}
