/** One row for everything that can be called. */

import type { Row } from "./row.js";
import { colourRows } from "./rows-colour.js";
import { doctorRows } from "./rows-doctor.js";
import { errorRows } from "./rows-errors.js";
import { fitRows } from "./rows-fit.js";
import { formatRows } from "./rows-format.js";
import { hyperRows } from "./rows-hyper.js";
import { kernelRows } from "./rows-kernels.js";
import { lookRows } from "./rows-look.js";
import { moduleRows } from "./rows-nn.js";
import { nodeRows } from "./rows-node.js";
import { onnxRows } from "./rows-onnx.js";
import { operationRows } from "./rows-ops.js";
import { tapeRows } from "./rows-tape.js";
import { tfjsRows } from "./rows-tfjs.js";
import { trainingRows } from "./rows-training.js";

export const rows: readonly Row[] = [
  ...tapeRows,
  ...operationRows,
  ...colourRows,
  ...kernelRows,
  ...formatRows,
  ...lookRows,
  ...fitRows,
  ...doctorRows,
  ...moduleRows,
  ...hyperRows,
  ...trainingRows,
  ...onnxRows,
  ...nodeRows,
  ...tfjsRows,
  ...errorRows,
];
