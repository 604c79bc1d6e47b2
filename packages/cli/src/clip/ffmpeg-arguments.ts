/** The command lines of the two ffmpegs: one that decodes frames, and one that writes them with all that goes with them. */
import type { FilePath } from "synthconv/node";
import type { CarriedStream } from "./carried-streams.js";
import type { ClipPlan, ClipSettings } from "./clip-plan.js";
import { colourArguments } from "./colour.js";
import { fileArgument, ONLY_FILES } from "./ffmpeg.js";
import type { FramePath } from "./frame-path.js";

const ALWAYS = ["-hide_banner", "-nostdin", "-nostats"] as const;

/** The part of the source, before the -i that it is for. */
function partOf({ start, duration }: Pick<ClipSettings, "start" | "duration">): string[] {
  return [
    ...(start > 0 ? ["-ss", String(start)] : []),
    ...(duration === undefined ? [] : ["-t", String(duration)]),
  ];
}

/** Frames as raw planes on stdout, and a line of showinfo on stderr for each. */
export function decodeArguments(plan: ClipPlan, settings: ClipSettings, path: FramePath): string[] {
  const { facts } = plan;
  const upright = plan.holdsRotation ? ["-noautorotate"] : [];
  return [
    ...[...ALWAYS, "-v", "level+info", ...ONLY_FILES, ...upright],
    ...[...partOf(settings), "-i", fileArgument(facts.path), "-map", `0:${facts.video.index}`],
    ...[
      "-vf",
      `showinfo=checksum=0,${path.decodeFilters(plan)}`,
      "-fps_mode",
      "passthrough",
      "-f",
      "rawvideo",
      "pipe:1",
    ],
  ];
}

/** @param firstTime seconds at which the first frame stands. */
export function encodeArguments(
  plan: ClipPlan,
  settings: ClipSettings,
  firstTime: number,
  output: FilePath,
  path: FramePath,
): string[] {
  const { facts, container, codec, encoder, pixels, colours, carried } = plan;
  const { index } = facts.video;
  const streams = carried.streams.map((stream, nth) => ({ ...stream, place: nth + 1 }));
  return [
    ...[...ALWAYS, "-y", "-v", "level+warning", "-progress", "pipe:1", ...turnOf(plan)],
    ...["-itsoffset", firstTime.toFixed(9), "-protocol_whitelist", "pipe", "-f", "nut", "-i", "pipe:0"],
    ...[...partOf(settings), ...ONLY_FILES, "-i", fileArgument(facts.path)],
    ...["-map", "0:0", ...streams.flatMap((stream) => ["-map", `1:${stream.index}`])],
    ...["-map_metadata", "1", "-map_chapters", "1", "-map_metadata:s:0", `1:s:${index}`],
    ...streams.flatMap((stream) => [`-map_metadata:s:${stream.place}`, `1:s:${stream.index}`]),
    ...[...timecodeOf(plan, settings)],
    ...streams.flatMap(({ place, codec: how, kind, sound }) => [
      ...[`-c:${place}`, how],
      ...(sound === undefined ? [] : soundArguments(sound, place)),
      // Else a part has the sound from the last key frame before it on, with no picture.
      ...(kind === "audio" && how === "copy" && settings.start > 0 ? [`-copypriorss:${place}`, "0"] : []),
      ...(kind === "cover" ? [`-disposition:${place}`, "attached_pic"] : []),
    ]),
    ...["-c:0", encoder, ...codec.arguments(settings, pixels, encoder)],
    ...["-vf", path.encodeFilters(plan), ...colourArguments(facts, pixels, colours)],
    // Of the pictures alone: sound that is encoded at another rate than its source's would be torn.
    ...["-fps_mode", "passthrough", "-enc_time_base:0", "-1", "-max_muxing_queue_size", "9999"],
    ...[...container.options, "-f", container.name, fileArgument(output)],
  ];
}

function soundArguments(
  { rate, layouts, channels }: NonNullable<CarriedStream["sound"]>,
  place: number,
): string[] {
  return [
    ...(rate === undefined ? [] : [`-b:${place}`, `${rate * channels}k`]),
    ...(layouts === undefined ? [] : [`-filter:${place}`, `aformat=channel_layouts=${layouts}`]),
  ];
}

/** ffmpeg counts against the clock. */
function turnOf({ facts: { rotation }, holdsRotation }: ClipPlan): string[] {
  if (rotation === 0 || !holdsRotation) return [];
  return ["-noautorotate", "-display_rotation:v:0", String(-rotation)];
}

/** That of the whole clip is not that of a part. */
function timecodeOf({ facts: { video } }: ClipPlan, { start }: ClipSettings): string[] {
  return video.tags?.timecode === undefined || start === 0 ? [] : ["-metadata:s:0", "timecode="];
}
