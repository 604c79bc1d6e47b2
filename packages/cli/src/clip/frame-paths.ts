/** The ways of frames, the best first; the last covers every clip. */
import type { ClipPlan } from "./clip-plan.js";
import { codedPath } from "./coded-path.js";
import type { FramePath } from "./frame-path.js";
import { rgbPath } from "./rgb-path.js";

const FRAME_PATHS: readonly FramePath[] = [codedPath, rgbPath];

export function framePathOf(plan: ClipPlan): FramePath {
  return FRAME_PATHS.find((path) => path.covers(plan)) ?? rgbPath;
}
