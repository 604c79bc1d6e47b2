/** How the photo is shown: of this visit alone, not of the look. */
import { signal } from "@preact/signals";

export const MODES = ["split", "sides", "hold"] as const;
export const OVERLAYS = ["none", "heat", "marks"] as const;

export const mode = signal<(typeof MODES)[number]>("split");
export const overlay = signal<(typeof OVERLAYS)[number]>("none");
/** Per cent of the width, before to its left. */
export const split = signal(50);
/** While the photo before is held. */
export const holding = signal(false);
/** What draws, for the person. */
export const drawnBy = signal("");
