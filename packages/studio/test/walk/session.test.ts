import { describe, expect, it } from "vitest";
import { withStudio } from "../site.js";
import { figure, learnExample, PATIENCE, photoSum, setSteps, untilKept } from "./steps.js";

describe("a session", () => {
  it("comes back after the page ended: the look, its numbers and its photo; undo and redo go through what changed it", async (context) => {
    await withStudio(context, async ({ page, profile, server }) => {
      await learnExample(page, "Night cinema", 80);
      const psnr = await figure(page, "PSNR");
      const name = page.getByLabel("Name of the look");
      await name.fill("My night");
      await page.getByText("Start again").click();
      await page.getByText("Finished").waitFor(PATIENCE);
      await page.getByRole("button", { name: "Undo" }).click();
      expect(await figure(page, "PSNR")).toBe(psnr);
      await expect.poll(() => page.getByRole("button", { name: "Redo" }).isEnabled()).toBe(true);
      await page.getByRole("button", { name: "Redo" }).click();
      const shown = await photoSum(page);
      await untilKept(page, ({ name, phase }) => name === "My night" && phase === "finished");
      await page.close({ runBeforeUnload: false });

      const again = await profile.newPage();
      await again.goto(server.address);
      await again.getByText("Finished").waitFor(PATIENCE);
      expect(await again.getByLabel("Name of the look").inputValue()).toBe("My night");
      expect(await figure(again, "PSNR")).toBe(psnr);
      await expect.poll(() => photoSum(again), PATIENCE).toBe(shown);
    });
  });

  it("that was being learned goes on where the last second left it, and a paused one where it was paused", async (context) => {
    await withStudio(context, async ({ page, profile, server }) => {
      await setSteps(page, 3000);
      await page.getByRole("button", { name: "Faded print" }).click();
      await page.waitForFunction(() => (document.querySelector("progress")?.value ?? 0) > 60, null, PATIENCE);
      await page.getByRole("button", { name: "Pause" }).click();
      await page.getByText("Paused.").waitFor(PATIENCE);
      const paused = Number.parseInt((await figure(page, "Step")).replace(",", ""), 10);
      await page.getByRole("button", { name: "Go on" }).click();
      await page.waitForFunction(
        (step) => (document.querySelector("progress")?.value ?? 0) > step + 60,
        paused,
        PATIENCE,
      );
      const { step: before } = await untilKept(page, ({ step }) => step > paused + 60);
      await page.close({ runBeforeUnload: false });

      const again = await profile.newPage();
      await again.goto(server.address);
      await again.getByText("Paused.").waitFor(PATIENCE);
      await again.getByRole("button", { name: "Go on" }).click();
      await again.waitForFunction(
        (step) => (document.querySelector("progress")?.value ?? 0) > step,
        before,
        PATIENCE,
      );
      await again.getByRole("button", { name: "Stop and keep" }).click();
      await again.getByText("Stopped.").waitFor(PATIENCE);
    });
  });

  it("is held by one tab: a second one begins anew and says so", async (context) => {
    await withStudio(context, async ({ page, profile, server }) => {
      await page.getByLabel("Name of the look").fill("Mine");
      await untilKept(page, ({ name }) => name === "Mine");
      const second = await profile.newPage();
      await second.goto(server.address);
      expect(await second.getByRole("alert").textContent()).toContain("open in another tab");
      expect(await second.getByLabel("Name of the look").inputValue()).toBe("Untitled look");
      expect(await page.getByLabel("Name of the look").inputValue()).toBe("Mine");
      // With that one kept and closed, the next tab has an earlier session, and says so too.
      await page.close();
      await second.getByLabel("Name of the look").fill("Second");
      await untilKept(second, ({ name }) => name === "Second");
      const third = await profile.newPage();
      await third.goto(server.address);
      expect(await third.getByRole("alert").textContent()).toContain("this is an earlier one");
      expect(await third.getByLabel("Name of the look").inputValue()).toBe("Mine");
    });
  });

  it("is found again though the browser lets go late of the page that had it", async (context) => {
    await withStudio(context, async ({ page, profile, server, errors }) => {
      await page.getByLabel("Name of the look").fill("Mine");
      await untilKept(page, ({ name }) => name === "Mine");
      // Another page has the lock for a second, as the former self of a page has it on a slow machine.
      const former = await profile.newPage();
      const empty = { contentType: "text/html", body: '<link rel="icon" href="data:,">' };
      await former.route("**/empty", (route) => route.fulfill(empty));
      await former.goto(new URL("empty", server.address).href);
      await former.evaluate(async () => {
        const { held = [] } = await navigator.locks.query();
        const { name = "" } = held.find(({ name }) => name?.startsWith("synthconv-studio")) ?? {};
        let isHeld = (): void => {};
        const waits = new Promise<void>((resolve) => (isHeld = resolve));
        void navigator.locks.request(name, { steal: true }, () => {
          isHeld();
          return new Promise((resolve) => setTimeout(resolve, 1500));
        });
        await waits;
      });
      await page.reload();
      // Of the lock that was taken from it.
      errors.length = 0;
      await expect.poll(() => page.getByLabel("Name of the look").inputValue(), PATIENCE).toBe("Mine");
      expect(await page.getByRole("alert").count()).toBe(0);
    });
  });

  it("says so where the browser stores nothing, and learns all the same", async (context) => {
    await withStudio(context, async ({ page, profile, server }) => {
      await profile.addInitScript(() => {
        IDBFactory.prototype.open = () => {
          throw new DOMException("The operation is insecure.", "SecurityError");
        };
      });
      await page.goto(server.address);
      await expect
        .poll(() => page.getByRole("alert").first().textContent())
        .toContain("does not store this session");
      await learnExample(page, "Faded print", 30);
    });
  });
});
