/** The public operations, each by itself: broadcasting, reductions, moves of entries, products with batches; with gradients. */
import type { Aim, Case, Form } from "../case.js";
import { grad, noGrad, type Tensor, tensor } from "../library.js";
import type { Random } from "../random.js";
import {
  absolute,
  type FamilyName,
  familyNames,
  inFloat64,
  moderateFamilies,
  spoil,
  valuesOf,
} from "../values.js";
import { drawSpoiler } from "./draws.js";
import { inPlace } from "./in-place.js";
import { kernelAims } from "./operation-aims.js";
import { operationRows } from "./operations/index.js";
import type { OperationCase, OperationRow } from "./operations/row.js";

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
  aims: [
    ...operationRows.map((row): Aim<OperationCase> => {
      return { name: row.name, draw: (random) => drawCall(random, row) };
    }),
    ...kernelAims((random, operation) => drawCall(random, byName.get(operation) as OperationRow)),
  ],
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
  const isWithin = row.isOfPositive === true && random.chance(0.7);
  const drawn = random.pick(row.isSteep || random.chance(0.5) ? SMALL : familyNames);
  const values = isWithin ? "one sign" : drawn;
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

function leaf(values: Floats, shape: readonly number[]): Tensor {
  return tensor(values, { shape, requiresGrad: true });
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}

interface Input {
  readonly name: "a" | "b" | "c";
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

type Floats = Float32Array | Float64Array;
type As = (values: Float32Array) => Floats;

interface Passed {
  readonly output: Floats;
  /** Of the inputs that the output depends on. */
  readonly gradients: readonly (Floats | undefined)[];
}

function prepare(one: OperationCase): Case {
  const row = byName.get(one.operation) as OperationRow;
  const inputs = row.inputs.map((name, index): Input => {
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
  const upstreamOf = (length: number): Float32Array =>
    valuesOf(one.upstream, one.seed, "upstream", length, 7);
  const pass = (call: OperationRow["call"], as: As, leafOf = leaf): Passed => {
    const leaves = inputs.map(({ shape, values }) => leafOf(as(values), shape));
    const output = call(leaves, one);
    const seed = leafOf(as(upstreamOf(output.size)), output.shape);
    const gradients = grad(output, leaves, { seed, allowUnused: true });
    return { output: output.data, gradients: gradients.map((gradient) => gradient?.data) };
  };
  const named = ({ output, gradients }: Passed): Record<string, Floats> => {
    const entries = gradients.flatMap((gradient, index) => {
      return gradient === undefined ? [] : [[`gradient of ${inputs[index]?.name}`, gradient] as const];
    });
    return { output, ...Object.fromEntries(entries) };
  };
  const { ofSizes, gradientTerms } = row;
  const sizes = (): Passed => {
    const { output, gradients } = ofSizes === undefined ? pass(row.call, inFloat64) : pass(ofSizes, absolute);
    const sizesOf = (values: Floats): Float64Array => Float64Array.from(values, Math.abs);
    const terms = gradients.map((gradient) => gradient && sizesOf(gradient));
    const results = sizesOf(output);
    if (gradientTerms !== undefined) {
      const input = inFloat64(inputs[0]?.values ?? new Float32Array(0));
      terms[0] = gradientTerms(results, absolute(upstreamOf(output.length)), input);
    }
    return { output: results, gradients: terms };
  };
  const hasSlope = one.spoiler === "none" && row.hasJumps !== true;
  // Outside of a domain, and of nothing, there is none.
  const measured = hasSlope ? measuredSlope(one, row, inputs, upstreamOf) : Number.NaN;
  const slope = (value: number): Record<string, Floats> =>
    Number.isFinite(measured) ? { slope: Float64Array.of(value) } : {};
  return {
    // Math.exp and the like differ in their last bit between engines.
    isEngineBound: true,
    features: [`operation: ${one.operation}`],
    run: () => {
      const passed = pass(row.call, (values) => values);
      const outputs = named(passed);
      // Where numbers lie makes no difference to a single bit, but for those of a NaN, which engines choose.
      const others = inPlace((leafOf) => named(pass(row.call, (values) => values, leafOf)));
      for (const [name, values] of Object.entries(others)) {
        const at = (outputs[name] as Floats).findIndex((value, index) => !Object.is(value, values[index]));
        if (at !== -1) throw new Error(`${name} in the memory of results is ${values[at]} at [${at}]`);
      }
      return { ...outputs, ...slope(slopeOf(inputs, passed)) };
    },
    exact: () => ({ ...named(pass(row.call, inFloat64)), ...slope(measured) }),
    terms: () => {
      const terms = sizes();
      const upstream = upstreamOf(terms.output.length);
      const results = terms.output.map((size, index) => size * Math.abs(upstream[index] as number));
      return { ...named(terms), ...slope(slopeOf(inputs, terms, Math.abs) + OF_RESULTS * sumOf(results)) };
    },
  };
}

// Every number moves by this share of itself, so that none crosses 0, where the kinks are. What is left of 16 digits of a
// result is 5e-10 of it.
const WAY = 2e-7;
const OF_RESULTS = 1e-3;

/** Of the output times its upstream gradient, from outputs alone. */
function measuredSlope(
  one: OperationCase,
  { call }: OperationRow,
  inputs: readonly Input[],
  upstreamOf: (length: number) => Float32Array,
): number {
  const outputAt = (way: number): Floats => noGrad(() => call(leavesAt(inputs, way), one).data);
  const [behind, beyond] = [outputAt(-WAY), outputAt(WAY)];
  const upstream = upstreamOf(behind.length);
  const differences = beyond.map((value, index) => {
    return (value - (behind[index] as number)) * (upstream[index] as number);
  });
  return sumOf(differences) / (2 * WAY);
}

function leavesAt(inputs: readonly Input[], way: number): Tensor[] {
  return inputs.map(({ shape, values }) => {
    const moved = Float64Array.from(values, (value, index) => value + way * directionOf(value, index));
    return tensor(moved, { shape });
  });
}

/** How much a number moves: some up, some down. */
function directionOf(value: number, index: number): number {
  return index % 3 === 0 ? -value : value;
}

/** The same from gradients; of a number that does not move any gradient will do. */
function slopeOf(
  inputs: readonly Input[],
  { gradients }: Passed,
  of: (part: number) => number = (part) => part,
): number {
  const parts = inputs.flatMap(({ values }, at) =>
    Array.from(gradients[at] ?? [], (gradient, index) => {
      const direction = directionOf(values[index] as number, index);
      return direction === 0 ? 0 : of(gradient * direction);
    }),
  );
  return sumOf(parts);
}

function sumOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] as number;
  return sum;
}
