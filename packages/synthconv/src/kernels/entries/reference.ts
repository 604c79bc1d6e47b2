/** Plain loops in float64, for either element type. */
import type {
  Arithmetic,
  ArithmeticImplementation,
  EntryFunction,
  FunctionImplementation,
  PreparedFunction,
  RowOperation,
} from "./types.js";

export const functionReference: FunctionImplementation = { name: "reference", prepare: prepareFunction };

export function prepareFunction({ value, gradient: gradientOf }: EntryFunction): PreparedFunction {
  return {
    values: (input, output) => {
      for (let i = 0; i < input.length; i++) output[i] = value(input[i] as number);
    },
    gradients: (upstream, input, output, gradient) => {
      for (let i = 0; i < input.length; i++) {
        gradient[i] = gradientOf(upstream[i] as number, input[i] as number, output[i] as number);
      }
    },
  };
}

// One loop an operation, not one loop that calls the operation: the call an entry would cost more than it.
const addRow: RowOperation = (a, fromA, stepA, b, fromB, stepB, out, start, length) => {
  for (let i = 0; i < length; i++) {
    out[start + i] = (a[fromA + i * stepA] as number) + (b[fromB + i * stepB] as number);
  }
};
const subtractRow: RowOperation = (a, fromA, stepA, b, fromB, stepB, out, start, length) => {
  for (let i = 0; i < length; i++) {
    out[start + i] = (a[fromA + i * stepA] as number) - (b[fromB + i * stepB] as number);
  }
};
const multiplyRow: RowOperation = (a, fromA, stepA, b, fromB, stepB, out, start, length) => {
  for (let i = 0; i < length; i++) {
    out[start + i] = (a[fromA + i * stepA] as number) * (b[fromB + i * stepB] as number);
  }
};
const divideRow: RowOperation = (a, fromA, stepA, b, fromB, stepB, out, start, length) => {
  for (let i = 0; i < length; i++) {
    out[start + i] = (a[fromA + i * stepA] as number) / (b[fromB + i * stepB] as number);
  }
};

export const ROWS: Readonly<Record<Arithmetic, RowOperation>> = {
  add: addRow,
  subtract: subtractRow,
  multiply: multiplyRow,
  divide: divideRow,
};

export const arithmeticReference: ArithmeticImplementation = {
  name: "reference",
  prepare: (operation) => ROWS[operation],
};
