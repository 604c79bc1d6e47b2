import { afterEach, describe, expect, it, vi } from "vitest";
import type { FileRef } from "../../src/protocol/index.js";
import { withOpened } from "../../src/worker/opened.js";

/** The shortest beginning of a JPEG: what it holds is decoded by the browser, which a test is not. */
const JPEG = Uint8Array.of(0xff, 0xd8, 0xff, 0xd9);

interface Decoding {
  readonly bitmap: { width: number; height: number; close: () => void; isClosed: boolean };
  end(): void;
}

/** A browser whose decoders end when they are told to; what it has begun, in order. */
function stubDecoder(): Decoding[] {
  const begun: Decoding[] = [];
  vi.stubGlobal("createImageBitmap", () => {
    const bitmap = {
      ...{ width: 3, height: 2, isClosed: false },
      close: () => {
        bitmap.isClosed = true;
      },
    };
    return new Promise((resolve) => begun.push({ bitmap, end: () => resolve(bitmap) }));
  });
  return begun;
}

let photos = 0;
const photo = (): FileRef => ({ key: `photo ${++photos}`, name: "a.jpg", blob: new Blob([JPEG]) });
const begin = async (begun: readonly Decoding[], count: number): Promise<void> =>
  void (await expect.poll(() => begun.length).toBe(count));

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("photos at their full size", () => {
  it("are decoded once for all who ask at the same time", async () => {
    const begun = stubDecoder();
    const file = photo();
    const widths = [1, 2, 3].map(() => withOpened(file, ({ width }) => width));
    await begin(begun, 1);
    begun[0]?.end();
    expect(await Promise.all(widths)).toEqual([3, 3, 3]);
    expect(await withOpened(file, ({ height }) => height)).toBe(2);
    expect(begun).toHaveLength(1);
  });

  it("are decoded two at a time, however many were dropped, and the last two stay open", async () => {
    const begun = stubDecoder();
    const all = Array.from({ length: 5 }, () => withOpened(photo(), ({ width }) => width));
    for (let nth = 0; nth < 5; nth++) {
      await begin(begun, Math.min(5, nth + 2));
      // Time for a third one to begin, if it would.
      await new Promise((resolve) => setTimeout(resolve, 5));
      expect(begun).toHaveLength(Math.min(5, nth + 2));
      begun[nth]?.end();
      await all[nth];
    }
    await expect
      .poll(() => begun.map(({ bitmap }) => bitmap.isClosed))
      .toEqual([true, true, true, false, false]);
  });

  it("are not closed while somebody looks at them", async () => {
    const begun = stubDecoder();
    let done = (): void => {};
    const looking = withOpened(photo(), async () => {
      await new Promise<void>((resolve) => {
        done = resolve;
      });
    });
    await begin(begun, 1);
    begun[0]?.end();
    for (let nth = 1; nth <= 3; nth++) {
      const other = withOpened(photo(), () => nth);
      await begin(begun, nth + 1);
      begun[nth]?.end();
      expect(await other).toBe(nth);
    }
    expect(begun[0]?.bitmap.isClosed).toBe(false);
    done();
    await looking;
    await expect.poll(() => begun[0]?.bitmap.isClosed).toBe(true);
  });

  it("that cannot be decoded hold up no other one, and are tried again", async () => {
    const file = photo();
    let calls = 0;
    vi.stubGlobal("createImageBitmap", async () => {
      if (++calls < 4) throw new DOMException("The source image could not be decoded.");
      return { width: 3, height: 2, close: () => {} };
    });
    for (let nth = 0; nth < 3; nth++) {
      await expect(withOpened(file, () => 0)).rejects.toThrow("a.jpg: expected a whole photo");
    }
    expect(await withOpened(file, ({ width }) => width)).toBe(3);
  });
});
