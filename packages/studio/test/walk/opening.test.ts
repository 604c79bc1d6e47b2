import { describe, expect, it } from "vitest";
import { accessibilityFaults, withStudio } from "../site.js";

describe("the studio, opened", () => {
  it("stands, says how it calculates, and asks nobody but its own address for anything", async (context) => {
    await withStudio(context, async ({ page, requested, server }) => {
      await page.getByRole("heading", { name: "Start" }).waitFor();
      await expect.poll(() => page.getByRole("status").textContent()).toContain("WebAssembly");
      expect(await accessibilityFaults(page)).toEqual([]);
      expect(requested.filter((url) => !url.startsWith(server.address))).toEqual([]);
    });
  });
});
