/** Every call of a row with one thing wrong: a value of another sort, a name misspelt, a name unknown. */
import type { Argument, Row } from "./row.js";
import { type Sort, sorts, valueOfSort } from "./values.js";

export interface Mutation {
  readonly title: string;
  readonly args: () => unknown[];
  /** What the message must name; absent where the call may as well work. */
  readonly names?: readonly string[];
}

export function mutationsOf({ args }: Row): Mutation[] {
  return args.flatMap((argument, position) =>
    valueMutations(argument).map(({ title, make, names }) => ({
      title,
      ...(names && { names }),
      args: () => args.map((one, index) => (index === position ? make() : one.valid())),
    })),
  );
}

interface ValueMutation {
  readonly title: string;
  readonly make: () => unknown;
  readonly names?: readonly string[];
}

function valueMutations(argument: Argument): ValueMutation[] {
  return [
    ...sorts.map((sort) => ofAnotherSort(argument, sort)),
    ...(argument.fields ?? []).flatMap((field) => inField(argument, field)),
    ...(argument.fields === undefined ? [] : misnamed(argument, argument.fields)),
    ...(argument.entry === undefined ? [] : inEntry(argument, argument.entry)),
  ];
}

/** Of an object the name that it lacks or that is unknown is what matters, of a list the entry. */
const TELLS_INSIDE: readonly Sort[] = [
  "emptyObject",
  "frozen",
  "records",
  "nested",
  "sparse",
  "holes",
  "texts",
];

function ofAnotherSort({ name, accepts, fields, entry }: Argument, sort: Sort): ValueMutation {
  const hasInside = fields !== undefined || entry !== undefined;
  const names = hasInside && TELLS_INSIDE.includes(sort) ? [] : [name];
  return {
    title: `${name} ${sort}`,
    make: () => valueOfSort(sort),
    ...(!accepts.includes(sort) && { names }),
  };
}

function inField(argument: Argument, field: Argument): ValueMutation[] {
  const object = (): Record<string, unknown> => argument.valid() as Record<string, unknown>;
  const changed = valueMutations(field).map(({ title, make, names }) => ({
    title: `${argument.name}.${title}`,
    ...(names && { names }),
    make: () => ({ ...object(), [field.name]: make() }),
  }));
  const isRequired = !field.accepts.includes("undefined");
  const without = (): unknown => {
    const { [field.name]: _, ...rest } = object();
    return rest;
  };
  const missing = { title: `${argument.name} without ${field.name}`, make: without, names: [field.name] };
  return isRequired ? [...changed, missing] : changed;
}

/** Each name with its last letter gone, in capitals and with the first two exchanged; and one that is near to none. */
function misnamed(argument: Argument, fields: readonly Argument[]): ValueMutation[] {
  const slips = fields.flatMap(({ name }) => {
    const wrong = [name.slice(0, -1), name.toUpperCase(), `${name[1]}${name[0]}${name.slice(2)}`];
    return wrong
      .filter((slip) => slip !== "" && !fields.some((field) => field.name === slip))
      .map((slip) => ({ slip, names: [slip, name] }));
  });
  return [...slips, { slip: "zzz", names: ["zzz"] }].map(({ slip, names }) => ({
    title: `${argument.name}.${slip}`,
    names,
    make: () => ({ ...(argument.valid() as object), [slip]: 1 }),
  }));
}

function inEntry(argument: Argument, entry: Argument): ValueMutation[] {
  return valueMutations(entry).map(({ title, make, names }) => ({
    title: `${argument.name}[${argument.key ?? 0}] = ${title}`,
    ...(names && { names }),
    make: () => {
      const valid = argument.valid() as unknown[] | Map<string, unknown>;
      if (valid instanceof Map) return new Map(valid).set(argument.key as string, make());
      return [make(), ...valid.slice(1)];
    },
  }));
}
