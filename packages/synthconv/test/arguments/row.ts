/** What the rows of the table are made of: one call that works, and what each of its arguments may be. */
import type { Sort } from "./values.js";

/** One argument, option or entry of a list. */
export interface Argument {
  /** What messages call it. */
  readonly name: string;
  /** A fresh value with which the call works. */
  readonly valid: () => unknown;
  /** The sorts that may get through; a call with one of them may still be refused, for what it is. */
  readonly accepts: readonly Sort[];
  /** Of an object whose names are fixed: what stands under each. */
  readonly fields?: readonly Argument[];
  /** Of a list or a Map: its first entry. */
  readonly entry?: Argument;
  /** Of a Map: the name of that entry. */
  readonly key?: string;
}

/** A public function, constructor (`Adam`) or method (`Adam.step`). */
export interface Row {
  readonly name: string;
  readonly args: readonly Argument[];
  readonly call: (...args: never[]) => unknown;
  /** Other names that messages may give the function. */
  readonly alias?: string;
}

type Call = (...args: never[]) => unknown;

export function row(name: string, call: Call, ...args: Argument[]): Row {
  return { name, call, args };
}

/** A function that takes no arguments. */
export function nothing(...names: string[]): Row[] {
  return names.map((name) => ({ name, call: () => undefined, args: [] }));
}

const make =
  (...accepts: Sort[]) =>
  (name: string, valid: () => unknown): Argument => ({ name, valid, accepts });

const NUMBERS: Sort[] = ["whole", "zero", "fraction", "negative", "notANumber", "infinite"];

export const tensorArg: ReturnType<typeof make> = make("tensor");
export const operandArg: ReturnType<typeof make> = make("tensor", ...NUMBERS);
export const numberArg: ReturnType<typeof make> = make(...NUMBERS);
export const finiteArg: ReturnType<typeof make> = make("whole", "zero", "fraction", "negative");
export const notNegativeArg: ReturnType<typeof make> = make("whole", "zero", "fraction");
export const aboveZeroArg: ReturnType<typeof make> = make("whole", "fraction");
export const countArg: ReturnType<typeof make> = make("whole", "zero");
export const sizeArg: ReturnType<typeof make> = make("whole");
export const indexArg: ReturnType<typeof make> = make("whole", "zero", "negative");
export const shareArg: ReturnType<typeof make> = make("zero", "fraction");
export const flagArg: ReturnType<typeof make> = make("flag");
export const textArg: ReturnType<typeof make> = make("text");
export const functionArg: ReturnType<typeof make> = make("function");
export const shapeArg: ReturnType<typeof make> = make("emptyList", "wholes", "manyWholes");
export const sidesArg: ReturnType<typeof make> = make("whole", "zero", "wholes");
export const floatsArg: ReturnType<typeof make> = make("float32", "float64");
export const float32Arg: ReturnType<typeof make> = make("float32");
export const bytesArg: ReturnType<typeof make> = make("bytes");
/** Numbers to read by their index. */
export const numbersArg: ReturnType<typeof make> = make(
  ...(["emptyList", "wholes", "manyWholes", "fractions"] as const),
  ...(["float32", "float64", "int32", "uint16", "clamped", "bytes"] as const),
);
/** Pixels of image files. */
export const pixelsArg: ReturnType<typeof make> = make("bytes", "clamped", "uint16", "float32");
export const pathArg: ReturnType<typeof make> = make("text");
export const signalArg: ReturnType<typeof make> = make();
/** One of a set of words, or an instance of a class that `values.ts` has none of. */
export const fixedArg: ReturnType<typeof make> = make();
export const moduleArg: ReturnType<typeof make> = make("module");

export function optional(argument: Argument): Argument {
  return { ...argument, accepts: [...argument.accepts, "undefined"] };
}

/** An argument that may be more than its kind says. */
export function alsoAccepts(argument: Argument, ...accepts: Sort[]): Argument {
  return { ...argument, accepts: [...argument.accepts, ...accepts] };
}

/** An object with fixed names, each with its valid value; it may be empty where all of them are optional. */
export function optionsArg(name: string, ...fields: Argument[]): Argument {
  const isOptional = fields.every(({ accepts }) => accepts.includes("undefined"));
  return {
    name,
    fields,
    accepts: isOptional ? ["emptyObject"] : [],
    valid: () => Object.fromEntries(fields.map((field) => [field.name, field.valid()])),
  };
}

/** A list whose entries are alike; `length` of them. */
export function listArg(name: string, entry: Argument, length = 2): Argument {
  return {
    name,
    entry,
    accepts: ["emptyList"],
    valid: () => Array.from({ length }, () => entry.valid()),
  };
}

/** A Map of strings to values that are alike: its first entry, under this name. */
export function mapArg(name: string, key: string, entry: Argument): Argument {
  return { name, key, entry, accepts: ["map"], valid: () => new Map([[key, entry.valid()]]) };
}
