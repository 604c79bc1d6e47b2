/** Where a module that cannot be parsed has its mistake: Node keeps that beside the error, for its own report. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const PROBE = fileURLToPath(new URL("./syntax-probe.js", import.meta.url));

/** ` (file:line)` of a SyntaxError in the module or in what it imports; empty for other errors. */
export function syntaxPlace(error: unknown, path: string): string {
  if (!(error instanceof SyntaxError)) return "";
  const place = placeBefore(error.stack ?? "") ?? placeBefore(uncaught(path));
  return place === undefined ? "" : ` (${place})`;
}

/** True for TypeScript that is more than types. */
export function isNotErasable(error: unknown): boolean {
  return (
    error instanceof SyntaxError && "code" in error && error.code === "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX"
  );
}

/** What Node prints when nobody catches the error. Of a module that cannot be parsed no line runs. */
function uncaught(path: string): string {
  const { stderr } = spawnSync(process.execPath, [PROBE, path], {
    encoding: "utf8",
    stdio: ["ignore", "ignore", "pipe"],
    timeout: 10_000,
  });
  return stderr;
}

/** The first line of such a report: `file:///folder/x.mjs:7`. */
function placeBefore(report: string): string | undefined {
  const lines = report.split("\n").slice(0, -1);
  const place = lines.find((line) => /^(file:\/\/)?\//.test(line) && /:\d+$/.test(line));
  return place === undefined ? undefined : decodeURI(place.replace(/^file:\/\//, ""));
}
