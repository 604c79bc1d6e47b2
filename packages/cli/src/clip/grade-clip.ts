/** Frames from ffmpeg through the look to ffmpeg. A few are in flight: memory does not grow with the clip. */

import { withStrength } from "synthconv/internal";
import type { PixelNetwork } from "synthconv/look";
import type { FilePath } from "synthconv/node";
import { clipError, ratio } from "./clip-facts.js";
import type { ClipPlan, ClipSettings } from "./clip-plan.js";
import type { Ffmpeg } from "./ffmpeg.js";
import { decodeArguments, encodeArguments } from "./ffmpeg-arguments.js";
import { FrameDecoder } from "./frame-decoder.js";
import { FrameEncoder } from "./frame-encoder.js";
import type { Frame, FramePath } from "./frame-path.js";
import { framePathOf } from "./frame-paths.js";

export interface ClipLook {
  /** What is applied at a time, in seconds of the clip; undefined leaves the frame as it is. */
  networkAt(seconds: number): PixelNetwork | undefined;
  /** 0 to 1. */
  readonly strength: number;
}

export interface GradedClip {
  readonly frames: number;
  /** Seconds, from the first frame to the end of the last. */
  readonly seconds: number;
  readonly warnings: readonly string[];
}

export interface GradeOptions {
  readonly ffmpeg: Ffmpeg;
  readonly settings: ClipSettings;
  readonly look: ClipLook;
  readonly signal: AbortSignal;
  /** What is awaited before the first frame is made, while the decoder starts. */
  readonly ready: Promise<unknown>;
  /** Called with how many frames are done. */
  readonly onFrame: (frames: number) => void;
}

// One is filled, one is worked on, and one is on its way to the encoder.
const FRAMES_IN_FLIGHT = 3;
// Of a clip's length as it says and as it was: containers round it, and sound may be longer than pictures.
const SLACK_SECONDS = 0.5;

/**
 * Writes the graded clip to a path.
 *
 * @throws {CommandError} CLIP when no frame can be decoded, ENCODER when ffmpeg cannot write it.
 */
export async function gradeClip(
  plan: ClipPlan,
  output: FilePath,
  options: GradeOptions,
): Promise<GradedClip> {
  const { ffmpeg, settings, signal } = options;
  signal.throwIfAborted();
  const path = framePathOf(plan);
  const decoder = await FrameDecoder.start(ffmpeg.ffmpeg, decodeArguments(plan, settings, path), signal);
  let encoder: FrameEncoder | undefined;
  try {
    const begin = (firstTime: number): FrameEncoder => {
      const seconds = (firstTime * decoder.timeBase.numerator) / decoder.timeBase.denominator;
      const args = encodeArguments(plan, settings, seconds, output, path);
      const [width, height] = path.encodedSize(plan);
      const { timeBase } = decoder;
      const video = { width, height, sampleAspect: aspectOf(plan), timeBase, fourcc: path.fourcc(plan) };
      encoder = new FrameEncoder(ffmpeg.ffmpeg, args, video, signal);
      return encoder;
    };
    const graded = await passFrames({ plan, path, decoder, begin }, options);
    await encoder?.finish();
    signal.throwIfAborted();
    return graded;
  } catch (error) {
    // What ffmpeg says when it is killed is not what went wrong.
    signal.throwIfAborted();
    throw error;
  } finally {
    await Promise.all([decoder.stop(), encoder?.stop()]);
  }
}

interface Passage {
  readonly plan: ClipPlan;
  readonly path: FramePath;
  readonly decoder: FrameDecoder;
  readonly begin: (firstTime: number) => FrameEncoder;
}

async function passFrames(
  { plan, path, decoder, begin }: Passage,
  { look, settings, signal, ready, onFrame }: GradeOptions,
): Promise<GradedClip> {
  const clock = new FrameClock(plan.facts.rate);
  const slots = Array.from({ length: FRAMES_IN_FLIGHT }, () => path.newFrame(plan));
  const sent: Promise<void>[] = [];
  let encoder: FrameEncoder | undefined;
  let frames = 0;
  for (;;) {
    signal.throwIfAborted();
    const nth = frames % FRAMES_IN_FLIGHT;
    await sent[nth];
    const frame = slots[nth] as Frame;
    const stamp = await decoder.next(frame.source);
    if (stamp === undefined) break;
    const { time, sinceFirst } = clock.tick(stamp, decoder.timeBase);
    encoder ??= begin(time);
    await ready;
    applyToFrame(frame, look, settings.start + clock.seconds(time));
    sent[nth] = encoder.write(sinceFirst, frame.target);
    // Its failure is met at the slot's next turn, or at the end.
    sent[nth]?.catch(() => undefined);
    frames++;
    onFrame(frames);
  }
  await Promise.all(sent);
  const code = await decoder.ended;
  const { errors } = decoder;
  if (frames === 0) {
    throw clipError(plan.facts.path, "a clip with frames", errors[0] ?? "none that can be decoded");
  }
  const seconds = clock.length;
  return { frames, seconds, warnings: lossesOf(plan, settings, { frames, seconds, code, errors }) };
}

/** @param seconds of the clip. */
export function applyToFrame(frame: Frame, look: ClipLook, seconds: number): void {
  const network = look.networkAt(seconds);
  if (network === undefined) frame.grade(undefined, 0);
  else {
    const { network: blended, share } = withStrength(network, look.strength);
    frame.grade(blended, share);
  }
}

/** Times of frames, made to go forward where a damaged clip's do not. */
class FrameClock {
  readonly #rate: number;
  #first: number | undefined;
  #last = 0;
  #step = 1;
  #unit = 1;

  constructor(rate = 25) {
    this.#rate = rate;
  }

  tick(stamp: number | "unknown", base: { numerator: number; denominator: number }) {
    this.#unit = base.numerator / base.denominator;
    this.#step = Math.max(1, Math.round(1 / this.#rate / this.#unit));
    const next = this.#first === undefined ? 0 : this.#last + 1;
    const said = stamp === "unknown" ? (this.#first === undefined ? 0 : this.#last + this.#step) : stamp;
    const time = this.#first === undefined ? said : Math.max(said, next);
    this.#first ??= time;
    this.#last = time;
    return { time, sinceFirst: time - this.#first };
  }

  seconds(time: number): number {
    return time * this.#unit;
  }

  get length(): number {
    return this.#first === undefined ? 0 : (this.#last + this.#step - this.#first) * this.#unit;
  }
}

function aspectOf({ facts: { video }, isTurned }: ClipPlan): readonly [number, number] {
  const text = video.sample_aspect_ratio;
  const [across = 0, down = 0] = ratio(text) === undefined ? [] : (text ?? "").split(":").map(Number);
  return isTurned ? [down, across] : [across, down];
}

/** What of the clip could not be decoded, in a sentence; nothing where all was. */
function lossesOf(
  { facts: { duration } }: ClipPlan,
  { start, duration: asked = Number.POSITIVE_INFINITY }: ClipSettings,
  {
    frames,
    seconds,
    code,
    errors,
  }: { frames: number; seconds: number; code: number; errors: readonly string[] },
): string[] {
  const expected = duration === undefined ? undefined : Math.min(duration - start, asked);
  const isShort = expected !== undefined && seconds < expected - SLACK_SECONDS;
  if (!isShort && errors.length === 0 && code === 0) return [];
  const of = expected === undefined ? "" : ` of ${expected.toFixed(1)} s`;
  const why = errors[0] === undefined ? "" : ` (ffmpeg: ${errors[0]})`;
  return [
    `it is damaged or cut off: ${frames} frames, ${seconds.toFixed(1)} s${of}, could be decoded and are written${why}`,
  ];
}
