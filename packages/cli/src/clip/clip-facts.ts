/** What a clip is, as ffprobe tells it. */
import { displayPath } from "synthconv/internal/node";
import type { FilePath } from "synthconv/node";
import { CommandError } from "../frame/failure.js";
import { answerOf, fileArgument, missing, ONLY_FILES, type Programs } from "./ffmpeg.js";
import { type PixelFormat, readPixelFormats } from "./pixel-formats.js";

/** A stream of ffprobe's JSON; what is missing is not known. */
export interface StreamFacts {
  readonly index: number;
  readonly codec_name?: string;
  readonly profile?: string;
  readonly codec_type?: string;
  /** The four letters by which MP4 and QuickTime call the codec. */
  readonly codec_tag_string?: string;
  /** Of sound. */
  readonly channels?: number;
  readonly width?: number;
  readonly height?: number;
  readonly pix_fmt?: string;
  readonly sample_aspect_ratio?: string;
  readonly color_range?: string;
  readonly color_space?: string;
  readonly color_transfer?: string;
  readonly color_primaries?: string;
  readonly chroma_location?: string;
  readonly field_order?: string;
  readonly time_base?: string;
  readonly avg_frame_rate?: string;
  readonly nb_frames?: string;
  readonly duration?: string;
  readonly disposition?: Readonly<Record<string, number>>;
  readonly tags?: Readonly<Record<string, string>>;
  readonly side_data_list?: readonly { readonly rotation?: number }[];
}

export interface ClipFacts {
  readonly path: FilePath;
  /** The stream of pictures. */
  readonly video: StreamFacts;
  /** All streams of the file. */
  readonly streams: readonly StreamFacts[];
  /** How many chapters it has. */
  readonly chapters: number;
  /** As they are stored, before a rotation. */
  readonly width: number;
  readonly height: number;
  /** Degrees clockwise by which it is shown: 0, 90, 180 or 270. */
  readonly rotation: number;
  readonly pixels: PixelFormat;
  /** Seconds; undefined where the file does not say. */
  readonly duration: number | undefined;
  /** As the file says or as the rate makes of its duration. */
  readonly frames: number | undefined;
  /** Frames a second, on average. */
  readonly rate: number | undefined;
  /** All formats of this ffmpeg. */
  readonly formats: ReadonlyMap<string, PixelFormat>;
}

interface Probed {
  readonly streams?: readonly StreamFacts[];
  readonly chapters?: readonly unknown[];
  readonly format?: { readonly duration?: string; readonly format_name?: string };
  readonly pixel_formats?: Parameters<typeof readPixelFormats>[0];
}

/** @throws {CommandError} CLIP when ffmpeg cannot read it, or it has no moving pictures. */
export async function probeClip(
  path: FilePath,
  { ffprobe }: Programs,
  signal: AbortSignal,
): Promise<ClipFacts> {
  const what = ["-show_streams", "-show_chapters", "-show_format", "-show_pixel_formats", "-of", "json"];
  const args = ["-v", "error", ...ONLY_FILES, ...what, "-i", fileArgument(path)];
  const { code, stdout, stderr } = await answerOf(ffprobe, args, signal);
  if (code === undefined) throw missing("ffprobe", "none", ffprobe);
  if (code !== 0) {
    throw clipError(path, "a clip that ffmpeg reads", lastLine(stderr) ?? "something else");
  }
  const { streams = [], chapters: { length: chapters } = [], ...probed } = JSON.parse(stdout) as Probed;
  const { format = {}, pixel_formats: described = [] } = probed;
  const video = streams.find((one) => one.codec_type === "video" && one.disposition?.attached_pic !== 1);
  if (video === undefined) {
    const kinds = [...new Set(streams.map(({ codec_type: type = "unknown" }) => type))].join(", ");
    throw clipError(path, "a clip with moving pictures", `streams of other kinds only: ${kinds || "none"}`);
  }
  const formats = readPixelFormats(described);
  const pixels = formats.get(video.pix_fmt ?? "");
  const { width = 0, height = 0 } = video;
  if (pixels === undefined || width === 0 || height === 0) {
    throw clipError(
      path,
      "pictures that this ffmpeg decodes",
      `${video.codec_name ?? "an unknown codec"}, ${width} x ${height}, ${video.pix_fmt ?? "no pixel format"}`,
    );
  }
  const rate = ratio(video.avg_frame_rate);
  const duration = secondsOf(video) ?? positive(Number(format.duration));
  const counted = positive(Number(video.nb_frames));
  const frames = counted ?? (duration === undefined || rate === undefined ? undefined : duration * rate);
  const rotation = rotationOf(video);
  return { path, video, streams, chapters, width, height, rotation, pixels, duration, frames, rate, formats };
}

export function clipError(path: FilePath, expected: string, received: string, repair = ""): CommandError {
  const message = `${displayPath(path)}: expected ${expected}, received ${received}`;
  return new CommandError("CLIP", repair === "" ? message : `${message}. ${repair}`);
}

/** ffmpeg says last what came of it; before that stand its tries. */
export function lastLine(text: string): string | undefined {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .at(-1);
}

/** `30000/1001`; undefined for `0/0`. */
export function ratio(text = ""): number | undefined {
  const [above = "", below = "1"] = text.replace(":", "/").split("/", 2);
  return positive(Number(above) / Number(below));
}

function positive(value: number): number | undefined {
  return Number.isFinite(value) && value > 0 ? value : undefined;
}

/** Of the stream itself; Matroska says it as a tag, `00:00:10.000000000`. */
function secondsOf({ duration, tags = {} }: StreamFacts): number | undefined {
  const [hours = 0, minutes = 0, seconds] = (tags.DURATION ?? "").split(":").map(Number);
  return (
    positive(Number(duration)) ??
    (seconds === undefined ? undefined : positive((hours * 60 + minutes) * 60 + seconds))
  );
}

/** ffprobe counts against the clock. */
function rotationOf({ side_data_list: sides = [], tags = {} }: StreamFacts): number {
  const turned = sides.find(({ rotation }) => rotation !== undefined)?.rotation;
  const degrees = turned === undefined ? Number(tags.rotate ?? 0) : -turned;
  return Number.isFinite(degrees) ? (Math.round(degrees / 90) * 90 + 720) % 360 : 0;
}
