/** Frames as RGB of 16 bits, which ffmpeg's zscale converts: whatever a clip's pixels are. */
import { applyPixelNetworkToPlanes, type PixelPlanes } from "synthconv/internal";
import { type ClipPlan, keepsAlpha } from "./clip-plan.js";
import { fromRgb, toRgb } from "./colour.js";
import type { Frame, FramePath } from "./frame-path.js";

export interface RgbFrame extends Frame {
  readonly planes: PixelPlanes;
}

interface RgbPath extends FramePath {
  newFrame(plan: ClipPlan): RgbFrame;
}

export const rgbPath: RgbPath = {
  name: "rgb",
  covers: () => true,
  decodeFilters: (plan) => toRgb(plan.facts, plan, plan.colours, keepsAlpha(plan)),
  encodeFilters: (plan) => fromRgb(plan.facts, plan.pixels, plan, plan.colours),
  encodedSize: ({ worked }) => worked,
  fourcc: (plan) => fourccOfRgb(keepsAlpha(plan)),
  newFrame,
};

/** G, the number of planes, and 16 bits. */
export function fourccOfRgb(hasAlpha: boolean): Uint8Array {
  return Uint8Array.of("G".charCodeAt(0), (hasAlpha ? "4" : "3").charCodeAt(0), 0, 16);
}

/** ffmpeg's order of planes is green, blue, red, alpha. */
function newFrame(plan: ClipPlan): RgbFrame {
  const [width, height] = plan.worked;
  const pixels = width * height;
  const samples = (keepsAlpha(plan) ? 4 : 3) * pixels;
  const memory = new SharedArrayBuffer(samples * Uint16Array.BYTES_PER_ELEMENT);
  const plane = (nth: number): Uint16Array =>
    new Uint16Array(memory, nth * pixels * Uint16Array.BYTES_PER_ELEMENT, pixels);
  const bytes = new Uint8Array(memory);
  const planes: PixelPlanes = [plane(2), plane(0), plane(1)];
  return {
    source: bytes,
    target: bytes,
    planes,
    grade: (network, share) => {
      if (network !== undefined) applyPixelNetworkToPlanes({ network, planes, share });
    },
  };
}
