/** What a process node is: one object per element, listed in nodes.ts. */
import type { LutStage } from "../../../colour/index.js";
import type { Element } from "./xml.js";

/** What its attributes say of a node. */
export interface NodeContext {
  /** The number that stands for 1 in what comes in, and in what goes out. */
  readonly inScale: number;
  readonly outScale: number;
  /** Of the file: 2 has index maps, and arrays of three sizes for matrices. */
  readonly version: number;
}

export interface ProcessNode<Stage extends LutStage = LutStage> {
  /** As it stands in files. */
  readonly name: string;
  /** Attributes beside those of all nodes, in lower case. */
  readonly attributes: readonly string[];
  /** Elements inside it beside descriptions. */
  readonly children: readonly string[];
  /** @throws {FormatError} naming the line. */
  read(element: Element, context: NodeContext): readonly LutStage[];
  /** The kinds of stages that it is written for. */
  readonly writes: readonly LutStage["kind"][];
  /** The lines of a stage: its element, floats in and out. */
  write(stage: Stage): readonly string[];
}

/** The attributes of floats in and out. */
export const FLOATS = 'inBitDepth="32f" outBitDepth="32f"';

export function triple(values: Iterable<number>): string {
  return Array.from(values, String).join(" ");
}
