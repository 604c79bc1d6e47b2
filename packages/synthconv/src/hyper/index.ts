/** Networks that write the weights of other layers. Imports core/, generator/, autograd/, ops/ and nn/ alone. */
export { type Conv2dTensorOptions, conv2dTensors } from "./conv2d-tensors.js";
export { type Conv2dGenerator, SynthesizedConv2d } from "./synthesized-conv2d.js";
export { WeightGenerator, type WeightGeneratorOptions } from "./weight-generator.js";
