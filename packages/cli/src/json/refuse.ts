/** The errors of JSON files that people write: recipes and configurations. */
import { nearestName } from "synthconv/internal";
import { FormatError } from "synthconv/look";
import type { JsonPath, JsonText } from "./json-lines.js";

export function refuse(
  json: JsonText,
  path: JsonPath,
  expected: string,
  received: string,
  repair?: string,
): FormatError {
  return new FormatError({
    where: json.place(path),
    expected,
    received,
    ...(repair !== undefined && { repair }),
  });
}

export function didYouMean(name: string, names: readonly string[]): string | undefined {
  const near = nearestName(name, names);
  return near === undefined ? undefined : `Did you mean ${near}?`;
}
