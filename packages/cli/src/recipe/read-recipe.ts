/** Recipes: read, and checked for what is missing, misspelt or contradicts itself, each by its line and field. */
import { displayPath, readRegularFile } from "synthconv/internal/node";
import { type ColourSpace, colourSpaceNamed, type FormatError, type Knob, type Style } from "synthconv/look";
import * as v from "valibot";
import { type JsonText, parseJsonText } from "../json/json-lines.js";
import { didYouMean, refuse } from "../json/refuse.js";
import { checkRecipe } from "./check-recipe.js";
import { FIELDS, type RecipeExample, recipeSchema } from "./recipe-schema.js";

const MAX_BYTES = 2 ** 24;

export interface ReadRecipe {
  readonly knobs: readonly Knob[];
  readonly styles: readonly Style[];
  readonly workingSpace: ColourSpace | undefined;
  readonly inputSpace: ColourSpace | undefined;
  readonly outputSpace: ColourSpace | undefined;
  readonly examples: readonly RecipeExample[];
  /** `looks.json:7 examples[2]` */
  placeOf(example: number): string;
}

/** @throws {FileError} when it cannot be read, {FormatError} naming line and field of a mistake. */
export async function readRecipe(path: string): Promise<ReadRecipe> {
  const bytes = await readRegularFile(path, "a recipe, JSON", { maxBytes: MAX_BYTES });
  return parseRecipe(new TextDecoder().decode(bytes), displayPath(path));
}

/** @param name what messages call the file. */
export function parseRecipe(text: string, name: string): ReadRecipe {
  const json = parseJsonText(text, name);
  if (typeof json.value !== "object" || json.value === null || Array.isArray(json.value)) {
    throw refuse(
      json,
      [],
      "an object { knobs, styles, examples }",
      Array.isArray(json.value) ? "a list" : JSON.stringify(json.value),
    );
  }
  const parsed = v.safeParse(recipeSchema, json.value);
  if (!parsed.success) {
    // A misspelt field is missing as well: its name says more.
    throw brokenRule(json, parsed.issues.find(isUnknownField) ?? parsed.issues[0]);
  }
  const { knobs = [], examples } = parsed.output;
  const styles = checkRecipe(json, parsed.output);
  const named = (name: string | undefined): ColourSpace | undefined =>
    name === undefined ? undefined : colourSpaceNamed(name);
  const [workingSpace, inputSpace, outputSpace] = [
    parsed.output.workingSpace,
    parsed.output.inputSpace,
    parsed.output.outputSpace,
  ].map(named);
  return {
    knobs,
    styles,
    workingSpace,
    inputSpace,
    outputSpace,
    examples,
    placeOf: (example) => json.place(["examples", example]),
  };
}

function isUnknownField({ type, expected }: v.BaseIssue<unknown>): boolean {
  return type === "strict_object" && expected === "never";
}

function brokenRule(json: JsonText, issue: v.BaseIssue<unknown>): FormatError {
  const path = (issue.path ?? []).map(({ key }) => key as string | number);
  const last = String(path.at(-1) ?? "");
  if (isUnknownField(issue)) {
    const known = FIELDS[path.length > 1 ? String(path[0]) : ""] ?? [];
    return refuse(json, path, `one of ${known.join(", ")}`, JSON.stringify(last), didYouMean(last, known));
  }
  if (last === "examples" && issue.type === "min_length") {
    return refuse(
      json,
      path,
      "at least one example",
      "none",
      'Write { "before": "a.jpg", "after": "b.jpg" } or { "lut": "a.cube" }.',
    );
  }
  const rule = issue.type === "regex" ? "a name without spaces: letters, digits, _ or -" : issue.expected;
  return refuse(json, path, rule ?? "a valid value", issue.received);
}
