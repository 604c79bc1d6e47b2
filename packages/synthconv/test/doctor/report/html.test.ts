import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { withBrowser } from "../../../../../test-support/browser.js";
import { sharedTemporaryFolder } from "../../../../../test-support/folders.js";
import {
  type Diagnosis,
  type HistogramRecord,
  htmlReport,
  type ParameterDiagnosis,
} from "../../../src/doctor.js";
import { chainGraph, cutDiagnosis, healthyDiagnosis, movingHistograms } from "./sample.js";

const folder = sharedTemporaryFolder();

function count(page: string, part: RegExp): number {
  return page.match(part)?.length ?? 0;
}

describe("the report as a page", () => {
  it("names the verdict, the place, the repair and every parameter", () => {
    const page = htmlReport(cutDiagnosis, { title: "model.ts" });
    expect(page).toContain("<title>Does not learn: model.ts</title>");
    expect(page).toContain(`<h1>${cutDiagnosis.verdict}</h1>`);
    expect(page).toContain("model.ts:23:26");
    for (const { name } of cutDiagnosis.parameters) expect(page).toContain(`<code>${name}</code>`);
    expect(htmlReport(healthyDiagnosis)).toContain("<title>Learns: Diagnosis</title>");
  });

  it("needs nothing from outside and runs no script", () => {
    const page = htmlReport(cutDiagnosis, { histograms: movingHistograms("head.weight", 5) });
    expect(page).not.toMatch(/<script|<link|<img|src=|https?:|@import/);
  });

  it("takes no name for markup", () => {
    const page = htmlReport(cutDiagnosis, { title: `<b onclick="x">&'` });
    expect(page).toContain("&lt;b onclick=&quot;x&quot;&gt;&amp;&#39;");
    expect(page).toContain("rows &lt;3&gt; &amp; 4 were not in the batch");
  });

  it("draws one dashed edge for the cut, numbered as its finding", () => {
    const page = htmlReport(cutDiagnosis);
    expect(count(page.slice(page.indexOf('<svg class="graph"')), /class="edge cut"/g)).toBe(1);
    expect(page).toContain(">cut 1</text>");
    expect(htmlReport(healthyDiagnosis)).not.toContain('class="graph"');
  });

  it("draws what comes back along every edge, and its legend has these kinds and no other", () => {
    const page = htmlReport(cutDiagnosis);
    const drawn = page.slice(page.indexOf('<svg class="graph"'));
    const kinds = ["flows", "none", "unasked", "zero"].map((kind) =>
      count(drawn, new RegExp(`class="edge ${kind}"`, "g")),
    );
    expect(kinds).toEqual([4, 3, 2, 0]);
    const legend = page.slice(
      page.indexOf('<p class="legend">'),
      page.indexOf("</p>", page.indexOf('<p class="legend">')),
    );
    expect([...legend.matchAll(/class="edge (\w+)"/g)].map(([, kind]) => kind)).toEqual([
      "flows",
      "cut",
      "none",
      "unasked",
    ]);
  });

  it("stays below 500 kB for 100 layers with all their histograms, and says what it left out", () => {
    const names = Array.from({ length: 100 }, (_, index) => `layers.${index}`);
    const parameters = names.flatMap((name) =>
      ["weight", "bias"].map((kind) => ({
        ...(cutDiagnosis.parameters[5] as ParameterDiagnosis),
        name: `${name}.${kind}`,
      })),
    );
    const spoilt = parameters.map((one, index) => (index === 150 ? { ...one, finding: 0 } : one));
    const histograms = parameters.flatMap(({ name }) => movingHistograms(name, 17));
    const page = htmlReport(
      { ...cutDiagnosis, parameters: spoilt, graph: chainGraph(names) },
      { histograms },
    );
    expect(page.length).toBeLessThan(500_000);
    const [, drawn, all] =
      /Drawn for (\d+) of (\d+) parameters, those with a finding first\./.exec(page) ?? [];
    expect(Number(all)).toBe(200);
    expect(count(page, /<h3><code>layers/g)).toBe(Number(drawn));
    expect(page).toContain(`<h3><code>${spoilt[150]?.name}</code>`);
  });

  it("draws a ridge for each histogram, and at most 24 from first to last", () => {
    const draw = (steps: number): string =>
      htmlReport(cutDiagnosis, { histograms: movingHistograms("head.weight", steps) });
    expect(count(draw(5), /<title>step \d+<\/title>/g)).toBe(15);
    const many = draw(100);
    expect(count(many, /<title>step \d+<\/title>/g)).toBe(72);
    expect(many).toContain("<title>step 0</title>");
    expect(many).toContain("<title>step 990</title>");
    expect(many).toContain("2 not finite");
  });

  it("leaves out what has no finite entry, and shows constants as one peak", () => {
    const record = (counts: number[], edges: number[]): HistogramRecord => ({
      step: 0,
      parameter: "head.bias",
      of: "value",
      histogram: { edges, counts, nonFinite: 3 },
    });
    expect(htmlReport(cutDiagnosis, { histograms: [record([], [])] })).not.toContain("<figure");
    const constant = htmlReport(cutDiagnosis, { histograms: [record([3], [2, 2])] });
    expect(constant).toContain("from 0 to 4");
    expect(constant).not.toContain("NaN");
  });

  it("survives a graph with a circle and an edge to nowhere", () => {
    const { graph } = cutDiagnosis as Required<Diagnosis>;
    const edges = [
      ...graph.edges,
      { from: "loss", to: "linear", cut: false, gradient: "flows" } as const,
      { from: "nothing", to: "loss", cut: false, gradient: "flows" } as const,
    ];
    const page = htmlReport({ ...cutDiagnosis, graph: { ...graph, edges } });
    const drawn = page.slice(page.indexOf('<svg class="graph"'));
    expect(count(drawn, /class="edge /g)).toBe(10);
  });
});

describe("the page in Chromium", () => {
  const readers = [
    {
      where: "a desk, light",
      width: 1280,
      scheme: "light",
      colours: ["rgb(246, 246, 244)", "rgb(28, 29, 31)"],
    },
    {
      where: "a phone, dark",
      width: 390,
      scheme: "dark",
      colours: ["rgb(22, 23, 26)", "rgb(233, 233, 231)"],
    },
  ] as const;
  for (const { where, width, scheme, colours } of readers) {
    it(`opens from a file without an error and fits ${where}`, async (context) => {
      const path = join(folder, `${width}.html`);
      const histograms = movingHistograms("head.weight", 30);
      writeFileSync(path, htmlReport(cutDiagnosis, { title: "model.ts", histograms }));
      const url = pathToFileURL(path).href;
      await withBrowser(context, async (browser) => {
        const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme: scheme });
        const troubles: string[] = [];
        page.on("pageerror", ({ message }) => troubles.push(message));
        page.on("console", (message) => troubles.push(message.text()));
        page.on("request", (request) => {
          if (request.url() !== url) troubles.push(request.url());
        });
        await page.goto(url);
        expect(troubles).toEqual([]);
        expect(await page.title()).toBe("Does not learn: model.ts");
        expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
        const style = "getComputedStyle(document.body)";
        expect(await page.evaluate(`[${style}.backgroundColor, ${style}.color]`)).toEqual(colours);
      });
    });
  }
});
