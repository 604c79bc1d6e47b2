/** Networks of the tape as ONNX models. It reads what operations record, and knows no layer. */
export {
  type ExportOnnxOptions,
  exportOnnx,
  type OnnxExport,
  type OnnxFixedSize,
  type OnnxPort,
} from "./export-onnx.js";
