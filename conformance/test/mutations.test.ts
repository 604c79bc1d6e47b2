/** The list of faults that `npm run mutations` plants still fits the sources. Whether tests notice them takes it an hour. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Kind, mutations } from "../dist/mutations/index.js";

const folder = join(import.meta.dirname, "../../packages/synthconv/src");
const sources = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts") && !path.includes("generated"))
  .map((path) => ({ path: path.replaceAll("\\", "/"), text: readFileSync(join(folder, path), "utf8") }));

function pathsOf(find: string): string[] {
  return sources.flatMap(({ path, text }) => Array<string>(text.split(find).length - 1).fill(path));
}

describe("planted faults", () => {
  it.each(mutations.map(({ name, find, replace }) => [name, find, replace]))("%s", (_, find, replace) => {
    const advice = "find what became of the line, and write it into conformance/src/mutations";
    expect(pathsOf(find as string), `the text that is replaced stands once; ${advice}`).toHaveLength(1);
    expect(replace).not.toBe(find);
  });

  it("are the rows of docs/mutations.md, noticed each", () => {
    const page = readFileSync(join(import.meta.dirname, "../../docs/mutations.md"), "utf8");
    const rows = page.split("\n").filter((line) => line.startsWith("| ") && !/^\| (planted|---)/.test(line));
    const cells = rows.map((row) => row.split(" | "));
    expect(cells.map(([name]) => name?.slice(2))).toEqual(mutations.map(({ name }) => name));
    expect(cells.filter(([, , , noticedBy]) => noticedBy?.includes("nothing"))).toEqual([]);
  });

  it("have names of their own", () => {
    expect(new Set(mutations.map(({ name }) => name)).size).toBe(mutations.length);
  });

  it("are of every kind", () => {
    const kinds = ["geometry", "edge", "tail", "sum", "term", "choice", "slice", "special"] satisfies Kind[];
    for (const kind of kinds) {
      expect(mutations.filter((one) => one.kind === kind).length, kind).toBeGreaterThanOrEqual(4);
    }
  });

  it("are in every folder that calculates", () => {
    const kernels = [
      "convolution",
      "interleaved",
      "lut",
      "pixel-network",
      "product",
      "entries",
      "moves",
      "borders",
      "resample",
      "threads",
    ];
    const ofNetworks = ["fused", "stack", "reference", "network"].map((name) => `pixel-network/${name}`);
    const ofConvolutions = ["depthwise", "winograd", "direct", "loops", "geometry"].map(
      (name) => `convolution/${name}`,
    );
    const others = ["autograd", "core", "train"];
    const wanted = [
      ...[...kernels, ...ofNetworks, ...ofConvolutions, "base"].map((name) => `kernels/${name}`),
      ...others,
    ];
    const paths = mutations.flatMap(({ find }) => pathsOf(find));
    for (const name of wanted)
      expect(paths.filter((path) => path.startsWith(`${name}/`)).length, name).toBeGreaterThan(0);
  });
});
