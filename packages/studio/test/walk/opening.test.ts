import { describe, expect, it } from "vitest";
import { accessibilityFaults, withStudio } from "../site.js";

describe("the studio, opened", () => {
  it("stands, says how it calculates, and asks nobody but its own address for anything", async (context) => {
    await withStudio(context, async ({ page, requested, server }) => {
      await page.getByRole("heading", { name: "Start" }).waitFor();
      await expect.poll(() => page.locator("footer").textContent()).toContain("WebAssembly");
      expect(await accessibilityFaults(page)).toEqual([]);
      expect(requested.filter((url) => !url.startsWith(server.address) && !url.startsWith("blob:"))).toEqual(
        [],
      );
    });
  });

  it("is forbidden to talk to others by the page itself, as by the server's headers", async (context) => {
    await withStudio(context, async ({ page, server, errors }) => {
      const policy = await page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute("content");
      const header = (await fetch(server.address)).headers.get("Content-Security-Policy");
      // A page cannot say who may frame it.
      expect(`${policy}; frame-ancestors 'none'`).toBe(header);
      const isRefused = await page.evaluate(async () => {
        return await fetch("https://example.com/").then(
          () => false,
          () => true,
        );
      });
      expect(isRefused).toBe(true);
      expect(errors.join(" ")).toContain("Content Security Policy");
      errors.length = 0;
    });
  });
});
