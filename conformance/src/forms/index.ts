import type { Form } from "../case.js";
import { convolutionForm } from "./convolution.js";
import { interleavedForm } from "./interleaved.js";
import { lutForm } from "./lut.js";
import { pixelNetworkForm } from "./pixel-network.js";
import { productForm } from "./product.js";

export const forms: readonly Form[] = [
  convolutionForm,
  productForm,
  pixelNetworkForm,
  interleavedForm,
  lutForm,
];
