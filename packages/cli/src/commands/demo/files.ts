/** The files that the demo leaves in its folder. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { FittedLook } from "synthconv/fit";
import { writeFileAtomically } from "synthconv/internal/node";
import {
  applyNetwork,
  bakeNetwork,
  type ErrorRecord,
  type Look,
  serializeLook,
  synthesize,
  writeCube,
} from "synthconv/look";
import { PACKAGE_FOLDER } from "../../frame/package-folder.js";
import { encodePhoto } from "../../image/encode-photo.js";
import type { Photo } from "../../image/photo.js";
import { readColours, writeColours } from "../../image/pixels.js";
import { contactSheet } from "./contact-sheet.js";
import { type HeldOutError, trueColours } from "./lesson.js";

/** The photograph of the npm package baboon-image; set-up puts it there, with its licence. */
export const PHOTO_FILE: string = fileURLToPath(new URL("dist/assets/baboon.png", PACKAGE_FOLDER));

/** The settings that there are pictures of: four that were taught and four that are new. */
const PICTURED_SETTINGS: readonly number[] = [0, 0.1, 0.3, 0.4, 0.6, 0.7, 0.9, 1];

/** A new setting: its .cube is written, and the picture that it should have made. */
export const SHOWN_SETTING = 0.7;

export const LOOK_FILE = "look.safetensors";
export const ORIGINAL_FILE = "original.png";
export const TRUE_FILE: string = `hand-written-${SHOWN_SETTING.toFixed(2)}.png`;

/** The name of the photo at a setting of the knob. */
export function photoName(mix: number): string {
  return `mix-${mix.toFixed(2)}.png`;
}

export interface Results {
  readonly photo: Photo;
  readonly fitted: FittedLook;
  readonly heldOut: readonly HeldOutError[];
  readonly error: ErrorRecord;
}

/**
 * Writes everything, each file whole or not at all.
 *
 * @returns the names.
 */
export async function writeResults(
  folder: string,
  { photo, fitted, heldOut, error }: Results,
  signal: AbortSignal,
): Promise<string[]> {
  const names: string[] = [];
  const write = async (name: string, content: Photo | Uint8Array): Promise<void> => {
    const path = join(folder, name);
    if (typeof content === "object" && "data" in content) await encodePhoto(content, path, { signal });
    else await writeFileAtomically(path, content, { signal });
    names.push(name);
  };
  const look: Look = { ...fitted.look, schema: { ...fitted.look.schema, error } };
  const pictured = heldOut.filter(({ mix }) => PICTURED_SETTINGS.includes(mix));
  const tiles = pictured.map(({ mix, taught, deltaE2000 }) => ({
    photo: appliedTo(photo, look, mix),
    mix,
    note: `${taught ? "trained" : "never seen"}, deltaE ${deltaE2000.mean.toFixed(2)}`,
    isNew: !taught,
  }));
  await write("contact-sheet.png", await contactSheet(photo, tiles));
  await write(ORIGINAL_FILE, await readFile(PHOTO_FILE));
  for (const tile of tiles) await write(photoName(tile.mix), tile.photo);
  await write(TRUE_FILE, truePhoto(photo));
  await write(LOOK_FILE, serializeLook(look));
  await write(`mix-${SHOWN_SETTING.toFixed(2)}.cube`, cubeOf(look));
  return names;
}

function appliedTo(photo: Photo, look: Look, mix: number): Photo {
  const data = photo.data.slice();
  applyNetwork(synthesize(look, { mix }), data, { channels: photo.channels });
  return { ...photo, data };
}

/** What the hand-written look makes of the whole photo. */
function truePhoto(photo: Photo): Photo {
  const copy = { ...photo, data: photo.data.slice() };
  const colours = new Float32Array(3 * photo.width * photo.height);
  readColours(photo, 0, colours);
  writeColours(copy, 0, trueColours(SHOWN_SETTING, colours));
  return copy;
}

function cubeOf(look: Look): Uint8Array {
  const title = `synthconv demo, mix ${SHOWN_SETTING}`;
  return writeCube(bakeNetwork(synthesize(look, { mix: SHOWN_SETTING }), { title }).lut);
}
