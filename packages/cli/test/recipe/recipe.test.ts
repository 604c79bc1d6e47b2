import { readFileSync } from "node:fs";
import { toJsonSchema } from "@valibot/to-json-schema";
import { FormatError } from "synthconv/look";
import { describe, expect, it } from "vitest";
import { parseRecipe } from "../../src/recipe/read-recipe.js";
import { recipeSchema } from "../../src/recipe/recipe-schema.js";

const RECIPE = `{
  "$schema": "recipe.schema.json",
  "knobs": [
    { "name": "warmth", "minimum": 0, "maximum": 10, "default": 5 }
  ],
  "styles": [{ "name": "portra_160_++" }, { "name": "golden", "description": "an evening" }],
  "examples": [
    { "before": "raw.jpg", "after": "warm.jpg", "style": "golden", "set": { "warmth": 10 } },
    { "before": "raw.jpg", "after": "cool.jpg", "style": "golden", "set": { "warmth": 0 } },
    { "lut": "film.cube", "style": "portra_160_++" }
  ]
}
`;

/** The recipe with one text in place of another. */
function changed(from: string, to: string): () => unknown {
  expect(RECIPE).toContain(from);
  return () => parseRecipe(RECIPE.replace(from, to), "looks.json");
}

describe("a recipe", () => {
  it("lists examples, each with its condition and its place", () => {
    const { knobs, styles, examples, placeOf } = parseRecipe(RECIPE, "looks.json");
    expect(knobs).toEqual([{ name: "warmth", minimum: 0, maximum: 10, default: 5 }]);
    expect(styles.map(({ name }) => name)).toEqual(["portra_160_++", "golden"]);
    expect(examples[2]).toEqual({ lut: "film.cube", style: "portra_160_++" });
    expect(placeOf(1)).toBe("looks.json:9 examples[1]");
  });

  it("needs not declare its styles: they are those of the examples, in their order", () => {
    const text = '{ "examples": [{ "lut": "b.cube", "style": "b" }, { "lut": "a.cube", "style": "a" }] }';
    expect(parseRecipe(text, "x").styles).toEqual([{ name: "b" }, { name: "a" }]);
  });

  it("has a JSON schema for editors that says the same as the check", () => {
    const file = readFileSync(new URL("../../recipe.schema.json", import.meta.url), "utf8");
    expect(JSON.parse(file)).toEqual(JSON.parse(JSON.stringify(toJsonSchema(recipeSchema))));
  });

  it.each<[string, string, string, string]>([
    [
      "no JSON",
      '"knobs": [',
      '"knobs": {',
      "looks.json:4: expected JSON, received no property name where one must stand",
    ],
    [
      "a comma too many",
      '"portra_160_++" }\n',
      '"portra_160_++" },\n',
      "looks.json:11: expected JSON, received no value where one must stand",
    ],
    [
      "a name twice",
      '"default": 5',
      '"default": 5, "default": 6',
      'looks.json:4: expected each name once in an object, received "default" twice',
    ],
    [
      "an unknown field",
      '"knobs": [',
      '"knob": [',
      'looks.json:3 knob: expected one of knobs, styles, workingSpace, inputSpace, outputSpace, examples, received "knob". Did you mean knobs?',
    ],
    [
      "an unknown field of a knob",
      '"minimum"',
      '"min"',
      'looks.json:4 knobs[0].min: expected one of name, minimum, maximum, default, description, received "min". Did you mean minimum?',
    ],
    [
      "an unknown field of an example",
      '"lut":',
      '"Lut":',
      'looks.json:10 examples[2].Lut: expected one of before, after, lut, layout, set, style, received "Lut". Did you mean lut?',
    ],
    [
      "a field that is missing",
      '"maximum": 10, ',
      "",
      'looks.json:4 knobs[0].maximum: expected "maximum", received undefined',
    ],
    [
      "a text for a number",
      '"minimum": 0',
      '"minimum": "0"',
      'looks.json:4 knobs[0].minimum: expected number, received "0"',
    ],
    [
      "a name with a space",
      '"name": "warmth"',
      '"name": "war mth"',
      "looks.json:4 knobs[0].name: expected a name without spaces",
    ],
    [
      "a range upside down",
      '"maximum": 10',
      '"maximum": -1',
      "looks.json:4 knobs[0].maximum: expected a number above the minimum, 0, received -1",
    ],
    [
      "a default outside its range",
      '"default": 5',
      '"default": 50',
      "looks.json:4 knobs[0].default: expected a number from 0 to 10, received 50",
    ],
    [
      "a setting of an unknown knob",
      '"set": { "warmth": 10 }',
      '"set": { "wramth": 10 }',
      'looks.json:8 examples[0].set.wramth: expected one of warmth, received "wramth". Did you mean warmth?',
    ],
    [
      "a setting outside its range",
      '"warmth": 10 }',
      '"warmth": 11 }',
      "looks.json:8 examples[0].set.warmth: expected a number from 0 to 10, received 11",
    ],
    [
      "an unknown style",
      '"golden", "set": { "warmth": 0',
      '"golde", "set": { "warmth": 0',
      'looks.json:9 examples[1].style: expected one of portra_160_++, golden, received "golde". Did you mean golden?',
    ],
    [
      "an example without the style that others have",
      '"style": "golden", "set": { "warmth": 0 }',
      '"set": { "warmth": 0 }',
      "looks.json:9 examples[1]: expected a style, as other examples have: portra_160_++, golden, received none",
    ],
    [
      "a style without an example",
      '{ "name": "golden"',
      '{ "name": "kodachrome" }, { "name": "golden"',
      "looks.json:6 styles[1].name: expected an example of kodachrome, received none. Leave the style out, or give it an example.",
    ],
    [
      "a style of the name of a knob",
      '{ "name": "golden"',
      '{ "name": "warmth" }, { "name": "golden"',
      'looks.json:6 styles[1].name: expected another name than that of a knob, received "warmth"',
    ],
    [
      "two styles of one name",
      '{ "name": "golden"',
      '{ "name": "golden" }, { "name": "golden"',
      "looks.json:6 styles[2].name: expected names that differ, received golden twice",
    ],
    [
      "only half of a pair",
      '"before": "raw.jpg", "after": "cool.jpg"',
      '"before": "raw.jpg"',
      "looks.json:9 examples[1]: expected before and after, or a lut, received only before",
    ],
    [
      "neither photos nor a LUT",
      '"lut": "film.cube", ',
      "",
      "looks.json:10 examples[2]: expected before and after, or a lut, received none",
    ],
    [
      "photos and a LUT",
      '"lut": "film.cube"',
      '"lut": "film.cube", "before": "a", "after": "b"',
      "looks.json:10 examples[2].lut: expected before and after, or a lut, received both",
    ],
    [
      "a layout without a LUT",
      '"after": "cool.jpg"',
      '"after": "cool.jpg", "layout": "hald"',
      "looks.json:9 examples[1].layout: expected a layout beside a lut, received one without",
    ],
    [
      "two LUTs for one condition",
      '{ "lut": "film.cube",',
      '{ "lut": "b.cube", "style": "portra_160_++" }, { "lut": "film.cube",',
      "looks.json:10 examples[3]: expected a condition of its own, received that of looks.json:10 examples[2]. Give the two different settings or styles.",
    ],
  ])("is refused with %s", (_name, from, to, message) => {
    expect(changed(from, to)).toThrow(FormatError);
    expect(changed(from, to)).toThrow(message);
  });

  it.each<[string, string, string]>([
    ["nothing", "", "looks.json:1: expected JSON, received"],
    ["a list", "[]", "looks.json:1: expected an object { knobs, styles, examples }, received a list"],
    [
      "no examples",
      '{ "examples": [] }',
      "looks.json:1 examples: expected at least one example, received none. Write {",
    ],
    ["no field of examples", "{}", 'looks.json:1 examples: expected "examples", received undefined'],
    [
      "a knob that never moves",
      '{ "knobs": [{ "name": "a", "minimum": 0, "maximum": 1, "default": 0 }],\n "examples": [{ "lut": "x.cube" }] }',
      "looks.json:1 knobs[0]: expected examples with two settings of a or more, received 0 in every one",
    ],
    [
      "a setting where there are no knobs",
      '{ "examples": [{ "lut": "x.cube", "set": { "a": 1 } }] }',
      'looks.json:1 examples[0].set.a: expected no setting (the recipe has no knobs), received "a"',
    ],
  ])("is refused as %s", (_name, text, message) => {
    expect(() => parseRecipe(text, "looks.json")).toThrow(message);
  });
});
