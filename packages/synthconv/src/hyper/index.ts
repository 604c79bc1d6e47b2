/** Networks that write the weights of other layers. Imports core/, generator/, autograd/, ops/ and nn/ alone. */
export { joinCells, splitIntoCells } from "./cells.js";
export { Condition, type Conditions, conditions, type Encoder } from "./conditions.js";
export { type Conv2dTensorOptions, conv2dTensors } from "./conv2d-tensors.js";
export type { DescribedTensor, HypernetworkDescription } from "./description.js";
export { type HypernetizeOptions, type HypernetworkInitialization, hypernetize } from "./hypernetize.js";
export { Hypernetwork } from "./hypernetwork.js";
export type { ParameterGenerator } from "./parts.js";
export { type Conv2dGenerator, SynthesizedConv2d } from "./synthesized-conv2d.js";
export { WeightGenerator, type WeightGeneratorOptions } from "./weight-generator.js";
