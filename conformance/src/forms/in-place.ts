/** Cases whose inputs are results of the same step, where kernels find them without a copy, and whose results lie beside them. */
import { allocateResult, placeResultsFrom, Tensor, tidy } from "../library.js";

type Floats = Float32Array | Float64Array;

/** Makes a leaf whose numbers lie in the memory of results. */
type LeafOf = (values: Floats, shape: readonly number[]) => Tensor;

/** What `run` gives, copied before the step ends; results of any size lie there. */
export function inPlace(
  run: (leafOf: LeafOf) => Readonly<Record<string, Floats>>,
): Readonly<Record<string, Floats>> {
  placeResultsFrom(0);
  try {
    let copied: Record<string, Floats> = {};
    tidy(() => {
      const outputs = run((values, shape) => {
        const data = allocateResult(values instanceof Float32Array ? "float32" : "float64", values.length);
        data.set(values);
        return new Tensor({ shape, data, requiresGrad: true });
      });
      copied = Object.fromEntries(Object.entries(outputs).map(([name, values]) => [name, values.slice()]));
    });
    return copied;
  } finally {
    placeResultsFrom();
  }
}
