/**
 * Which photo goes where. All of it is settled before the first photo is read, so that a plan that would
 * overwrite an input or write one file twice fails with nothing touched.
 */

import { stat } from "node:fs/promises";
import { displayPath, joinPath } from "synthconv/internal/node";
import type { FilePath } from "synthconv/node";
import {
  CLIP_EXTENSIONS,
  type ClipContainer,
  containerOfName,
  isClipName,
  usualContainer,
} from "../../clip/containers.js";
import { UsageError } from "../../frame/failure.js";
import { FileIdentities, refuseEmpty } from "../../frame/output-file.js";
import { STREAM } from "../../frame/standard-input.js";
import {
  addLeftOut,
  type FoundPhoto,
  findPhotos,
  type LeftOut,
  lastName,
  NOTHING_LEFT_OUT,
} from "../../image/find-photos.js";
import type { WritablePhotoFormat } from "../../image/photo-format.js";
import { formatOfName, WRITABLE_EXTENSIONS } from "../../image/photo-formats.js";
import { namedOutputs } from "./output-names.js";

export interface PlannedPhoto {
  readonly input: FilePath;
  readonly output: FilePath;
  /** The output's path below the folder that outputs go to; its name where that is no folder. */
  readonly relative: FilePath;
  /** What it is written as; by default what the output's name says, else as it is. */
  readonly format?: WritablePhotoFormat | undefined;
  /** Why its output has another name, in a sentence. */
  readonly warning?: string;
  /** Of a clip: what it is written as. */
  readonly clip?: ClipContainer;
}

export interface ApplyPlan {
  readonly photos: readonly PlannedPhoto[];
  /** The folder that outputs go to; undefined where one photo goes into one file. */
  readonly folder: string | undefined;
  /** In folders. */
  readonly leftOut: LeftOut;
}

/**
 * One photo and an output with a photo's extension: that file. Otherwise the output is a folder; photos are
 * written into it by their names, the photos of a folder by their paths inside the folder.
 *
 * A photo that does not exist is planned, and fails when its turn comes.
 *
 * @throws {UsageError} when one photo is to go into a format that is not written, several photos are to go into one
 *   file, two would be written to one place, or an output is an input.
 */
export async function planApply(
  operands: readonly string[],
  output: string,
  format?: WritablePhotoFormat,
): Promise<ApplyPlan> {
  refuseEmpty(output);
  if (output === STREAM || operands.includes(STREAM)) return planStream(operands, output, format);
  const isFile = !(await isFolder(output)) && isPictureName(output);
  if (!isFile) await refuseUnknownFormat(operands, output);
  if (isFile) refuseOtherFormat(output, format);
  const plan = isFile ? await planFile(operands, output) : await planFolder(operands, output, format);
  refuseCollisions(plan.photos);
  await refuseInputs(plan.photos);
  return plan;
}

/** A photo from stdin, or one that goes to stdout. */
async function planStream(
  operands: readonly string[],
  output: string,
  format: WritablePhotoFormat | undefined,
): Promise<ApplyPlan> {
  const [input = ""] = operands;
  if (isClipName(input)) {
    throw new UsageError(
      "--output: expected a file for a clip, received -: its container is not written in one go",
    );
  }
  if (operands.length > 1 || (input !== STREAM && (await isFolder(input)))) {
    const what = operands.length > 1 ? `${operands.length} photos` : "a folder";
    const stream = output === STREAM ? "stdout, -o -" : "stdin, -";
    throw new UsageError(`expected one photo with ${stream}, received ${what}`);
  }
  if (output !== STREAM) {
    if (formatOfName(output) === undefined || (await isFolder(output))) {
      throw new UsageError(
        `--output: expected a photo's name (${WRITABLE_EXTENSIONS}) or - for the photo from stdin, ` +
          `received ${displayPath(output)}`,
      );
    }
    refuseOtherFormat(output, format);
  }
  const photos = [{ input, output, relative: lastName(output), format }];
  if (output !== STREAM) await refuseInputs(photos);
  return { photos, folder: undefined, leftOut: NOTHING_LEFT_OUT };
}

function refuseOtherFormat(output: string, format: WritablePhotoFormat | undefined): void {
  if (format === undefined || containerOfName(output) !== undefined || formatOfName(output) === format)
    return;
  throw new UsageError(`--format: expected the format of ${displayPath(output)}, received ${format.name}`);
}

async function planFile(operands: readonly string[], output: string): Promise<ApplyPlan> {
  const [input = ""] = operands;
  if (operands.length === 1 && !(await isFolder(input))) {
    const clip = clipOf(input, output);
    const photos = [{ input, output, relative: lastName(output), ...(clip && { clip }) }];
    return { photos, folder: undefined, leftOut: NOTHING_LEFT_OUT };
  }
  throw new UsageError(`--output: expected a folder for several photos, received ${displayPath(output)}`);
}

function isPictureName(name: string): boolean {
  return formatOfName(name) !== undefined || containerOfName(name) !== undefined;
}

/** What a clip is written as; undefined for a photo. A name without an extension is what its output is. */
function clipOf(input: string, output: string): ClipContainer | undefined {
  const container = containerOfName(output);
  const shown = displayPath(input);
  if (isClipName(input) && container === undefined) {
    throw new UsageError(
      `--output: expected a clip's name (${CLIP_EXTENSIONS}) for the clip ${shown}, received ${displayPath(output)}: ` +
        "for a frame of it use --preview",
    );
  }
  if (container !== undefined && formatOfName(input) !== undefined) {
    throw new UsageError(
      `--output: expected a photo's name (${WRITABLE_EXTENSIONS}) for the photo ${shown}, ` +
        `received ${displayPath(output)}`,
    );
  }
  return container;
}

/** `photo.jpg -o photo.bmp` asks for a format that is not written, not for a folder of that name. */
async function refuseUnknownFormat(operands: readonly string[], output: string): Promise<void> {
  const [input = ""] = operands;
  if (operands.length > 1 || !/\.[a-z][a-z0-9]{1,4}$/i.test(output)) return;
  if ((await isFolder(input)) || (await isFolder(output))) return;
  const names = isClipName(input)
    ? `a clip's name (${CLIP_EXTENSIONS})`
    : `a photo's name (${WRITABLE_EXTENSIONS})`;
  throw new UsageError(
    `--output: expected ${names} or a folder, ` +
      `received ${displayPath(output)}: for a folder of that name, end it with /`,
  );
}

async function planFolder(
  operands: readonly string[],
  output: string,
  format: WritablePhotoFormat | undefined,
): Promise<ApplyPlan> {
  // Photos of the output folder are left out below: without this they would seem not to be there.
  await (await FileIdentities.of(operands)).refuse(output);
  const inputs: FoundPhoto[] = [];
  let leftOut = NOTHING_LEFT_OUT;
  for (const operand of operands) {
    const found = (await isFolder(operand))
      ? await findPhotos(operand, { exclude: output, clips: true })
      : { photos: [{ path: operand, relative: lastName(operand) }], ...NOTHING_LEFT_OUT };
    for (const photo of found.photos) inputs.push(photo);
    leftOut = addLeftOut(leftOut, found);
  }
  const photos = namedOutputs(await withoutRepeats(inputs), format).map(({ path, ...name }) => {
    const place = { input: path, output: joinPath(output, name.relative), ...name };
    return isClipName(path) ? { ...place, clip: usualContainer(path) } : { ...place, format };
  });
  return { photos, folder: output, leftOut };
}

/** A photo that is named twice, alone and by its folder, say, is one. */
async function withoutRepeats(photos: readonly FoundPhoto[]): Promise<FoundPhoto[]> {
  const byPlace = new Map<string, FileIdentities>();
  const once: FoundPhoto[] = [];
  for (const photo of photos) {
    const place = Buffer.from(photo.relative).toString("latin1");
    const there = byPlace.get(place) ?? (await FileIdentities.of([]));
    byPlace.set(place, there);
    if ((await there.sameAs(photo.path)) !== undefined) continue;
    await there.add(photo.path);
    once.push(photo);
  }
  return once;
}

function refuseCollisions(photos: readonly PlannedPhoto[]): void {
  const writers = new Map<string, FilePath>();
  for (const { input, output } of photos) {
    const key = Buffer.from(output).toString("latin1");
    const other = writers.get(key);
    if (other !== undefined) {
      throw new UsageError(
        `${displayPath(other)} and ${displayPath(input)} would both be written to ${displayPath(output)}: ` +
          "apply the look to them one after the other, into separate folders",
      );
    }
    writers.set(key, input);
  }
}

async function refuseInputs(photos: readonly PlannedPhoto[]): Promise<void> {
  const inputs = await FileIdentities.of(photos.map(({ input }) => input));
  for (const { output } of photos) await inputs.refuse(output);
}

async function isFolder(path: FilePath): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() === true;
}
