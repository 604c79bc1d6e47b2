import { provenance } from "../autograd/tensor.js";

/**
 * Keeps, from now on, where operations run, so that a later `diagnose` names the line of a tensor that was computed
 * before the loss function first ran. Called before a program that is to be diagnosed is imported; it costs some
 * microseconds per operation.
 */
export function keepCallSites(): void {
  provenance.sites ??= new WeakMap();
}
