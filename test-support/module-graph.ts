/** The modules of the repository and what each imports, types included, read from the text of their statements. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";

export const repository: string = join(import.meta.dirname, "..");

const roots = [
  "packages/synthconv/src",
  "packages/cli/src",
  "packages/batch/src",
  "packages/studio/src",
  "bench/src",
  "conformance/src",
] as const;

// Statements begin a line; `import("./x.js")` also stands within one.
const IMPORTS =
  /^(?:import|export)\b[^"'`;]*?from\s*"([^"]+)"|^import\s*"([^"]+)"|\bimport\(\s*"([^"]+)"\s*\)/gm;

/** Paths of the source files, from the repository on, `/` between folders; generated ones are left out. */
export function sourceFiles(): string[] {
  const files = roots.flatMap((root) =>
    readdirSync(join(repository, root), { recursive: true, encoding: "utf8" })
      .filter((name) => /\.tsx?$/.test(name))
      .map((name) => `${root}/${name.split(sep).join("/")}`),
  );
  return files.filter((file) => !file.includes("/generated/")).sort();
}

/** For every source file the source files that it imports or exports from. */
export function importGraph(files: readonly string[] = sourceFiles()): Map<string, string[]> {
  const known = new Set(files);
  return new Map(
    files.map((file) => {
      const text = readFileSync(join(repository, file), "utf8");
      const found = [...text.matchAll(IMPORTS)].map((match) => match[1] ?? match[2] ?? match[3] ?? "");
      const targets = found.flatMap((specifier) => resolve(file, specifier));
      return [file, [...new Set(targets)].filter((target) => known.has(target))];
    }),
  );
}

/** What a relative import means; none for packages. AssemblyScript writes no extension. */
function resolve(file: string, specifier: string): string[] {
  if (!specifier.startsWith(".")) return [];
  const target = join(dirname(join(repository, file)), specifier).replace(
    `${sep}packages${sep}synthconv${sep}dist${sep}`,
    `${sep}packages${sep}synthconv${sep}src${sep}`,
  );
  const path = [target.replace(/\.js$/, ".ts"), target.replace(/\.js$/, ".tsx"), `${target}.ts`].find(
    (one) => /\.tsx?$/.test(one) && existsSync(one),
  );
  return path === undefined ? [] : [relative(repository, path).split(sep).join("/")];
}

/** Groups of files each of which leads back to itself through the others (Tarjan, 1972); a good graph has none. */
export function circlesOf(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const circles: string[][] = [];
  const visit = (file: string): void => {
    order.set(file, order.size);
    low.set(file, order.get(file) as number);
    stack.push(file);
    for (const target of graph.get(file) ?? []) {
      if (!order.has(target)) visit(target);
      if (stack.includes(target)) {
        low.set(file, Math.min(low.get(file) as number, low.get(target) as number));
      }
    }
    if (low.get(file) !== order.get(file)) return;
    const group = stack.splice(stack.indexOf(file));
    if (group.length > 1 || graph.get(file)?.includes(file)) circles.push(group.sort());
  };
  for (const file of graph.keys()) if (!order.has(file)) visit(file);
  return circles;
}
