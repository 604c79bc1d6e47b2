import type { Form } from "../case.js";
import { codedFramesForm } from "./coded-frames.js";
import { convolutionForm } from "./convolution.js";
import { interleavedForm } from "./interleaved.js";
import { lutForm } from "./lut.js";
import { networkForm } from "./network.js";
import { operationForm } from "./operation.js";
import { pixelNetworkForm } from "./pixel-network.js";
import { productForm } from "./product.js";

export const kernelForms: readonly Form[] = [
  convolutionForm,
  productForm,
  pixelNetworkForm,
  interleavedForm,
  codedFramesForm,
  lutForm,
  operationForm,
];

export const forms: readonly Form[] = [...kernelForms, networkForm];
