/**
 * Softmax, its logarithm, and their gradients (AssemblyScript): a kernel of its own, which few networks run and which is larger
 * than all other functions of runs together.
 */

export {
  columnExponentials, columnLogGradient, columnSoftmaxGradient, divideColumns, subtractColumns,
} from "./columns";
export { exponentialSums, logSoftmaxGradient, softmax, softmaxGradient, subtractLogarithms } from "./softmax";
