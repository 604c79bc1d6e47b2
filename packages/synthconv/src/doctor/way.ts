/** The way that a run took through the program. */
import type { Tensor } from "../autograd/tensor.js";
import type { Trace } from "./trace.js";

const numbersOfTensors = new WeakMap<Tensor, number>();
let numbered = 0;

/** A number of its own for each tensor. */
export function numberOf(tensor: Tensor): number {
  const number = numbersOfTensors.get(tensor) ?? numbered++;
  numbersOfTensors.set(tensor, number);
  return number;
}

/** The way a run took: its operations, and the tensors from outside of it that they took. */
export function wayOf({ origins }: Trace): string {
  return Array.from(origins.values(), ({ operation, inputs }) => {
    const given = inputs.filter((input) => !origins.has(input));
    return [operation, ...given.map(numberOf)].join(" ");
  }).join();
}

/** The operations of a run alone, whatever it was given. */
export function operationsOf({ origins }: Trace): string {
  return Array.from(origins.values(), ({ operation }) => operation).join();
}
