import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { run } from "../../../cli/test/commands/support.js";
import {
  applyNetworkToPlanes,
  compareColours,
  identityCube,
  type Look,
  lookFromLink,
  parseLook,
  type StyleBlend,
  serializeLook,
  synthesize,
} from "../../../synthconv/src/look.js";
import { lookOf, schemaOf, WARMTH } from "../../../synthconv/test/look/look-samples.js";
import { withStudio } from "../site.js";
import { lookOfSession, PATIENCE } from "./steps.js";

const STYLES = { styles: [{ name: "day" }, { name: "night" }] };
const WIDE = { network: { channels: [3, 64, 3], activation: "relu", residual: true } } as const;
const TAUGHT = { generator: { hidden: [8], activation: "relu" } } as const;

interface Case {
  readonly look: Look;
  readonly options: readonly string[];
  /** Where the look is set so, and the link that was opened needs nothing more. */
  readonly set: readonly [settings: Readonly<Record<string, number>>, style?: StyleBlend];
  readonly knobs: readonly string[];
  readonly strength: string;
}

const CASES: Readonly<Record<string, Case>> = {
  "one setting and no more": {
    look: lookOf(schemaOf(WIDE)),
    options: [],
    ...{ set: [{}], knobs: [], strength: "1" },
  },
  "knobs that stay open, at a strength": {
    look: lookOf(schemaOf({ condition: [WARMTH], ...TAUGHT }), 2),
    options: ["--strength", "0.4"],
    ...{ set: [{}], knobs: ["Knob warmth"], strength: "0.4" },
  },
  "a knob where it was set": {
    look: lookOf(schemaOf({ condition: [WARMTH], ...TAUGHT }), 3),
    options: ["--set", "warmth=9"],
    ...{ set: [{ warmth: 9 }], knobs: [], strength: "1" },
  },
  "a blend of its styles": {
    look: lookOf(schemaOf({ ...STYLES, generator: { kind: "free" } }), 4),
    options: ["--style", "day=0.25", "--style", "night=0.75"],
    ...{ set: [{}, { day: 0.25, night: 0.75 }], knobs: [], strength: "1" },
  },
};

/** The colours of a lattice under the look, `[P,3]`. */
function coloursOf(look: Look, [settings, style]: Case["set"]): Float32Array {
  const { table } = identityCube(9);
  const count = table.length / 3;
  const planes = Float32Array.from(
    table,
    (_, at) => table[3 * (at % count) + Math.floor(at / count)] as number,
  );
  const output = new Float32Array(planes.length);
  applyNetworkToPlanes(synthesize(look, settings, style), planes, output);
  return table.map((_, at) =>
    Math.min(1, Math.max(0, output[(at % 3) * count + Math.floor(at / 3)] as number)),
  );
}

/** What a profile that never saw the studio has of the link. */
async function opened(browser: Browser, link: string) {
  const profile = await browser.newContext();
  try {
    const page = await profile.newPage();
    await page.goto(link);
    await page.getByText("The look of the link is open.").waitFor(PATIENCE);
    const knobs = page.locator("#knobs");
    const strength = await knobs.getByRole("slider", { name: "Strength" }).inputValue();
    await page.locator("#compare .after canvas").waitFor(PATIENCE);
    const labels = await knobs.locator(".slider label > span").allTextContents();
    return { strength, labels, look: parseLook(await lookOfSession(page), "session") };
  } finally {
    await profile.close();
  }
}

describe("a link that the command line prints", () => {
  it("gives the look in a profile that never saw it, bit for bit as the link says", async (context) => {
    const folder = temporaryFolder();
    await withStudio(context, async ({ browser, server }) => {
      for (const [name, { look, options, set, knobs, strength }] of Object.entries(CASES)) {
        const file = join(folder, `${name}.safetensors`);
        await writeFile(file, serializeLook(look));
        const { stdout, stderr } = await run(
          "export",
          file,
          "--link",
          "--studio",
          server.address,
          ...options,
        );
        const link = stdout.split("\n", 1)[0] as string;
        expect(link, stderr).toMatch(/^http:.*#look/);
        const found = await opened(browser, link);
        expect(found.strength, name).toBe(strength);
        expect(found.labels, name).toEqual([...knobs, "Strength"]);
        const inLink = lookFromLink(link);
        expect([...found.look.parameters], name).toEqual([...inLink.parameters]);
        const { deltaE2000 } = compareColours(coloursOf(found.look, [{}]), coloursOf(look, set));
        expect(deltaE2000.mean, name).toBeLessThan(0.1);
      }
    });
  });
});
