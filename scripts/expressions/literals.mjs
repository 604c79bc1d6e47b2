// The regular expressions in the built packages.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "acorn";

const packages = fileURLToPath(new URL("../../packages/", import.meta.url));

/** Every expression, with its file; generated modules have none. */
export function* literalsOf() {
  for (const name of readdirSync(packages)) {
    const folder = join(packages, name, "dist");
    for (const path of readdirSync(folder, { recursive: true }).sort()) {
      if (!path.endsWith(".js") || path.includes("generated")) continue;
      const file = join(folder, path);
      const tree = parse(readFileSync(file, "utf8"), { ecmaVersion: "latest", sourceType: "module" });
      for (const { pattern, flags } of regularExpressions(tree))
        yield { file: join(name, path), pattern, flags };
    }
  }
}

function* regularExpressions(node) {
  if (node === null || typeof node !== "object") return;
  if (node.type === "Literal" && node.regex !== undefined) yield node.regex;
  // One that is put together at run time cannot be examined.
  if (node.callee?.name === "RegExp") yield { pattern: "RegExp(...)", flags: "" };
  for (const value of Object.values(node)) yield* regularExpressions(value);
}
