/** The containers whose metadata are known: another one is a file and a row. */
import { jpeg } from "./jpeg.js";
import type { Container, Metadata } from "./metadata.js";
import { png } from "./png.js";
import { webp } from "./webp.js";

export const CONTAINERS: readonly Container[] = [jpeg, png, webp];

export async function readMetadata(bytes: Uint8Array): Promise<Metadata> {
  return (await CONTAINERS.find((one) => one.matches(bytes))?.read(bytes)) ?? {};
}

/** Texts and Photoshop's resources stay in their own container. */
export async function writeMetadata(
  bytes: Uint8Array,
  { metadata, from }: { readonly metadata: Metadata; readonly from: string },
): Promise<Uint8Array<ArrayBuffer>> {
  const container = CONTAINERS.find((one) => one.matches(bytes));
  if (container?.write === undefined) return new Uint8Array(bytes);
  const { exif, xmp, icc } = metadata;
  return await container.write(bytes, container.type === from ? metadata : { exif, xmp, icc });
}
