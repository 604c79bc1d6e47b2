/** What ffmpeg says: a second opinion on lookup tables and pictures. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "./folders.js";
import { outputOf } from "./programs.js";

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
  const folder = temporaryFolder();
  let named = filter;
  files.forEach(({ bytes, extension }, index) => {
    const path = join(folder, `file${index}.${extension}`);
    writeFileSync(path, bytes);
    named = named.replaceAll(`FILE${index}`, path);
  });
  const raw = ["-f", "rawvideo", "-pix_fmt", "gbrpf32le"];
  const size = ["-s", `${colours.length / 3}x1`];
  const args = ["-v", "error", ...raw, ...size, "-i", "-", "-vf", named, ...raw, "-"];
  const output = outputOf("ffmpeg", args, planesGreenBlueRed(colours));
  return fromPlanesGreenBlueRed(new Float32Array(copyOf(output)));
}

/** The bytes in their own buffer: aligned, as views of larger numbers want them. */
function copyOf({ buffer, byteOffset, length }: Buffer): ArrayBuffer {
  return buffer.slice(byteOffset, byteOffset + length) as ArrayBuffer;
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

/** The RGB pixels of an image file in 16 bits. */
export function decodeImage(path: string): Uint16Array {
  const args = ["-v", "error", "-i", path, "-f", "rawvideo", "-pix_fmt", "rgb48le", "-"];
  return new Uint16Array(copyOf(outputOf("ffmpeg", args)));
}

/** Interleaved 16-bit RGB after a filter of ffmpeg. */
export function filterPixels(pixels: Uint16Array, filter: string): Uint16Array {
  const raw = ["-f", "rawvideo", "-pix_fmt", "rgb48le"];
  const size = ["-s", `${pixels.length / 3}x1`];
  const args = ["-v", "error", ...raw, ...size, "-i", "-", "-vf", filter, ...raw, "-"];
  return new Uint16Array(copyOf(outputOf("ffmpeg", args, pixels)));
}
