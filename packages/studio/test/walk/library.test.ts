import { describe, expect, it } from "vitest";
import { accessibilityFaults, withStudio } from "../site.js";
import { figure, learnExample, PATIENCE } from "./steps.js";

describe("the library", () => {
  it("keeps looks, which are opened, renamed, duplicated, deleted and brought back", async (context) => {
    await withStudio(context, async ({ page, profile, server }) => {
      await learnExample(page, "Faded print", 40);
      const psnr = await figure(page, "PSNR");
      await page.getByRole("button", { name: "Keep this look" }).click();
      const list = page.getByRole("list", { name: "Looks that were put aside" });
      await list.getByRole("button", { name: "Duplicate Faded print" }).click();
      await list.getByLabel("Name of Faded print, copy").fill("Sun bleached");
      await list.getByLabel("Name of Faded print, copy").press("Tab");
      await list.getByRole("button", { name: "Open Sun bleached" }).waitFor(PATIENCE);
      await list.getByRole("button", { name: "Delete Faded print", exact: true }).click();
      await expect.poll(() => list.getByRole("listitem").count()).toBe(1);
      await page.getByRole("button", { name: "Bring it back" }).click();
      await expect.poll(() => list.getByRole("listitem").count()).toBe(2);
      expect(await accessibilityFaults(page)).toEqual([]);

      await page.getByRole("button", { name: "New" }).click();
      await expect.poll(() => page.getByLabel("Name of the look").inputValue()).toBe("Untitled look");
      const other = await profile.newPage();
      await other.goto(server.address);
      await other.getByRole("button", { name: "Open Sun bleached" }).click();
      await expect.poll(() => figure(other, "PSNR")).toBe(psnr);
      expect(await other.getByLabel("Name of the look").inputValue()).toBe("Sun bleached");
    });
  });
});
