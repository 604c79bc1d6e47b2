import { describe, expect, it } from "vitest";
import { thinnedPhoto } from "../../src/worker/decode-photo.js";

/** Each pixel says where it stands. */
function photoOf(width: number, height: number) {
  const data = new Uint8ClampedArray(4 * width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data.set([x, y, x ^ y, 255], 4 * (y * width + x));
  }
  return { fullWidth: 10 * width, fullHeight: 10 * height, width, height, channels: 4 as const, data };
}

describe("a photo that is thinned out", () => {
  it("has single pixels of the photo, evenly spread, and knows the size of its file", () => {
    for (const [width, height, most] of [
      [200, 100, 5000],
      [97, 61, 1000],
      [30, 200, 500],
    ] as const) {
      const thin = thinnedPhoto(photoOf(width, height), most);
      expect(thin.width * thin.height).toBeLessThanOrEqual(most);
      expect([thin.fullWidth, thin.fullHeight]).toEqual([10 * width, 10 * height]);
      const wrong = Array.from({ length: thin.width * thin.height }, (_, at) => at).filter((at) => {
        const x = Math.floor((((at % thin.width) + 0.5) * width) / thin.width);
        const y = Math.floor(((Math.floor(at / thin.width) + 0.5) * height) / thin.height);
        return [x, y, x ^ y, 255].some((value, channel) => thin.data[4 * at + channel] !== value);
      });
      expect(wrong).toEqual([]);
    }
  });

  it("is itself where it has no more pixels", () => {
    const photo = photoOf(20, 10);
    expect(thinnedPhoto(photo, 200)).toBe(photo);
  });
});
