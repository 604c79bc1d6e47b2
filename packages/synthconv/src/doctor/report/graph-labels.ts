/** What a reader calls the groups of a folded graph. */
import type { DrawnNode } from "./drawn-graph.js";

/** What stands in the title of each run: its modules, numbered where several runs have the same. */
export function labelsOf(runs: readonly DrawnNode[][]): string[] {
  const names = runs.map(modulesName);
  const counts = new Map<string, number>();
  runs.forEach((run, index) => {
    const name = names[index] as string;
    if (run.length > 1) counts.set(name, (counts.get(name) ?? 0) + 1);
  });
  const seen = new Map<string, number>();
  return names.map((name, index) => {
    const of = counts.get(name) ?? 0;
    if (of < 2 || (runs[index]?.length ?? 0) < 2) return name;
    seen.set(name, (seen.get(name) ?? 0) + 1);
    return `${name} (${seen.get(name)} of ${of})`;
  });
}

function modulesName(run: readonly DrawnNode[]): string {
  const modules = run.map(({ module }) => module).filter((module) => module !== "");
  const [first, last] = [modules[0], modules.at(-1)];
  if (first === undefined || last === undefined) return "operations";
  return commonModule(run) || (first === last ? first : `${first} to ${last}`);
}

/** The longest path that all modules of the nodes begin with. */
function commonModule(nodes: readonly DrawnNode[]): string {
  const [first = [], ...others] = nodes.map(({ module }) => (module === "" ? [] : module.split(".")));
  const differs = first.findIndex((part, at) => others.some((path) => path[at] !== part));
  return first.slice(0, differs < 0 ? first.length : differs).join(".");
}
