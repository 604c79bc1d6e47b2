import { Tensor } from "../autograd/tensor.js";

/** The tensors in a batch, by what leads to them: `condition`, `images.0`; `batch` where it is one itself. */
export function batchTensors(batch: unknown): Map<Tensor, string> {
  const found = new Map<Tensor, string>();
  const visited = new Set<object>();
  const visit = (value: unknown, path: string): void => {
    if (typeof value !== "object" || value === null || visited.has(value)) return;
    visited.add(value);
    if (value instanceof Tensor) {
      found.set(value, path === "" ? "batch" : path);
    } else if (!ArrayBuffer.isView(value)) {
      for (const [key, inner] of Object.entries(value)) visit(inner, path === "" ? key : `${path}.${key}`);
    }
  };
  visit(batch, "");
  return found;
}
