/** What a recipe must not leave out, misspell or contradict, beyond the form of its fields. */
import type { Knob, Style } from "synthconv/look";
import type { JsonPath, JsonText } from "../json/json-lines.js";
import { didYouMean, refuse } from "../json/refuse.js";
import type { Recipe, RecipeExample } from "./recipe-schema.js";

/**
 * @returns its styles: those that it declares, or those of its examples.
 * @throws {FormatError} naming line and field.
 */
export function checkRecipe(json: JsonText, recipe: Recipe): Style[] {
  const { knobs = [], examples } = recipe;
  checkKnobs(json, recipe);
  const styles = stylesOf(json, recipe);
  for (const [index, example] of examples.entries()) checkExample(json, { knobs, styles }, example, index);
  checkMoved(json, knobs, examples);
  checkConflicts(json, knobs, examples);
  return styles;
}

function checkKnobs(json: JsonText, { knobs = [] }: Recipe): void {
  knobs.forEach((knob, index) => {
    const at = (field: string): JsonPath => ["knobs", index, field];
    if (knobs.findIndex(({ name }) => name === knob.name) < index) {
      throw refuse(json, at("name"), "names that differ", `${knob.name} twice`);
    }
    if (knob.minimum >= knob.maximum) {
      throw refuse(json, at("maximum"), `a number above the minimum, ${knob.minimum}`, String(knob.maximum));
    }
    if (knob.default < knob.minimum || knob.default > knob.maximum) {
      throw refuse(
        json,
        at("default"),
        `a number from ${knob.minimum} to ${knob.maximum}`,
        String(knob.default),
      );
    }
  });
}

function stylesOf(json: JsonText, { knobs = [], styles, examples }: Recipe): Style[] {
  const named = [...new Set(examples.flatMap(({ style }) => (style === undefined ? [] : [style])))];
  const all: readonly Style[] = styles ?? named.map((name) => ({ name }));
  all.forEach(({ name }, index) => {
    const path: JsonPath =
      styles === undefined
        ? ["examples", examples.findIndex(({ style }) => style === name), "style"]
        : ["styles", index, "name"];
    if (all.findIndex((one) => one.name === name) < index) {
      throw refuse(json, path, "names that differ", `${name} twice`);
    }
    if (!/^[A-Za-z0-9][A-Za-z0-9_+.-]{0,63}$/.test(name)) {
      throw refuse(json, path, "a name of letters, digits, _ + . or -", JSON.stringify(name));
    }
    if (knobs.some((knob) => knob.name === name)) {
      throw refuse(json, path, "another name than that of a knob", JSON.stringify(name));
    }
    if (!named.includes(name)) {
      throw refuse(
        json,
        path,
        `an example of ${name}`,
        "none",
        "Leave the style out, or give it an example.",
      );
    }
  });
  return [...all];
}

function checkExample(
  json: JsonText,
  { knobs, styles }: { knobs: readonly Knob[]; styles: readonly Style[] },
  { before, after, lut, layout, set = {}, style }: RecipeExample,
  index: number,
): void {
  const at = (...fields: string[]): JsonPath => ["examples", index, ...fields];
  const sources = "before and after, or a lut";
  if (lut !== undefined && (before !== undefined || after !== undefined)) {
    throw refuse(json, at("lut"), sources, "both");
  }
  if (lut === undefined && (before === undefined || after === undefined)) {
    const one = before === undefined ? (after === undefined ? "none" : "only after") : "only before";
    throw refuse(json, at(), sources, one);
  }
  if (layout !== undefined && lut === undefined)
    throw refuse(json, at("layout"), "a layout beside a lut", "one without");
  const names = styles.map(({ name }) => name);
  if (style === undefined && names.length > 0) {
    throw refuse(json, at(), `a style, as other examples have: ${names.join(", ")}`, "none");
  }
  if (style !== undefined && !names.includes(style)) {
    throw refuse(
      json,
      at("style"),
      `one of ${names.join(", ")}`,
      JSON.stringify(style),
      didYouMean(style, names),
    );
  }
  const known = knobs.map(({ name }) => name);
  for (const [name, value] of Object.entries(set)) {
    const knob = knobs.find((one) => one.name === name);
    if (knob === undefined) {
      const expected =
        known.length === 0 ? "no setting (the recipe has no knobs)" : `one of ${known.join(", ")}`;
      throw refuse(json, at("set", name), expected, JSON.stringify(name), didYouMean(name, known));
    }
    if (value < knob.minimum || value > knob.maximum) {
      throw refuse(json, at("set", name), `a number from ${knob.minimum} to ${knob.maximum}`, String(value));
    }
  }
}

/** A knob that no two examples set differently would do nothing. */
function checkMoved(json: JsonText, knobs: readonly Knob[], examples: readonly RecipeExample[]): void {
  knobs.forEach((knob, index) => {
    const settings = new Set(examples.map(({ set }) => set?.[knob.name] ?? knob.default));
    if (settings.size > 1) return;
    const received = `${[...settings].join()} in every one`;
    throw refuse(json, ["knobs", index], `examples with two settings of ${knob.name} or more`, received);
  });
}

/** Two LUTs under one condition say different things of every colour; pairs of photos add to each other. */
function checkConflicts(json: JsonText, knobs: readonly Knob[], examples: readonly RecipeExample[]): void {
  const seen = new Map<string, number>();
  examples.forEach(({ lut, set, style }, index) => {
    const condition = JSON.stringify([style, ...knobs.map((knob) => set?.[knob.name] ?? knob.default)]);
    const other = seen.get(condition);
    if (other !== undefined && (lut !== undefined || examples[other]?.lut !== undefined)) {
      const where = json.place(["examples", other]);
      throw refuse(
        json,
        ["examples", index],
        "a condition of its own",
        `that of ${where}`,
        "Give the two different settings or styles.",
      );
    }
    if (other === undefined) seen.set(condition, index);
  });
}
