/** Faults of Winograd's way. */
import { type Mutation, mutation } from "./mutation.js";

export const winograd: readonly Mutation[] = [
  mutation(
    "choice",
    "Winograd: nine taps of a stride are taken for 3x3 weights",
    "const isDense = [target, ...planes].every(({ step }) => step.every((side) => side === 1));",
    "const isDense = [target, ...planes].every(({ step }) => step.every((side) => side >= 1));",
  ),
  mutation(
    "sum",
    "Winograd: a weight's gradient starts with the sum before",
    "memory.clearSums();",
    "if (sum === 0) memory.clearSums();",
  ),
  mutation(
    "choice",
    "Winograd: the weights of the first outputs are taken for those of the next",
    "if (transformed?.weights === weights.start && transformed.output === output) {",
    "if (transformed?.weights === weights.start) {",
  ),
  mutation(
    "choice",
    "Winograd: blocks that do not touch are joined for the direct way",
    "const follows = last?.column === column && last.row + last.height === row;",
    "const follows = last?.column === column;",
  ),
];
