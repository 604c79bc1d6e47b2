// Looks for regular expressions in the built packages that take more than linear time on some text, and keeps what it
// found safe in safe.json, so that a test can tell new ones from these without the seconds that each takes to be
// examined. After a build:
//
//   npm ci --prefix scripts/expressions --omit=optional
//   node scripts/expressions/check.mjs
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { literalsOf } from "./literals.mjs";

process.env.RECHECK_BACKEND = "pure";
const { checkSync } = (await import("recheck")).default;
const listFile = fileURLToPath(new URL("safe.json", import.meta.url));
const checked = new Set(JSON.parse(readFileSync(listFile, "utf8")));
const safe = [];
let refused = 0;
for (const { file, pattern, flags } of literalsOf()) {
  const text = `/${pattern}/${flags}`;
  if (safe.includes(text)) continue;
  const result = checked.has(text) ? { status: "safe" } : checkSync(pattern, flags, { timeout: 60_000 });
  if (result.status === "safe") safe.push(text);
  else {
    refused++;
    console.error(
      `${file}: ${text} is ${result.status}: ${result.attack?.pattern ?? result.error?.kind ?? ""}`,
    );
  }
}
writeFileSync(listFile, `${JSON.stringify(safe.sort(), null, 2)}\n`);
console.error(`${safe.length} expressions are safe, ${refused} are not`);
process.exitCode = refused === 0 ? 0 : 1;
