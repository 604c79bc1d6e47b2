/** What a hypernetwork is made of. */
import type { Tensor } from "../autograd/tensor.js";
import type { GeneratorStart } from "../generator/index.js";
import type { Module, Network, ParameterPlace } from "../nn/index.js";
import type { Condition } from "./conditions.js";
import type { WeightGenerator } from "./weight-generator.js";

/** Writes tensors `[B,...shape]` by the paths of parameters, from conditions `[B,D]`. */
export type ParameterGenerator = Module & {
  forward(condition: Tensor): Readonly<Record<string, Tensor>>;
};

export interface HypernetworkParts<Value, Inputs extends readonly unknown[], Output> {
  readonly network: Network<Inputs, Output>;
  readonly condition: Condition<Value>;
  readonly generator: WeightGenerator | ParameterGenerator;
  /** The parameters that it writes. */
  readonly places: readonly ParameterPlace[];
  /** Added to what is written: 1 for the gains of normalizations. */
  readonly centers: ReadonlyMap<string, number>;
  /** What is written is added to the parameter. */
  readonly isChange: boolean;
  readonly start: GeneratorStart;
}
