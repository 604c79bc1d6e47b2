/** One frame of a clip under the look, as a picture. */

import { newPhoto } from "../image/new-photo.js";
import type { Photo } from "../image/photo.js";
import { type ClipFacts, clipError } from "./clip-facts.js";
import { type ClipSettings, planClip } from "./clip-plan.js";
import { CLIP_CODECS, type ClipCodec } from "./codecs.js";
import { usualContainer } from "./containers.js";
import type { FrameSizes } from "./even-sides.js";
import { decodeArguments } from "./ffmpeg-arguments.js";
import { FrameDecoder } from "./frame-decoder.js";
import { applyToFrame, type GradeOptions } from "./grade-clip.js";
import { type RgbFrame, rgbPath } from "./rgb-path.js";

/** Without loss, of all pixels that there are. */
export const PREVIEW_CODEC: ClipCodec = CLIP_CODECS.find(({ name }) => name === "ffv1") as ClipCodec;

/**
 * The first frame from `settings.start` on, upright, RGB of 16 bits.
 *
 * @throws {CommandError} CLIP when there is none.
 */
export async function gradeFrame(
  facts: ClipFacts,
  { ffmpeg, settings, look, signal }: Omit<GradeOptions, "ready" | "onFrame">,
): Promise<Photo> {
  // As for a clip without loss whose container does not turn pictures; nothing is encoded.
  const lossless: ClipSettings = {
    ...{ codec: PREVIEW_CODEC, crf: undefined, preset: undefined },
    ...{ start: settings.start, duration: undefined, dropAlpha: true },
  };
  const plan = await planClip(facts, usualContainer("frame.mkv"), lossless, ffmpeg);
  const upright = { ...plan, pixels: { ...plan.pixels, hasAlpha: false } };
  const decoder = await FrameDecoder.start(
    ffmpeg.ffmpeg,
    decodeArguments(upright, lossless, rgbPath),
    signal,
  );
  try {
    const frame = rgbPath.newFrame(upright);
    const stamp = await decoder.next(frame.source);
    if (stamp === undefined) {
      await decoder.ended;
      throw clipError(facts.path, `a frame at ${settings.start} s`, decoder.errors[0] ?? "none");
    }
    const { numerator, denominator } = decoder.timeBase;
    const since = stamp === "unknown" ? 0 : (stamp * numerator) / denominator;
    applyToFrame(frame, look, settings.start + since);
    const { width, height } = upright;
    return newPhoto(width, height, interleaved(frame, upright));
  } finally {
    await decoder.stop();
  }
}

/** RGB RGB ..., without what was worked on beyond the picture's sides. */
function interleaved({ planes }: RgbFrame, { width, height, worked: [stride] }: FrameSizes): Uint16Array {
  const samples = new Uint16Array(3 * width * height);
  planes.forEach((plane, channel) => {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        samples[3 * (y * width + x) + channel] = plane[y * stride + x] as number;
      }
    }
  });
  return samples;
}
