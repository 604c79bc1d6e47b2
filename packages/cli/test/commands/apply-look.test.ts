import { applyNetwork, type PixelNetwork } from "synthconv/look";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { applyLook } from "../../src/commands/apply/apply-look.js";
import { decodePhoto } from "../../src/image/decode-photo.js";
import type { Photo } from "../../src/image/photo.js";
import { openPhoto } from "../../src/image/photo-header.js";
import { writePhoto } from "./support.js";

/** Halves every channel and adds 0.25 to it. */
function halve(residual: boolean): PixelNetwork {
  const diagonal = residual ? -0.5 : 0.5;
  const weight = Float32Array.of(diagonal, 0, 0, 0, diagonal, 0, 0, 0, diagonal);
  const bias = Float32Array.of(0.25, 0.25, 0.25);
  return { layers: [{ inputs: 3, outputs: 3, weight, bias, activation: "none" }], residual };
}

const unaborted = new AbortController().signal;

/** A photo with these samples; with `detour`, one whose colours go through floating point as those of a profile do. */
async function photoOf(
  samples: Pick<Photo, "width" | "height" | "channels" | "data">,
  { detour = false } = {},
): Promise<Photo> {
  const header = await openPhoto(await writePhoto(`${temporaryFolder()}/any.png`));
  const transform = { toLook: () => undefined, fromLook: () => undefined };
  return { ...(await decodePhoto(header)), ...samples, transform: detour ? transform : undefined };
}

function ramp(width: number, height: number): Pick<Photo, "width" | "height" | "channels" | "data"> {
  const data = Uint8Array.from({ length: 4 * width * height }, (_, i) => (i * 7) % 256);
  return { width, height, channels: 4, data };
}

describe("applyLook", () => {
  it.each([
    ["on samples as they are", false],
    ["through floating point", true],
  ])("blends by the strength, with a residual or without: %s", async (_, detour) => {
    for (const residual of [true, false]) {
      for (const strength of [0, 0.25, 1]) {
        const photo = await photoOf(ramp(20, 9), { detour });
        const before = photo.data.slice();
        await applyLook(photo, { network: halve(residual), strength, dither: false }, unaborted);
        const expected = Array.from(before, (value, i) =>
          i % 4 === 3 ? value : Math.floor(value + strength * (255 * 0.25 - 0.5 * value) + 0.5),
        );
        expect([...photo.data]).toEqual(expected);
      }
    }
  });

  it("dithers the same on both ways, and 16 bits not at all", async () => {
    const look = { network: halve(true), strength: 0.3, dither: true };
    const [direct, detour] = [await photoOf(ramp(33, 17)), await photoOf(ramp(33, 17), { detour: true })];
    const rounded = await photoOf(ramp(33, 17));
    await applyLook(direct, look, unaborted);
    await applyLook(detour, look, unaborted);
    await applyLook(rounded, { ...look, dither: false }, unaborted);
    expect(direct.data).toEqual(detour.data);
    expect(direct.data).not.toEqual(rounded.data);
    const wide = { width: 5, height: 1, channels: 3 as const, data: new Uint16Array(15).fill(30_000) };
    const [one, other] = [await photoOf(wide), await photoOf({ ...wide, data: wide.data.slice() })];
    await applyLook(one, look, unaborted);
    await applyLook(other, { ...look, dither: false }, unaborted);
    expect(one.data).toEqual(other.data);
  });

  it("works in strips that leave no seam, also dithered", async () => {
    // Rows so long that a strip has 8 of them.
    const [width, height] = [2 ** 16 + 3, 17];
    const data = new Uint8Array(3 * width * height);
    for (let i = 0; i < data.length; i++) data[i] = i % 251;
    const photo = await photoOf({ width, height, channels: 3, data });
    const whole = data.slice();
    const network = halve(true);
    applyNetwork(network, whole, { channels: 3, strength: 0.7, dither: { width } });
    await applyLook(photo, { network, strength: 0.7, dither: true }, unaborted);
    expect(Buffer.compare(Buffer.from(photo.data.buffer), Buffer.from(whole.buffer))).toBe(0);
  });

  it("stops when it is asked to while it works", async () => {
    const photo = await photoOf(ramp(8, 8));
    const interrupt = new AbortController();
    setImmediate(() => interrupt.abort());
    const look = { network: halve(true), strength: 1, dither: false };
    await expect(applyLook(photo, look, interrupt.signal)).rejects.toThrow("abort");
  });
});
