/** Networks that write the weights of other layers. Imports core/, autograd/, ops/ and nn/ alone. */
export type { GeneratedTensor } from "./generated-layout.js";
export type { GeneratorInitialization } from "./head-initialization.js";
export { SynthesizedConv2d, type SynthesizedConv2dOptions } from "./synthesized-conv2d.js";
export { WeightGenerator, type WeightGeneratorOptions } from "./weight-generator.js";
