/** The command lines of the two ffmpegs: one that decodes frames, and one that writes them with all that goes with them. */
import type { FilePath } from "synthconv/node";
import type { ClipPlan, ClipSettings } from "./clip-plan.js";
import { colourArguments, fromRgb, toRgb } from "./colour.js";
import { fileArgument, ONLY_FILES } from "./ffmpeg.js";

const ALWAYS = ["-hide_banner", "-nostdin", "-nostats"] as const;

/** The part of the source, before the -i that it is for. */
function partOf({ start, duration }: Pick<ClipSettings, "start" | "duration">): string[] {
  return [
    ...(start > 0 ? ["-ss", String(start)] : []),
    ...(duration === undefined ? [] : ["-t", String(duration)]),
  ];
}

/** Frames as raw planes on stdout, and a line of showinfo on stderr for each. */
export function decodeArguments(plan: ClipPlan, settings: ClipSettings): string[] {
  const { facts, colours } = plan;
  const upright = plan.holdsRotation ? ["-noautorotate"] : [];
  const rgb = toRgb(facts, plan, colours, keepsAlpha(plan));
  return [
    ...[...ALWAYS, "-v", "level+info", ...ONLY_FILES, ...upright],
    ...[...partOf(settings), "-i", fileArgument(facts.path), "-map", `0:${facts.video.index}`],
    ...["-vf", `showinfo=checksum=0,${rgb}`, "-fps_mode", "passthrough", "-f", "rawvideo", "pipe:1"],
  ];
}

/** Alpha passes by the look, where it was and is to be. */
export function keepsAlpha({ facts, pixels }: ClipPlan): boolean {
  return facts.pixels.hasAlpha && pixels.hasAlpha;
}

/** How NUT names `workingFormat`: G, the number of planes, and 16 bits. */
export function fourccOf(hasAlpha: boolean): Uint8Array {
  return Uint8Array.of("G".charCodeAt(0), (hasAlpha ? "4" : "3").charCodeAt(0), 0, 16);
}

/** @param firstTime seconds at which the first frame stands. */
export function encodeArguments(
  plan: ClipPlan,
  settings: ClipSettings,
  firstTime: number,
  output: FilePath,
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
    ...streams.flatMap(({ place, codec: how, kind }) => [
      ...[`-c:${place}`, how],
      // Else a part has the sound from the last key frame before it on, with no picture.
      ...(kind === "audio" && settings.start > 0 ? [`-copypriorss:${place}`, "0"] : []),
      ...(kind === "cover" ? [`-disposition:${place}`, "attached_pic"] : []),
    ]),
    ...["-c:0", encoder, ...codec.arguments(settings, pixels, encoder)],
    ...["-vf", fromRgb(pixels, plan, colours), ...colourArguments(facts, pixels, colours)],
    ...["-fps_mode", "passthrough", "-enc_time_base", "-1", "-max_muxing_queue_size", "9999"],
    ...[...container.options, "-f", container.name, fileArgument(output)],
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
