/** What `toEqual` says of arrays of numbers, now that test-support/equal-bytes.ts is asked first. */
import { describe, expect, it } from "vitest";
import { equalBytes } from "../../../../test-support/equal-bytes.js";

describe("arrays of numbers in assertions", () => {
  it("are equal where every byte is, also deep in an object and as views of a part", () => {
    const whole = Uint8Array.of(9, 1, 2, 3, 9);
    expect(whole.subarray(1, 4)).toEqual(Uint8Array.of(1, 2, 3));
    expect({ deep: [whole.subarray(1, 4)] }).toStrictEqual({ deep: [Uint8Array.of(1, 2, 3)] });
    expect(equalBytes(whole.subarray(1, 4), Uint8Array.of(1, 2, 3))).toBe(true);
  });

  it("are not equal where one differs in a number, its length, or strictly in its type", () => {
    expect(Uint8Array.of(1, 2, 3)).not.toEqual(Uint8Array.of(1, 2, 4));
    expect(Uint8Array.of(1, 2, 3)).not.toEqual(Uint8Array.of(1, 2));
    expect(Float32Array.of(0)).not.toEqual(Float32Array.of(-0));
    expect(new Uint8Array(4)).not.toStrictEqual(new Uint32Array(1));
    expect(Buffer.of(1)).not.toStrictEqual(Uint8Array.of(1));
    expect({ deep: [Uint8Array.of(1)] }).not.toEqual({ deep: [Uint8Array.of(2)] });
  });

  it("are equal with other bytes where vitest says so: NaN is NaN, whatever its bits", () => {
    const nans = new Float32Array(Uint32Array.of(0x7fc00001, 0xffc00000).buffer);
    expect(equalBytes(nans.subarray(0, 1), nans.subarray(1))).toBeUndefined();
    expect(nans.subarray(0, 1)).toEqual(nans.subarray(1));
  });
});
