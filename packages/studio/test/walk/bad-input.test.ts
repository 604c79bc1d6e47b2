import type { Page } from "playwright-core";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { lookToLink } from "../../../synthconv/src/look.js";
import { lookOf, schemaOf } from "../../../synthconv/test/look/look-samples.js";
import { withStudio } from "../site.js";
import { learnExample, PATIENCE, untilKept } from "./steps.js";

const alertWith = (page: Page, text: string | RegExp) => page.getByRole("alert").filter({ hasText: text });

/** A PNG whose header says 40,000 x 25,000. */
async function gigapixel(): Promise<Buffer> {
  const file = await sharp({ create: { width: 8, height: 8, channels: 3, background: "#888" } })
    .png()
    .toBuffer();
  file.writeUInt32BE(40_000, 16);
  file.writeUInt32BE(25_000, 20);
  return file;
}

describe("what goes wrong is a sentence with what to do, and the session is as it was:", () => {
  it("a photo of a gigapixel, a link that was changed, a storage that is full", async (context) => {
    const options = { profile: { serviceWorkers: "block" } } as const;
    await withStudio(
      context,
      async ({ page }) => {
        await learnExample(page, "Faded print", 20);
        await page.getByLabel("Name of the look").fill("Mine");
        const intact = async (): Promise<void> => {
          expect(await page.getByLabel("Name of the look").inputValue()).toBe("Mine");
          expect(await page.getByText("Finished").isVisible()).toBe(true);
        };

        const file = { name: "wall.png", mimeType: "image/png", buffer: await gigapixel() };
        await page.getByLabel("Pick files").setInputFiles(file);
        const huge =
          "wall.png: expected at most 268 megapixels, which a browser can hold, received 40000 x 25000, 1000 megapixels. Make it smaller, or use the command line";
        await alertWith(page, huge).waitFor(PATIENCE);
        await page.getByLabel("Pick photos").setInputFiles(file);
        await page.getByRole("button", { name: "Apply to 1 photo" }).click();
        await page.locator("#apply").getByText(huge).waitFor(PATIENCE);
        await intact();

        const { text } = lookToLink(lookOf(schemaOf({})));
        const changed = text.slice(0, 40) + (text[40] === "A" ? "B" : "A") + text.slice(41);
        await page.evaluate((hash) => location.assign(`#${hash}`), changed);
        await alertWith(page, /^link: expected .*changed.*Copy it again/).waitFor(PATIENCE);
        await intact();

        // As a browser does it: a write is taken, and its transaction then ended.
        await page.evaluate(() => {
          const { put } = IDBObjectStore.prototype;
          const refuse: typeof put = function (this: IDBObjectStore, ...record) {
            const request = put.apply(this, record);
            const error = new DOMException("The quota has been exceeded.", "QuotaExceededError");
            Object.defineProperty(this.transaction, "error", { value: error });
            this.transaction.abort();
            return request;
          };
          IDBObjectStore.prototype.put = refuse;
          Object.assign(globalThis, { thereIsRoom: () => Object.assign(IDBObjectStore.prototype, { put }) });
        });
        await page.getByRole("slider", { name: "Strength" }).fill("0.5");
        const full = alertWith(page, "does not store this session, so save the look's file before you leave");
        await full.waitFor(PATIENCE);
        await page.getByRole("button", { name: "Keep this look" }).click();
        await alertWith(page, "The library cannot be changed").waitFor(PATIENCE);
        await intact();
        // There is room again: the next change is stored, and the page says no more.
        await page.evaluate(() => void (globalThis as unknown as { thereIsRoom(): void }).thereIsRoom());
        await page.getByRole("slider", { name: "Strength" }).fill("0.7");
        await full.waitFor({ state: "detached", ...PATIENCE });
        await untilKept(page, ({ strength }) => strength === 0.7);
        await page.reload();
        await expect.poll(() => page.getByRole("slider", { name: "Strength" }).inputValue()).toBe("0.7");
      },
      options,
    );
  });

  it("a browser without WebAssembly SIMD, which learns all the same", async (context) => {
    await withStudio(
      context,
      async ({ page, profile, server }) => {
        // Of the worker's code alone: there is where it calculates.
        await profile.route(/entry-[^/]*\.js$/, async (route) => {
          const response = await route.fetch();
          const body = `WebAssembly.validate = () => false;\n${await response.text()}`;
          await route.fulfill({ response, body });
        });
        await page.goto(server.address);
        await page.getByText("This browser has no WebAssembly SIMD").waitFor(PATIENCE);
        await learnExample(page, "Faded print", 2);
      },
      { profile: { serviceWorkers: "block" } },
    );
  });

  it("a part of the studio that the network does not give: learning fails by a sentence, and works once it is there", async (context) => {
    await withStudio(
      context,
      async ({ page, profile, server, errors }) => {
        await profile.route(/\.wasm$/, (route) => route.abort());
        await page.goto(server.address);
        await page.getByRole("button", { name: "Faded print" }).click();
        await alertWith(page, "could not be fetched").first().waitFor(PATIENCE);
        await profile.unroute(/\.wasm$/);
        await page.getByText("Start again").click();
        await page.getByText("Finished").waitFor(PATIENCE);
        // The browser's own words for each file.
        expect(errors.filter((text) => !text.includes("net::ERR_FAILED"))).toEqual([]);
        errors.length = 0;
      },
      { profile: { serviceWorkers: "block" } },
    );
  });

  it("a graphics card that is lost: WebAssembly draws on", async (context) => {
    await withStudio(
      context,
      async ({ page, profile, server }) => {
        // SwiftShader under a card's name: what calculates graphics is otherwise left aside.
        await profile.addInitScript(() => {
          const { getParameter } = WebGL2RenderingContext.prototype;
          const UNMASKED_RENDERER = 0x9246;
          WebGL2RenderingContext.prototype.getParameter = function (name) {
            return name === UNMASKED_RENDERER ? "A card" : getParameter.call(this, name);
          };
        });
        await page.goto(server.address);
        await learnExample(page, "Faded print", 20);
        await page.getByText("Drawn by WebGL 2.").waitFor(PATIENCE);
        await page.locator(".after canvas").evaluate((canvas: HTMLCanvasElement) => {
          canvas.getContext("webgl2")?.getExtension("WEBGL_lose_context")?.loseContext();
        });
        await page
          .getByText(
            "The browser lost WebGL 2; WebAssembly draws instead, with the same result. Nothing of yours is lost.",
          )
          .waitFor(PATIENCE);
        const isPainted = (): Promise<boolean> =>
          page.locator(".after canvas").evaluate((canvas: HTMLCanvasElement) => {
            const { data } = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height) ?? {};
            return data?.some((value, at) => at % 4 < 3 && value > 0) ?? false;
          });
        await expect.poll(isPainted, PATIENCE).toBe(true);
      },
      { args: ["--enable-unsafe-swiftshader"] },
    );
  });

  it("a tab that is hidden, where no frame is drawn: it learns on, and keeps what it learned", async (context) => {
    await withStudio(context, async ({ page, profile, server }) => {
      await profile.addInitScript(() => {
        globalThis.requestAnimationFrame = () => 0;
        Object.defineProperty(document, "visibilityState", { get: () => "hidden" });
        Object.defineProperty(document, "hidden", { get: () => true });
      });
      await page.goto(server.address);
      await learnExample(page, "Night cinema", 40);
      await untilKept(page, ({ phase }) => phase === "finished");
      await page.reload();
      await page.getByText("Finished").waitFor(PATIENCE);
    });
  });
});
