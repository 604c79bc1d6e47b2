import type { Form } from "../case.js";
import { batchForms } from "./batch.js";
import { denseForms } from "./dense.js";
import { lutForms } from "./lut.js";
import { pixelNetworkForms } from "./pixel-network.js";
import { pixelForms } from "./pixels.js";

/** All forms of kernels; a new kernel adds its own here. */
export const forms: readonly Form[] = [
  ...pixelNetworkForms,
  ...batchForms,
  ...pixelForms,
  ...denseForms,
  ...lutForms,
];
