/** What a recipe is: the file that lists what one look is trained on. recipe.schema.json says the same to editors. */
import { COLOUR_SPACES, type Knob, type Style } from "synthconv/look";
import * as v from "valibot";

export interface RecipeExample {
  readonly before?: string | undefined;
  readonly after?: string | undefined;
  readonly lut?: string | undefined;
  readonly layout?: string | undefined;
  readonly set?: Readonly<Record<string, number>> | undefined;
  readonly style?: string | undefined;
}

export interface Recipe {
  readonly $schema?: string | undefined;
  readonly knobs?: readonly Knob[] | undefined;
  readonly styles?: readonly Style[] | undefined;
  readonly workingSpace?: string | undefined;
  readonly inputSpace?: string | undefined;
  readonly outputSpace?: string | undefined;
  readonly examples: readonly RecipeExample[];
}

/** JSON can say 1e999, which is infinite. */
const MAX_NUMBER = 1e12;

const text = (meaning: string): v.GenericSchema<string> =>
  v.pipe(v.string(), v.minLength(1), v.description(meaning));
const number = (meaning: string): v.GenericSchema<number> =>
  v.pipe(v.number(), v.minValue(-MAX_NUMBER), v.maxValue(MAX_NUMBER), v.description(meaning));

const space = (meaning: string): v.GenericSchema<string> =>
  v.pipe(v.picklist(COLOUR_SPACES.map(({ name }) => name)), v.description(meaning));

const knob = v.pipe(
  v.strictObject({
    name: v.pipe(
      v.string(),
      v.regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/),
      v.description("a letter, then letters, digits, _ or -"),
    ),
    minimum: number("the least that it can be set to"),
    maximum: number("the most that it can be set to"),
    default: number("where it stands when it is not set"),
    description: v.optional(text("for people")),
  }),
  v.description("a control of the look, in units of your own"),
);

const style = v.pipe(
  v.strictObject({
    name: v.pipe(
      v.string(),
      v.regex(/^[A-Za-z0-9][A-Za-z0-9_+.-]{0,63}$/),
      v.description("a letter or digit, then letters, digits, _ + . or -"),
    ),
    description: v.optional(text("for people")),
  }),
  v.description("one of the looks that the file holds, by name"),
);

const example = v.pipe(
  v.strictObject({
    before: v.optional(text("the photo before the edit, or a folder of photos; beside after")),
    after: v.optional(text("the same photo after the edit, or a folder of photos of the same names")),
    lut: v.optional(text("a LUT, instead of photos")),
    layout: v.optional(text("of a LUT picture whose colours do not tell: hald or tiles")),
    set: v.optional(
      v.pipe(
        v.record(v.string(), number("a setting")),
        v.description("settings of knobs, by name; the others stand at their default"),
      ),
    ),
    style: v.optional(text("the style that this is an example of")),
  }),
  v.description("colours before and after under one condition: before and after, or a lut"),
);

const recipe = v.pipe(
  v.strictObject({
    $schema: v.optional(v.string()),
    knobs: v.optional(v.pipe(v.array(knob), v.maxLength(64))),
    styles: v.optional(
      v.pipe(
        v.array(style),
        v.minLength(1),
        v.maxLength(1024),
        v.description("left out: those of the examples, in their order; the first is the default"),
      ),
    ),
    workingSpace: v.optional(space("what the look reads and writes; left out: inputSpace, else srgb")),
    inputSpace: v.optional(space("what photos are encoded in that do not say it; left out: srgb")),
    outputSpace: v.optional(space("what the look writes, where that is another space")),
    examples: v.pipe(v.array(example), v.minLength(1), v.description("paths are relative to this file")),
  }),
  v.title("a recipe of synthconv train"),
);

export const recipeSchema: v.GenericSchema<unknown, Recipe> = recipe as never;

/** The fields of each object, by where it stands: for the nearest name of one that is unknown. */
export const FIELDS: Readonly<Record<string, readonly string[]>> = {
  "": ["knobs", "styles", "workingSpace", "inputSpace", "outputSpace", "examples"],
  knobs: Object.keys(knob.entries),
  styles: Object.keys(style.entries),
  examples: Object.keys(example.entries),
};
