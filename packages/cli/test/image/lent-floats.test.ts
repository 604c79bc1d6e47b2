import { describe, expect, it } from "vitest";
import { withSharedFloats } from "../../src/image/lent-floats.js";
import type { Photo } from "../../src/image/photo.js";
import { mapColours } from "../../src/image/pixels.js";

/** A grey photo whose colours go through floating point. */
function photo(width: number): Photo {
  return { width, height: 2, channels: 3, data: new Uint8Array(6 * width).fill(100) } as Photo;
}

async function memoryOf(width: number): Promise<ArrayBufferLike> {
  let memory: ArrayBufferLike | undefined;
  await mapColours(photo(width), (colours) => {
    memory = colours.buffer;
    return colours;
  });
  return memory as ArrayBufferLike;
}

describe("floating point memory for photos with a profile", () => {
  it("is the same for one photo after another, whatever their sizes", async () => {
    const first = await memoryOf(8);
    expect(first).toBeInstanceOf(SharedArrayBuffer);
    for (const width of [300, 8, 50_000]) expect(await memoryOf(width)).toBe(first);
  });

  it("is its own for each of two photos at once, and comes back also after a failure", async () => {
    const lent = new Set<ArrayBufferLike>();
    const failing = async (floats: Float32Array): Promise<never> => {
      lent.add(floats.buffer);
      await Promise.resolve();
      throw new Error("a photo that cannot be written");
    };
    for (let turn = 0; turn < 3; turn++) {
      const two = [withSharedFloats(96, failing), withSharedFloats(96, failing)];
      expect((await Promise.allSettled(two)).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    }
    expect(lent.size).toBe(2);
  });
});
