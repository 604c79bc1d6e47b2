/** Lookup tables: by themselves, since the code of all formats is fetched only when one is given. */
import { type ColourSamples, latticeSamples, sampleLut } from "synthconv/fit";
import { type ReadLut, readLut } from "synthconv/look";
import type { FileRef } from "../protocol/index.js";

/** Random colours that are learned from. */
const SAMPLES = 2 ** 17;

/** @throws {FormatError} with the line, for a file that breaks its format. */
export async function lutSamples(
  file: FileRef,
  seed: number,
): Promise<{ training: ColourSamples; test: ColourSamples }> {
  const { lut } = await read(file);
  return { training: sampleLut(lut, { seed, count: SAMPLES }), test: latticeSamples(lut) };
}

/** What the file's format is called. @throws {FormatError} as above. */
export async function lutFormat(file: FileRef): Promise<string> {
  return (await read(file)).format.title;
}

async function read({ name, blob }: FileRef): Promise<ReadLut> {
  return readLut(new Uint8Array(await blob.arrayBuffer()), name);
}
