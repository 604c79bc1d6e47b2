import { describe, expect, it } from "vitest";
import { accessibilityFaults, withStudio } from "../site.js";
import { figure, learnExample, PATIENCE } from "./steps.js";

describe("watching a look being learned", () => {
  it("begins at a click on an example, shows numbers with units, every part of the network, and that all of it learns", async (context) => {
    await withStudio(context, async ({ page, requested, server }) => {
      await learnExample(page, "Faded print", 200);
      expect(await figure(page, "Step")).toBe("200 of 200");
      expect(Number.parseFloat(await figure(page, "PSNR"))).toBeGreaterThan(30);
      expect(await figure(page, "PSNR")).toMatch(/ dB$/);
      expect(Number.parseFloat(await figure(page, "ΔE"))).toBeLessThan(4);
      for (const part of ["Layer 1", "Layer 2", "Last layer", "Convolution 1", "Convolution 2"]) {
        const drawn = page.getByRole("img", { name: new RegExp(`^${part}`) });
        expect(await drawn.getAttribute("aria-label"), part).toContain("which move");
      }
      expect(await page.locator(".verdict").textContent()).toContain(
        "Yes. Every trained parameter (6) learns",
      );
      expect(await accessibilityFaults(page)).toEqual([]);
      expect(requested.filter((url) => !url.startsWith(server.address) && !url.startsWith("blob:"))).toEqual(
        [],
      );
    });
  });

  it("is broken as in the question by a switch: the layers that write stand still, and the doctor says why", async (context) => {
    await withStudio(context, async ({ page }) => {
      await learnExample(page, "Faded print", 60);
      await page.getByRole("switch").check();
      await page.locator(".stage.cut").waitFor(PATIENCE);
      await page.getByText("Finished").waitFor(PATIENCE);
      for (const part of ["Layer 1", "Layer 2", "Last layer"]) {
        const drawn = page.getByRole("img", { name: new RegExp(`^${part}`) });
        expect(await drawn.getAttribute("aria-label"), part).toContain("all the same");
      }
      const moving = page.getByRole("img", { name: /^Convolution 2/ });
      expect(await moving.getAttribute("aria-label")).toContain("which move");
      const verdict = (await page.locator(".verdict").textContent()) ?? "";
      expect(verdict).toContain("No.");
      expect(verdict).toContain("generator.hidden.0.weight");
      expect(verdict).toContain("assign");
      expect(await accessibilityFaults(page)).toEqual([]);
    });
  });
});
