/** The option of how kernels compute. */
import { Option } from "commander";
import { availableBackends, type Backend } from "synthconv/look";

export interface BackendOptions {
  /** Undefined for the fastest that this Node has. */
  readonly backend?: Backend;
}

export function backendOption(): Option {
  return new Option(
    "--backend <name>",
    "how kernels compute (default: relaxed where this Node has it, else plain): plain gives the same bytes on every machine",
  ).choices(availableBackends());
}
