// What a person does in the studio, at a known moment.

export const PATIENCE = { timeout: 600_000 };

/** Milliseconds from the drop until the photo is drawn. */
export async function firstPaint(page) {
  const paint = (dropped) =>
    globalThis.measured.paints.find((one) => one.place === "photo" && one.time > dropped);
  const dropped = await page.evaluate(() => globalThis.measured.dropped);
  await page.waitForFunction(paint, dropped, PATIENCE);
  return (await page.evaluate(paint, dropped)).time - dropped;
}

/** As a person drops them: the files are on the page before, so that the time is that of the page. */
export async function dropFiles(page, paths) {
  const handle = await page.evaluateHandle(() => {
    const input = document.createElement("input");
    Object.assign(input, { type: "file", multiple: true });
    return input;
  });
  await handle.setInputFiles(paths);
  await page.evaluate((input) => {
    const transfer = new DataTransfer();
    for (const file of input.files) transfer.items.add(file);
    globalThis.measured.dropped = performance.now();
    dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true }));
  }, handle);
}

/** Waits until all that is fetched ahead is there. @returns how many threads calculate. */
export async function prepared(page) {
  const footer = page.locator("footer", { hasText: "thread" });
  await footer.waitFor(PATIENCE);
  const [, threads] = /(\d+) threads/.exec(await footer.textContent()) ?? [];
  return Number(threads ?? 1);
}

export async function setSteps(page, steps) {
  await page.getByText("How it learns").click();
  await page.getByLabel("Steps", { exact: true }).fill(String(steps));
  await page.getByLabel("Steps", { exact: true }).press("Tab");
}
