/** A look on a clip, and on one frame of it. */
import { folderOf, makeFolder, Progress, writeFileAtomically } from "synthconv/internal/node";
import type { FilePath } from "synthconv/node";
import { type ClipFacts, probeClip } from "../../clip/clip-facts.js";
import { type ClipSettings, likelyEncoders, planClip } from "../../clip/clip-plan.js";
import type { ClipContainer } from "../../clip/containers.js";
import { checkFfmpeg, type Ffmpeg, type Programs, programsOf } from "../../clip/ffmpeg.js";
import { type ClipLook, gradeClip } from "../../clip/grade-clip.js";
import type { CommandContext } from "../../frame/command.js";
import { checkOutput } from "../../frame/output-file.js";
import { factsOf } from "./apply-record.js";
import type { ClipOptions } from "./clip-options.js";
import { type ExistingRule, judgeExisting } from "./existing-output.js";
import type { PlannedPhoto } from "./plan.js";

export interface AppliedClip {
  readonly kind: "clip";
  /** As they are stored. */
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  /** Seconds. */
  readonly duration: number;
  /** `mp4`; and the name of the codec, `h264`. */
  readonly format: string;
  readonly codec: string;
  readonly warnings: readonly string[];
}

export type ClipOutcome =
  | ({ readonly status: "written" } & AppliedClip)
  | { readonly status: "skipped"; readonly reason: "exists" | "done" };

export interface ClipRun {
  readonly clips: ClipWork;
  readonly existing: ExistingRule;
  readonly context: CommandContext;
  /** Prepares for that many pixels. */
  readonly beforePixels: (pixels: number) => Promise<void>;
}

export interface ClipWork {
  readonly look: ClipLook;
  readonly settings: ClipSettings;
  /** Whether progress may show the clip's frames: one bar at a time. */
  readonly isAlone: boolean;
  /**
   * What a clip is, and the ffmpeg that it is for, which is found when the first clip needs it.
   *
   * @param likely encoders that it is likely to be written by.
   * @throws {CommandError} when ffmpeg is missing, or cannot read the clip.
   */
  open(input: FilePath, likely: readonly string[]): Promise<{ ffmpeg: Ffmpeg; facts: ClipFacts }>;
}

export function clipWork(
  look: ClipLook,
  options: ClipOptions & { readonly dropAlpha?: boolean },
  { signal }: CommandContext,
  isAlone: boolean,
): ClipWork {
  const { codec, crf, preset, start = 0, duration, dropAlpha = false } = options;
  let programs: Promise<Programs> | undefined;
  let checked: Promise<Ffmpeg> | undefined;
  return {
    look,
    settings: { codec, crf, preset, start, duration, dropAlpha },
    isAlone,
    open: async (input, likely) => {
      programs ??= programsOf(options.ffmpeg);
      const found = await programs;
      checked ??= checkFfmpeg(found, likely, signal);
      const facts = probeClip(input, found, signal);
      // Where both fail, it is for the first reason.
      await Promise.allSettled([checked, facts]);
      return { ffmpeg: await checked, facts: await facts };
    },
  };
}

/**
 * Applies a look to one clip. The output appears whole or not at all.
 *
 * @throws {FileError} when the output exists and must not be overwritten.
 * @throws {CommandError} when ffmpeg is missing, cannot read the clip or cannot write it.
 */
export async function applyToClip(
  planned: PlannedPhoto,
  container: ClipContainer,
  { clips, existing, context, beforePixels }: ClipRun,
): Promise<ClipOutcome> {
  const { input, output, warning } = planned;
  const verdict = await judgeExisting(planned, existing);
  if (verdict === "exists" || verdict === "done") return { status: "skipped", reason: verdict };
  // Two encodings of a clip need not have the same bytes: what is there and not known to be ours stays.
  if (verdict === "compare") await checkOutput(output, { force: existing.force });
  const before = await factsOf(input);
  const { signal } = context;
  const { ffmpeg, facts } = await clips.open(input, likelyEncoders(container, clips.settings.codec));
  const plan = await planClip(facts, container, clips.settings, ffmpeg);
  await makeFolder(folderOf(output));
  const { width, height } = plan;
  const ready = beforePixels(width * height * (plan.facts.frames ?? 1));
  // Its failure is met at the first frame.
  ready.catch(() => undefined);
  const progress = frameProgress(plan.facts.frames, clips, context);
  const onFrame = (frames: number): void => progress.update(frames);
  const options = { ...clips, ffmpeg, signal, ready, onFrame };
  const graded: { frames: number; seconds: number; warnings: readonly string[] }[] = [];
  const write = async (temporary: FilePath): Promise<void> => {
    graded.push(await gradeClip(plan, temporary, options));
  };
  try {
    await writeFileAtomically(output, write, { signal });
  } finally {
    progress.finish();
  }
  await existing.written.add(output);
  await existing.record?.add(planned, before);
  const [{ frames = 0, seconds = 0, warnings = [] } = {}] = graded;
  return {
    status: "written",
    kind: "clip",
    ...{ width, height, frames, duration: seconds, format: container.name, codec: plan.codec.name },
    warnings: [...(warning === undefined ? [] : [warning]), ...plan.warnings, ...warnings],
  };
}

function frameProgress(
  total: number | undefined,
  { isAlone, settings: { start, duration } }: ClipWork,
  { out, signal }: CommandContext,
): Progress {
  // Of a part of a clip nobody has counted the frames.
  const isWhole = start === 0 && duration === undefined && total !== undefined;
  return new Progress({
    label: "apply",
    unit: "frames",
    ...(isWhole && { total: Math.round(total) }),
    stream: out.stderr,
    silent: out.quiet || !isAlone,
    signal,
  });
}
