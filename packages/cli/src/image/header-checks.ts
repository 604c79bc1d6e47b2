/** What is refused of a photo, and warned about, by its header alone. */
import type { Metadata } from "sharp";
import { FormatError } from "synthconv/look";
import { ASSOCIATED, type ChannelLayout, type FileFacts } from "./facts/file-facts.js";
import type { PhotoFormat } from "./photo-format.js";

/** Colour as a file stores it. */
export type ColourMode = "rgb" | "palette" | "grey" | "cmyk" | "lab";

/** Channels of real files: RGB or CMYK, alpha, and saved selections (Photoshop holds 56 channels in all). */
const MAX_CHANNELS = 56;

export function refuseChannels(
  path: string,
  layout: ChannelLayout | undefined,
  { channels }: Metadata,
): void {
  const refuse = (expected: string, received: string, repair: string): never => {
    throw new FormatError({ where: path, expected, received, repair });
  };
  if (channels > MAX_CHANNELS) {
    refuse(`at most ${MAX_CHANNELS} channels`, `${channels}`, "Save the photo without its extra channels.");
  }
  if (layout === undefined) return;
  if (layout.otherInks) {
    const received = "a separation into other inks";
    refuse("RGB, grey, Lab, or the four inks of CMYK", received, "Convert it to RGB first.");
  }
  // The image library reads such a file row by row from the wrong plane.
  if (layout.planar && layout.colours === 1 && layout.beyond.length > 0) {
    const received = "grey with more channels, each in its own plane";
    refuse("channels that are interleaved", received, "Save the TIFF with interleaved (chunky) channels.");
  }
}

/**
 * The image library holds rows, some 28 bytes per pixel of a row, and takes 1.3 microseconds for each: 100 million pixels
 * in one row took 4.2 GB, and 130 s in one column. The widest real pictures, scans of panoramas, have a third of this.
 */
const LONGEST_SIDE = 1_000_000;

export function refuseLarge(path: string, width: number, height: number, pixelLimit: number): void {
  const refuse = (expected: string, received: string): never => {
    const repair =
      "Cut it into parts, apply the look to each, and put them together again: a look changes every pixel by itself.";
    throw new FormatError({ where: path, expected, received, repair });
  };
  if (width * height > pixelLimit) {
    const received = `${width} x ${height} = ${(width * height).toLocaleString("en-US")}`;
    refuse(`at most ${pixelLimit.toLocaleString("en-US")} pixels`, received);
  }
  if (Math.max(width, height) > LONGEST_SIDE) {
    refuse(`at most ${LONGEST_SIDE.toLocaleString("en-US")} pixels per side`, `${width} x ${height}`);
  }
}

/**
 * A scan of a progressive JPEG goes over the whole picture, some 3 ns per pixel. Encoders write about ten: as many more as
 * this leaves to a picture of the largest size, and hundreds to a usual one.
 */
const MOST_SCANNED_PIXELS = 12 * 16_383 ** 2;

export function refuseScans(path: string, scans: number, pixels: number): void {
  if (scans * pixels <= MOST_SCANNED_PIXELS) return;
  throw new FormatError({
    where: path,
    expected: `a JPEG of at most ${Math.floor(MOST_SCANNED_PIXELS / pixels).toLocaleString("en-US")} scans`,
    received: scans.toLocaleString("en-US"),
    repair: "It is made to take long: real ones have about ten.",
  });
}

export function refuseSeveral(path: string, format: PhotoFormat, pages: number): void {
  if (pages <= 1) return;
  const what = format.holdsPages === true ? "pages" : "frames";
  throw new FormatError({
    where: path,
    expected: "one picture",
    received: `${format.title} of ${pages} ${what}`,
    repair: `Save the ${what === "pages" ? "page" : "frame"} that you want as a separate file.`,
  });
}

export function modeOf(path: string, { space, depth, isPalette }: Metadata): ColourMode {
  if (space === "lab" || space === "labs") return "lab";
  if (depth === "uchar" || depth === "ushort") {
    if (space === "srgb" || space === "rgb16" || space === "rgb") return isPalette ? "palette" : "rgb";
    if (space === "b-w" || space === "grey16") return "grey";
    if (space === "cmyk") return "cmyk";
  }
  throw new FormatError({
    where: path,
    expected: "8 or 16 bits of RGB, grey, CMYK or Lab",
    received: `${depth} samples, colour space ${space}`,
    repair: "Convert it to a 16-bit TIFF or PNG first.",
  });
}

export function warningsOf(mode: ColourMode, { gainMap, depth, icc }: Metadata, own: FileFacts): string[] {
  const warnings: string[] = [...(own.warnings ?? [])];
  if (own.hasProfile === true && icc === undefined) {
    warnings.push("its colour profile cannot be read and is dropped");
  }
  if (gainMap === undefined && own.pictures !== undefined && own.pictures > 1) {
    const others = own.pictures === 2 ? "second picture is" : `other ${own.pictures - 1} pictures are`;
    warnings.push(`its ${others} dropped: it is a file of several (MPO)`);
  }
  if (own.channels?.beyond.find((kind) => kind !== 0) === ASSOCIATED) {
    warnings.push("its colours are stored multiplied by alpha, and are written without that");
  }
  if (gainMap !== undefined) {
    warnings.push("its HDR gain map is dropped: the look is applied to the picture for ordinary screens");
  }
  if (mode === "cmyk") {
    const bits = depth === "ushort" ? " and read as 8 bits" : "";
    warnings.push(`its CMYK colours are converted to sRGB${bits}`);
  }
  if (mode === "lab")
    warnings.push("its Lab colours are converted to sRGB, and those outside sRGB are clipped");
  if (mode === "grey") warnings.push("it is grey and becomes RGB");
  if (mode === "palette") warnings.push("its palette of colours becomes RGB");
  return warnings;
}
