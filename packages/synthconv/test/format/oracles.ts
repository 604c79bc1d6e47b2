/** Programs that the tests of colour/ and format/ ask for a second opinion, and the shared real-world files. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TestContext } from "vitest";

const sharedLuts = fileURLToPath(new URL("../../../../../shared/data/luts", import.meta.url));

/** Continuous integration has every tool: there an absent one is a failure, elsewhere a skip with its reason. */
export function need(context: TestContext, present: boolean, reason: string): void {
  if (present) return;
  if (process.env.CI) throw new Error(reason);
  context.skip(reason);
}

export function needFfmpeg(context: TestContext): void {
  need(context, spawnSync("ffmpeg", ["-version"]).status === 0, "ffmpeg is not installed");
}

export function needTorch(context: TestContext): void {
  // Looks for the module without the seconds that its import takes.
  const search = "import importlib.util as u, sys; sys.exit(u.find_spec('torch') is None)";
  const { status } = spawnSync("/usr/bin/python3", ["-c", search]);
  need(context, status === 0, "/usr/bin/python3 has no torch");
}

/** What a program prints under the Python that has torch. */
export function runTorch(program: string): string {
  const { status, stdout, stderr } = spawnSync("/usr/bin/python3", ["-c", program], { encoding: "utf8" });
  if (status !== 0) throw new Error(`python3: ${stderr}`);
  return stdout;
}

/** The folder of real LUT files, which is not part of the project: its tests always skip where it is absent. */
export function sharedLutFolder(context: TestContext): string {
  if (!existsSync(sharedLuts)) context.skip("../shared/data/luts is absent");
  return sharedLuts;
}

/** Runs `use` with the path of a new folder that is gone afterwards. */
export function withFolder<T>(use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "synthconv-format-"));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What ffmpeg makes of float colours: `FILE0`, `FILE1`... in the arguments stand for `files` by position. */
export interface FfmpegJob {
  /** `[N,3]`, interleaved. */
  readonly colours: Float32Array;
  /** A video filter; the input is planar 32-bit float. */
  readonly filter: string;
  /** Contents of files the filter names as FILE0, FILE1, ... with the extension each must have. */
  readonly files: readonly { readonly bytes: Uint8Array; readonly extension: string }[];
}

/** The colours after a filter of ffmpeg, `[N,3]`. */
export function runFfmpeg({ colours, filter, files }: FfmpegJob): Float32Array {
  const count = colours.length / 3;
  return withFolder((folder) => {
    let named = filter;
    files.forEach(({ bytes, extension }, index) => {
      const path = join(folder, `file${index}.${extension}`);
      writeFileSync(path, bytes);
      named = named.replaceAll(`FILE${index}`, path);
    });
    const raw = ["-f", "rawvideo", "-pix_fmt", "gbrpf32le"];
    const size = ["-s", `${count}x1`];
    const args = ["-v", "error", ...raw, ...size, "-i", "-", "-vf", named, ...raw, "-"];
    const { status, stdout, stderr } = spawnSync("ffmpeg", args, {
      input: Buffer.from(planesGreenBlueRed(colours).buffer),
      maxBuffer: 1 << 30,
    });
    if (status !== 0) throw new Error(`ffmpeg: ${stderr}`);
    const planes = new Float32Array(
      stdout.buffer.slice(stdout.byteOffset, stdout.byteOffset + stdout.length),
    );
    return fromPlanesGreenBlueRed(planes);
  });
}

// ffmpeg keeps planar RGB in the order green, blue, red.
const PLANE_CHANNELS = [1, 2, 0] as const;

/** The colours `[N,3]` as raw video of the pixel format gbrpf32. */
export function planesGreenBlueRed(colours: Float32Array): Float32Array<ArrayBuffer> {
  const count = colours.length / 3;
  const planes = new Float32Array(colours.length);
  PLANE_CHANNELS.forEach((channel, plane) => {
    for (let index = 0; index < count; index++) {
      planes[plane * count + index] = colours[3 * index + channel] as number;
    }
  });
  return planes;
}

function fromPlanesGreenBlueRed(planes: Float32Array): Float32Array {
  const count = planes.length / 3;
  const colours = new Float32Array(planes.length);
  PLANE_CHANNELS.forEach((channel, plane) => {
    for (let index = 0; index < count; index++) {
      colours[3 * index + channel] = planes[plane * count + index] as number;
    }
  });
  return colours;
}

/** The RGB pixels of an image file in 16 bits, decoded by ffmpeg. */
export function decodeImage(path: string): Uint16Array {
  const args = ["-v", "error", "-i", path, "-f", "rawvideo", "-pix_fmt", "rgb48le", "-"];
  const { status, stdout, stderr } = spawnSync("ffmpeg", args, { maxBuffer: 1 << 30 });
  if (status !== 0) throw new Error(`ffmpeg: ${stderr}`);
  return new Uint16Array(stdout.buffer.slice(stdout.byteOffset, stdout.byteOffset + stdout.length));
}

/** Largest absolute difference of two arrays of the same length. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new Error(`lengths ${a.length} and ${b.length}`);
  let largest = 0;
  for (let index = 0; index < a.length; index++) {
    const difference = Math.abs((a[index] as number) - (b[index] as number));
    if (!(difference <= largest)) largest = difference;
  }
  return largest;
}
