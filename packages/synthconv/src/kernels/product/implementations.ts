/** The implementations of a product of matrices, the best first. */
import { choose } from "../../core/choices.js";
import { reference } from "./reference.js";
import type { MatrixProduct, PreparedProduct, ProductImplementation } from "./types.js";
import { wasm } from "./wasm.js";

const implementations: readonly ProductImplementation[] = [wasm, reference];

export function prepare(product: MatrixProduct): PreparedProduct {
  return choose("product", implementations, product);
}
