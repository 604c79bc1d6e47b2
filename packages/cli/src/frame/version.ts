import { readFileSync } from "node:fs";
import { PACKAGE_FOLDER } from "./package-folder.js";

/** This package's own. */
export function ownVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL("package.json", PACKAGE_FOLDER), "utf8"));
  return version;
}
