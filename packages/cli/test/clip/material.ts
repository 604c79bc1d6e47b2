/** Clips that ffmpeg makes for the tests, and what it says of them. Without an ffmpeg the tests are skipped, but for continuous integration. */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
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

/** The same clip with the last column and row once more where they are odd and colours are for pairs; in FFV1. */
export function writeEvenClip(
  path: string,
  clip: string,
  name: string,
  width: number,
  height: number,
): string {
  const [across, down] = name.startsWith("yuv420") ? [1, 1] : name.startsWith("yuv422") ? [1, 0] : [0, 0];
  const size = name.endsWith("le") ? 2 : 1;
  const sides = across + down === 0 ? [width, height] : [width + (width % 2), height + (height % 2)];
  const bytes = ffmpeg("-i", clip, "-pix_fmt", name, "-f", "rawvideo", "-");
  const rows: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    for (const shrink of [[0, 0] as const, [across, down] as const, [across, down] as const]) {
      const [stored, lines] = [Math.ceil(width / 2 ** shrink[0]), Math.ceil(height / 2 ** shrink[1])];
      const [wide = 0, high = 0] = sides.map((side, axis) => Math.ceil(side / 2 ** (shrink[axis] as number)));
      for (let y = 0; y < high; y++) {
        const start = at + Math.min(y, lines - 1) * stored * size;
        const row = bytes.subarray(start, start + stored * size);
        rows.push(row, ...Array.from({ length: wide - stored }, () => row.subarray(-size)));
      }
      at += stored * lines * size;
    }
  }
  const raw = `${path}.raw`;
  writeFileSync(raw, Buffer.concat(rows));
  const input = ["-f", "rawvideo", "-pix_fmt", name, "-s", sides.join("x"), "-r", "25", "-i", raw];
  ffmpeg(...input, "-c:v", "ffv1", path);
  return path;
}

/**
 * How two clips of raw samples differ: in codes at most, and in how many of a thousand samples. What lies at a half may be
 * rounded either way.
 */
export function apart(a: Buffer, b: Buffer, bits: number): { codes: number; perThousand: number } {
  if (a.length !== b.length) return { codes: Number.POSITIVE_INFINITY, perThousand: 1000 };
  const size = bits > 8 ? 2 : 1;
  const sample = (of: Buffer, at: number): number => (size === 1 ? of.readUInt8(at) : of.readUInt16LE(at));
  let [codes, count] = [0, 0];
  for (let at = 0; at < a.length; at += size) {
    const difference = Math.abs(sample(a, at) - sample(b, at));
    codes = Math.max(codes, difference);
    if (difference > 0) count++;
  }
  return { codes, perThousand: (1000 * count * size) / a.length };
}
