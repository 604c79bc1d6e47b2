import { describe, expect, it } from "vitest";
import { linkIn } from "../../src/features/take/address.js";

describe("the look in an address", () => {
  it.each([
    ["is what stands behind the #", "#look1.abc", "look1.abc"],
    // Not opened, since its letters are other ones, but told: nothing that came as a link is passed over in silence.
    ["is found in capitals too", "#LOOK1.ABC", "LOOK1.ABC"],
    ["is none where another part of the page is meant", "#compare", undefined],
    ["is none where nothing stands there", "", undefined],
  ])("%s", (_, hash, link) => {
    expect(linkIn(hash)).toBe(link);
  });
});
