/** Clips that ffmpeg makes for the tests, and what it says of them. Without an ffmpeg the tests are skipped, but for continuous integration. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe } from "vitest";

const FLAGS = ["-hide_banner", "-v", "error", "-y"];

function isInstalled(): boolean {
  try {
    execFileSync("ffmpeg", ["-version"], { stdio: "ignore" });
    execFileSync("ffprobe", ["-version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

const installed = isInstalled();
const REASON = "tests of clips need ffmpeg and ffprobe on PATH";
if (!installed && process.env.CI) throw new Error(REASON);
if (!installed) console.warn(`skipped: ${REASON}`);

/** Whole blocks, because they make their clips before their tests. */
export const describeClips: typeof describe | typeof describe.skip = installed ? describe : describe.skip;

export function ffmpeg(...args: string[]): Buffer {
  return execFileSync("ffmpeg", [...FLAGS, ...args], { maxBuffer: 2 ** 28 });
}

/** Fields of ffprobe's JSON. */
// biome-ignore lint/suspicious/noExplicitAny: a document of any shape, which the test then compares
export function probe(path: string, ...what: string[]): any {
  const args = ["-v", "error", ...what, "-of", "json", path];
  return JSON.parse(execFileSync("ffprobe", args, { encoding: "utf8", maxBuffer: 2 ** 28 }));
}

export const REC709: readonly string[] = [
  ...["-color_range", "tv", "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709"],
];

/** A clip of 64 x 48 with 10 frames of a moving picture and a tone; `args` are of the output. */
export function writeClip(path: string, args: readonly string[] = [], size = "64x48"): string {
  const picture = ["-f", "lavfi", "-i", `testsrc2=s=${size}:r=25`, "-f", "lavfi", "-i", "sine=440"];
  ffmpeg(
    ...picture,
    "-t",
    "0.4",
    "-c:v",
    "libx264",
    "-pix_fmt",
    "yuv420p",
    ...REC709,
    "-c:a",
    "aac",
    ...args,
    path,
  );
  return path;
}

/** Hashes of all packets of a kind of streams: sound, subtitles. */
export function packetsOf(path: string, streams: "a" | "s"): string {
  return ffmpeg("-i", path, "-map", `0:${streams}`, "-c", "copy", "-f", "framemd5", "-").toString();
}

/** How docs/cli.md says that chroma is filtered. */
export const CHROMA = "f=spline36";

/** Every frame as a PNG of 16 bits without a tag of colours: `frame-01.png`, ... */
export function exportFrames(path: string, folder: string, conversion: string): void {
  const untagged = "setparams=color_trc=unknown:color_primaries=unknown";
  const filters = `${conversion},format=gbrp16le,format=rgb48be,${untagged}`;
  ffmpeg("-i", path, "-vf", filters, "-fps_mode", "passthrough", join(folder, "frame-%02d.png"));
}
