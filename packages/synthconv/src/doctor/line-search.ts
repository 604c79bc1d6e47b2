/** Lines of the program that say something, from their text. */
import type { CallSite } from "../core/call-site.js";
import type { Place } from "./diagnosis.js";
import { placesOf } from "./place.js";
import { absolutePath, sourceLine } from "./source-line.js";

/** How far a statement may lie behind the one that a stack shows. */
const NEAR = 6;

/** The first line from a place on that says something; the place itself where none near it does. */
export function nextLine(place: Place, says: { test(text: string): boolean }): Place {
  for (let line = place.line; line < place.line + NEAR; line++) {
    const source = sourceLine({ path: absolutePath(place.file), line });
    if (source !== undefined && says.test(source))
      return { ...place, line, column: columnOf(source, says), source };
  }
  return place;
}

/** The first line that says something, in the files of the user's code that lead to a call site, the outermost first. */
export function lineOfProgram(site: CallSite, says: { test(text: string): boolean }): Place | undefined {
  for (const { file } of placesOf(site).reverse()) {
    const path = absolutePath(file);
    for (let line = 1; ; line++) {
      const source = sourceLine({ path, line });
      if (source === undefined) break;
      if (says.test(source)) return { file, line, column: columnOf(source, says), source };
    }
  }
  return undefined;
}

/** Where a pattern is found; at the start of the text where it is another test. */
function columnOf(source: string, says: { test(text: string): boolean }): number {
  return (
    1 + Math.max(0, says instanceof RegExp ? source.search(says) : source.length - source.trimStart().length)
  );
}
