/** The public operations, each by itself: broadcasting, reductions, moves of entries, products with batches; with gradients. */
import type { Aim, Case, Exact, Form, Numbers, Threads } from "../case.js";
import { grad, tensor } from "../library.js";
import type { Random } from "../random.js";
import {
  absolute,
  type FamilyName,
  familyNames,
  inFloat64,
  moderateFamilies,
  type Spoiler,
  spoil,
  valuesOf,
} from "../values.js";
import { drawSpoiler } from "./draws.js";
import { operationRows } from "./operations/index.js";
import type { OperationRow } from "./operations/row.js";

export type OperationCase = {
  readonly form: "operation";
  readonly operation: string;
  /** Shapes of the inputs, of as many as the operation takes. */
  readonly a: readonly number[];
  readonly b: readonly number[];
  readonly c: readonly number[];
  /** Axes, ranges, indices: what the operation takes beside tensors. */
  readonly axes: readonly number[];
  readonly flag: boolean;
  readonly values: FamilyName;
  /** Of the inputs behind the first. */
  readonly others: FamilyName;
  readonly upstream: FamilyName;
  readonly spoiler: Spoiler;
  readonly threads: Threads;
  readonly seed: number;
};

const simplest: OperationCase = {
  form: "operation",
  operation: "add",
  a: [1],
  b: [1],
  c: [1],
  axes: [0],
  flag: false,
  values: "whole numbers",
  others: "whole numbers",
  upstream: "whole numbers",
  spoiler: "none",
  threads: "one",
  seed: 0,
};

const MAX_NUMBERS = 20_000;

// What stays within float32 under exp, and divided by.
const SMALL: readonly FamilyName[] = ["whole numbers", "both signs", "mostly positive", "one sign", "sparse"];

const byName = new Map(operationRows.map((row) => [row.name, row]));

export const operationForm: Form<OperationCase> = {
  name: "operation",
  share: 20,
  simplest,
  draw: (random) => drawCall(random, random.pick(operationRows)),
  aims: operationRows.map((row): Aim<OperationCase> => {
    return { name: row.name, draw: (random) => drawCall(random, row) };
  }),
  isValid: (one) => {
    const row = byName.get(one.operation);
    if (row === undefined || row.inputs.some((name) => sizeOf(one[name]) > MAX_NUMBERS)) return false;
    const families = [one.others, one.upstream];
    const isMild = !isExtreme(one.values) || families.every((name) => SMALL.includes(name));
    return isMild && takes(row, one);
  },
  prepare,
};

const isExtreme = (name: FamilyName): boolean => name === "huge" || name === "denormal";

function drawCall(random: Random, row: OperationRow): OperationCase {
  const values = random.pick(row.isSteep ? SMALL : random.chance(0.5) ? SMALL : familyNames);
  const others = row.isSteep || isExtreme(values) ? SMALL : moderateFamilies;
  return {
    ...simplest,
    operation: row.name,
    ...row.draw(random),
    values,
    others: random.pick(others),
    upstream: random.pick(others),
    spoiler: drawSpoiler(random),
    seed: random.bits(),
  };
}

/** Whether the call accepts such shapes: what is shrunk may not fit any more. */
function takes(row: OperationRow, one: OperationCase): boolean {
  try {
    row.call(
      row.inputs.map((name) => tensor(new Float32Array(sizeOf(one[name])), { shape: one[name] })),
      one,
    );
    return true;
  } catch {
    return false;
  }
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}

type Passed = Record<string, Numbers> & { readonly output: Numbers };

function prepare(one: OperationCase): Case {
  const row = byName.get(one.operation) as OperationRow;
  const inputs = row.inputs.map((name, index) => {
    const shape = one[name];
    const values = valuesOf(
      index === 0 ? one.values : one.others,
      one.seed,
      name,
      sizeOf(shape),
      shape.at(-1),
    );
    return { name, shape, values: index === 0 ? spoil(values, one.spoiler, one.seed) : values };
  });
  type As = (values: Float32Array) => Float32Array | Float64Array;
  const upstreamOf = ({ length }: Numbers): Float32Array =>
    valuesOf(one.upstream, one.seed, "upstream", length, 7);
  const pass = (call: OperationRow["call"], as: As): Passed => {
    const leaves = inputs.map(({ shape, values }) => tensor(as(values), { shape, requiresGrad: true }));
    const output = call(leaves, one);
    const seed = tensor(as(upstreamOf(output.data)), { shape: output.shape });
    const gradients = grad(output, leaves, { seed, allowUnused: true });
    const named = gradients.flatMap((gradient, index) => {
      return gradient === undefined ? [] : [[`gradient of ${inputs[index]?.name}`, gradient.data] as const];
    });
    return { output: output.data, ...Object.fromEntries(named) };
  };
  const { ofSizes, gradientTerms } = row;
  const termsOf = (): Exact => {
    const numbers = ofSizes === undefined ? pass(row.call, inFloat64) : pass(ofSizes, absolute);
    const sizes = Object.entries(numbers).map(([name, values]) => [
      name,
      Float64Array.from(values, Math.abs),
    ]);
    const terms: Record<string, Float64Array> = Object.fromEntries(sizes);
    if (gradientTerms === undefined) return terms;
    const upstream = absolute(upstreamOf(numbers.output));
    return { ...terms, "gradient of a": gradientTerms(terms.output as Float64Array, upstream) };
  };
  return {
    // Math.exp and the like differ in their last bit between engines.
    isEngineBound: true,
    features: [`operation: ${one.operation}`],
    run: () => pass(row.call, (values) => values),
    exact: () => pass(row.call, inFloat64),
    terms: termsOf,
  };
}
