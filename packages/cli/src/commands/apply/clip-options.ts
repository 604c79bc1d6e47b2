/** What only clips are asked for. */
import { type Command, Option } from "commander";
import { CLIP_CODECS, type ClipCodec, CODEC_NAMES, codecOfName } from "../../clip/codecs.js";
import { UsageError } from "../../frame/failure.js";
import { numberOption, parseDuration } from "../../frame/numbers.js";
import type { PhotoColours } from "../../image/colour-plan.js";

export interface ClipOptions {
  readonly codec?: ClipCodec;
  readonly crf?: number;
  readonly preset?: string;
  /** Seconds. */
  readonly start?: number;
  readonly duration?: number;
  readonly ease?: boolean;
  readonly preview?: string;
  readonly ffmpeg?: string;
}

const CRFS = CLIP_CODECS.flatMap(({ name, crf }) => (crf === undefined ? [] : [`${name} ${crf.usual}`])).join(
  ", ",
);

export function addClipOptions(command: Command): void {
  command
    .addOption(
      new Option("--codec <name>", `of clips: ${CODEC_NAMES} (default: the clip's own)`).argParser(
        parseCodec,
      ),
    )
    .addOption(
      numberOption("--crf <number>", `quality of clips, the lower the finer (default: ${CRFS})`, {
        minimum: 0,
        maximum: 63,
        whole: true,
      }),
    )
    .option("--preset <name>", "how much time the codec takes for a smaller clip: fast, medium, slow, ...")
    .addOption(timeOption("--start <time>", "begin there in the clip: 90, 1.5min"))
    .addOption(timeOption("--duration <time>", "so much of the clip"))
    .option("--ease", "knobs that move over time start and end softly instead of in straight lines")
    .option("--preview <file>", "write one frame of the clip as a PNG, that of --start, and no clip")
    .option("--ffmpeg <program>", "the ffmpeg that reads and writes clips (default: the one on PATH)");
}

function parseCodec(text: string): ClipCodec {
  const codec = codecOfName(text);
  if (codec !== undefined) return codec;
  throw new UsageError(`--codec: expected ${CODEC_NAMES}, received ${JSON.stringify(text)}`);
}

function timeOption(flags: string, description: string): Option {
  const option = new Option(flags, description);
  return option.argParser((text: string) => parseDuration(option.long ?? flags, text));
}

/** What only clips are asked for and decides what they become; undefined entries were not asked for. */
export function clipFacts({
  codec,
  crf,
  preset,
  start,
  duration,
  ease,
}: ClipOptions): Readonly<Record<string, unknown>> {
  return { codec: codec?.name, crf, preset, start, duration, ease };
}

/** @throws {UsageError} for settings of clips where there are none, and for knobs that move where there are photos. */
export function refuseUnfit(
  options: ClipOptions,
  [knob]: readonly string[],
  { clips, all }: { readonly clips: number; readonly all: number },
): void {
  const asked = Object.entries({ ...clipFacts(options), ffmpeg: options.ffmpeg });
  const [option] = asked.find(([, value]) => value !== undefined) ?? [];
  if (clips === 0 && option !== undefined) {
    throw new UsageError(`--${option}: expected clips, received photos only`);
  }
  if (clips === all || knob === undefined) return;
  throw new UsageError(
    `--set ${knob}: expected one number for photos, received values over time, which clips take`,
  );
}

/**
 * Frames go through the look as they are coded.
 *
 * @throws {UsageError} where they are said to be, or taken for, something else than it reads.
 */
export function refuseOtherClips({ reads, untagged }: PhotoColours): void {
  if (reads.name === (untagged?.name ?? "srgb")) return;
  const taken = untagged === undefined ? "sRGB, as which clips are taken" : untagged.title;
  throw new UsageError(
    `--input-space: expected ${reads.name} for clips, whose frames are not converted: the look reads ${reads.title}, ` +
      `received ${taken}. If the clip is ${reads.title}, give --input-space ${reads.name}`,
  );
}
