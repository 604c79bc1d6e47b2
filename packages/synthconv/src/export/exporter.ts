/** What writes a network as a function of another language: one object per language, listed in exporters.ts. */
import type { PixelNetwork } from "../kernels/index.js";

export interface ExportOptions {
  /** Name of the function; default `look`. */
  readonly name?: string;
  /** 0 to 1, as in `applyNetwork`; default 1. */
  readonly strength?: number;
  /** Lines for the comment at the head. */
  readonly comments?: readonly string[];
}

/** A network that is to be written: checked, and with its strength in it. */
export interface ExportedNetwork {
  readonly network: PixelNetwork;
  /** How much of the result is mixed with the input; 1 for all of it. */
  readonly share: number;
  readonly name: string;
  readonly comments: readonly string[];
}

export interface NetworkExporter {
  /** Its name in documents and programs: `glsl`. */
  readonly name: string;
  /** What people call it. */
  readonly title: string;
  /** Without the dot. */
  readonly extension: string;
  /** What a function cannot be called in it. */
  readonly reserved: ReadonlySet<string>;
  /** What the function takes and gives. */
  readonly summary: string;
  /** A line that calls the function, ready to paste. */
  usage(functionName: string): string;
  /** @returns source text that needs nothing else. */
  write(exported: ExportedNetwork): string;
}
