/** From a photo's bytes to those of the photo under a look, wherever they come from and go to. */
import type { FilePath } from "synthconv/node";
import { STREAM } from "../../frame/standard-input.js";
import { collectPixels } from "../../image/collect-pixels.js";
import { decodePhoto } from "../../image/decode-photo.js";
import { type EncodeOptions, encodePhoto, outputFormat, type WriteBytes } from "../../image/encode-photo.js";
import { png } from "../../image/formats/png.js";
import type { PhotoFormat, WritablePhotoFormat } from "../../image/photo-format.js";
import { openPhoto, type PhotoHeader } from "../../image/photo-header.js";
import { bytesOf, type PhotoSource } from "../../image/photo-source.js";
import { applyLook, type LookToApply } from "./apply-look.js";
import { clippedShare, MANY_CLIPPED } from "./clipped-colours.js";
import { refusalOf } from "./output-names.js";
import { MANY_UNSEEN, unseenShare } from "./unseen-colours.js";

export interface PhotoToMake {
  readonly source: PhotoSource;
  /** Its extension says the format where no other is asked for; `-` is stdout. */
  readonly output: FilePath;
  /** What it is written as; by default what the output's name says, else as it is. */
  readonly format?: WritablePhotoFormat | undefined;
  /** Why its output has another name, in a sentence. */
  readonly warning?: string;
}

export interface MakeSettings {
  /** Undefined for a look that leaves every colour as it is: then the photo is copied. */
  readonly look: LookToApply | undefined;
  /** Prepares for that many pixels, while they are decoded. */
  readonly beforePixels: (pixels: number) => Promise<void>;
  readonly bestEffort: boolean;
  readonly encode: Pick<EncodeOptions, "quality" | "dropAlpha">;
  /** What becomes of the output's bytes. */
  readonly write: WriteBytes;
  readonly signal: AbortSignal;
}

export interface AppliedPhoto {
  readonly width: number;
  readonly height: number;
  /** The name of its format: `jpeg`. */
  readonly format: string;
  /** The share of its pixels, 0 to 1, whose colours the look was not trained on; null where that is not known. */
  readonly unseen: number | null;
  /** The share of its pixels, 0 to 1, that become colours which the file does not hold; null without a look. */
  readonly clipped: number | null;
  /** What was lost or changed, a sentence each. */
  readonly warnings: readonly string[];
}

/**
 * Makes one photo and hands its bytes to `write`.
 *
 * @throws {FileError} when its file cannot be read.
 * @throws {FormatError} when it is no whole photo.
 * @throws {ValueError} when the output's format cannot hold it.
 */
export async function makePhoto(
  { source, output, format: asked, warning }: PhotoToMake,
  { look, beforePixels, bestEffort, encode, write, signal }: MakeSettings,
): Promise<AppliedPhoto> {
  const header = await openPhoto(source);
  const refusal = output === STREAM ? refusalOf(header.format, asked) : warning;
  const format = asked ?? (output === STREAM && refusal !== undefined ? png : outputFormat(header, output));
  const { width, height } = header;
  // Decoded anyway: a damaged file is to be reported, not copied.
  const [photo] = await Promise.all([
    decodePhoto(header, { bestEffort, ...(look?.colours && { colours: look.colours }) }),
    beforePixels(width * height),
  ]);
  if (look === undefined && isCopy(header, photo.warnings, format)) {
    await write(output, await bytesOf(source));
    return { width, height, format: format.name, unseen: null, clipped: null, warnings: [] };
  }
  const unseen = look?.seen === undefined ? null : unseenShare(photo, look.seen);
  const clipped = look === undefined ? null : clippedShare(photo, look);
  if (look !== undefined) await applyLook(photo, look, signal);
  const written = await encodePhoto(photo, output, { ...encode, format, write });
  collectPixels(photo.data.byteLength);
  const warnings = [
    ...(refusal === undefined ? [] : [refusal]),
    ...photo.warnings,
    ...(unseen !== null && unseen > MANY_UNSEEN ? [unseenWarning(unseen)] : []),
    // Of what is not converted, a look's own ends are mostly meant: its share is only told.
    ...(photo.transform !== undefined && clipped !== null && clipped > MANY_CLIPPED
      ? [clippedWarning(clipped)]
      : []),
    ...written,
  ];
  return { width, height, format: format.name, unseen, clipped, warnings };
}

function unseenWarning(share: number): string {
  return (
    `${Math.round(100 * share)} % of its pixels have colours that the look was not trained on: there it is a guess. ` +
    "Look at them, or train with photos that have such colours"
  );
}

function clippedWarning(share: number): string {
  return (
    `${Math.round(100 * share)} % of its pixels become colours that the file does not hold (lighter than its white, or of ` +
    "a wider gamut) and are cut off there"
  );
}

/** Whether the file's own bytes are the result: the same format, and nothing of it was lost in decoding. */
function isCopy(header: PhotoHeader, warnings: readonly string[], format: PhotoFormat): boolean {
  return format === header.format && warnings.length === header.warnings.length;
}
