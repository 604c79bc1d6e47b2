/** Winograd's convolution by 3x3 weights, F(2x2,3x3): the transforms and the products (AssemblyScript). */

export { winogradImage, winogradUpstream } from "./image";
export { FREQUENCIES, winogradProducts, winogradWeightProducts } from "./products";
export { winogradIsWide } from "./range";
export { winogradResult } from "./result";
export { winogradWeightGradient, winogradWeights } from "./weights";
