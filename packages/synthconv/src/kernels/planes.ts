/** Chunks of planar images in and out of kernel memory. Pointers are byte offsets, `planeBytes` from plane to plane. */
import type { FloatArray } from "../core/index.js";
import { copyEntries } from "./copy.js";

/** Bytes of a plane of whole groups of 8 pixels. */
export function bytesOfGroups(pixels: number): number {
  return Math.ceil(pixels / 8) * 8 * Float32Array.BYTES_PER_ELEMENT;
}

/** Copies `count` pixels of every plane, from pixel `first` on; those that fill up the last group of 8 become 0. */
export function copyPlanesIn(
  memory: Float32Array,
  pointer: number,
  planeBytes: number,
  planes: FloatArray,
  channels: number,
  pixels: number,
  first: number,
  count: number,
): void {
  for (let channel = 0; channel < channels; channel++) {
    const source = channel * pixels + first;
    const target = (pointer + channel * planeBytes) / Float32Array.BYTES_PER_ELEMENT;
    copyEntries(planes, source, source + count, memory, target);
    memory.fill(0, target + count, target + bytesOfGroups(count) / Float32Array.BYTES_PER_ELEMENT);
  }
}

/** Copies `count` pixels of every plane to the planes of an image, from pixel `first` on. */
export function copyPlanesOut(
  memory: Float32Array,
  pointer: number,
  planeBytes: number,
  planes: FloatArray,
  channels: number,
  pixels: number,
  first: number,
  count: number,
): void {
  for (let channel = 0; channel < channels; channel++) {
    const source = (pointer + channel * planeBytes) / Float32Array.BYTES_PER_ELEMENT;
    copyEntries(memory, source, source + count, planes, channel * pixels + first);
  }
}
