/** Runs a product of matrices, in parts on all threads or whole on this one. */
import { MIN_SHARED_BYTES } from "../../core/index.js";
import { parallel, threadsPay } from "../threads/parallel.js";
import { prepare } from "./implementations.js";
import { productSlices, productTask } from "./tasks.js";
import { type MatrixProduct, operationsOf } from "./types.js";

export function run(product: MatrixProduct): void {
  const { rows, columns } = product;
  const prepared = prepare(product);
  if (prepared.isShared && areShared(product)) parallel(productTask, product, productSlices(product));
  else prepared.addPart({ rows: [0, rows], columns: [0, columns] });
}

/** Small factors are sent to the workers as copies, as weights are. */
function areShared(product: MatrixProduct): boolean {
  const { a, b, out } = product;
  const large = [a, b].filter(({ byteLength }) => byteLength >= MIN_SHARED_BYTES);
  return threadsPay({
    slices: productSlices(product),
    operations: operationsOf(product),
    arrays: [out, ...large],
  });
}
