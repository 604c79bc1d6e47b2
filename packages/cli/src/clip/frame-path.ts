/** How frames come from ffmpeg, are made and go back to it: an object a way, of which the first that covers a clip is taken. */
import type { PixelNetwork } from "synthconv/look";
import type { ClipPlan } from "./clip-plan.js";

export interface Frame {
  /** What ffmpeg decodes into it. */
  readonly source: Uint8Array;
  /** What is encoded of it; the source's own memory where pixels are made in place. */
  readonly target: Uint8Array;
  /** @param network undefined leaves the frame as it is; share as of `withStrength`. */
  grade(network: PixelNetwork | undefined, share: number): void;
}

export interface FramePath {
  readonly name: string;
  covers(plan: ClipPlan): boolean;
  /** ffmpeg's filters from what it decodes to a frame's source, and from a frame's target to what it encodes. */
  decodeFilters(plan: ClipPlan): string;
  encodeFilters(plan: ClipPlan): string;
  /** Of the frames that are encoded. */
  encodedSize(plan: ClipPlan): readonly [width: number, height: number];
  /** How NUT names the layout of a frame's target. */
  fourcc(plan: ClipPlan): Uint8Array;
  /** In memory that threads share. */
  newFrame(plan: ClipPlan): Frame;
}
