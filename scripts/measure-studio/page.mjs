// A fresh browser and profile with the studio open, and what is noted in it: tasks, paints, when something learns.
import { chromium } from "playwright-core";

/** The stage of "Compare" then shows 1.5 megapixels. */
const VIEWPORT = { width: 1900, height: 1400 };

/**
 * @param studio the address, and the browser's program.
 * @param settings of the profile.
 */
export async function inStudio({ address, executablePath }, settings, use) {
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  try {
    const context = await browser.newContext({ viewport: VIEWPORT, deviceScaleFactor: 1.5, ...settings });
    await context.addInitScript(note);
    const fetched = [];
    context.on("response", (response) => fetched.push(response));
    const page = await context.newPage();
    const system = await browser.newBrowserCDPSession();
    /** Seconds of the processes that draw and calculate. */
    const processor = async () => {
      const { processInfo } = await system.send("SystemInfo.getProcessInfo");
      return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
    };
    const traced = async (work) => await longestTask(browser, page, work);
    await page.goto(address);
    return await use({ page, fetched, processor, traced });
  } finally {
    await browser.close();
  }
}

/** Runs in the page before its own code. */
function note() {
  const measured = { longTasks: [], paints: [], onPaint: undefined };
  globalThis.measured = measured;
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) measured.longTasks.push({ startTime, duration });
  }).observe({ type: "longtask", buffered: true });
  const { putImageData } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.putImageData = function (image, ...rest) {
    putImageData.call(this, image, ...rest);
    const place = this.canvas.closest(".photo") ? "photo" : this.canvas.closest(".after") ? "after" : "other";
    const paint = { time: performance.now(), place, pixels: image.width * image.height };
    measured.paints.push(paint);
    measured.onPaint?.(paint);
  };
  const look = () => {
    if (document.querySelector("button.example") !== null) measured.ready ??= performance.now();
    const done = document.querySelector(".learn progress")?.value ?? 0;
    if (done > 0) measured.learning ??= performance.now();
    if (document.body?.textContent.includes("Finished")) measured.learned ??= performance.now();
  };
  new MutationObserver(look).observe(document, {
    ...{ subtree: true, childList: true, characterData: true, attributes: true },
  });
}

/** By Chromium's own trace, in milliseconds of the page's thread. */
async function longestTask(browser, page, work) {
  await browser.startTracing(page, {
    categories: ["toplevel", "devtools.timeline", "disabled-by-default-devtools.timeline"],
  });
  await work();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString());
  const threads = traceEvents.filter(
    ({ name, args }) => name === "thread_name" && args.name === "CrRendererMain",
  );
  const isOfPage = ({ pid, tid }) => threads.some((one) => one.pid === pid && one.tid === tid);
  const tasks = traceEvents.filter((one) => one.name === "RunTask" && isOfPage(one));
  return { longest: Math.max(0, ...tasks.map(({ tdur = 0 }) => tdur / 1000)) };
}
