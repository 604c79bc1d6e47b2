/** Bytes to values and back: safetensors, .cube, Hald. Imports core/ and colour/ alone. */
export { readCube } from "./cube/reader.js";
export { type CubeOptions, writeCube } from "./cube/writer.js";
export { type HaldImage, type HaldPixels, haldToLut, lutToHald } from "./hald/hald.js";
export {
  readSafetensorsHeader,
  type SafetensorsDType,
  type SafetensorsEntry,
  type SafetensorsHeader,
  safetensorsHeaderEnd,
} from "./safetensors/header.js";
export { readSafetensors, type SafetensorsFile, type StoredTensor } from "./safetensors/reader.js";
export { writeSafetensors } from "./safetensors/writer.js";
