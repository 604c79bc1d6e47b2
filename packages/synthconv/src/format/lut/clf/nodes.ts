/** The process nodes of the Common LUT Format: another one is a file and a row. */
import type { LutStage } from "../../../colour/index.js";
import type { ProcessNode } from "./node.js";
import { cdlNode } from "./nodes/cdl.js";
import { exponentNode } from "./nodes/exponent.js";
import { logNode } from "./nodes/log.js";
import { lut1dNode } from "./nodes/lut1d.js";
import { lut3dNode } from "./nodes/lut3d.js";
import { matrixNode } from "./nodes/matrix.js";
import { rangeNode } from "./nodes/range.js";

export const PROCESS_NODES: readonly ProcessNode<never>[] = [
  matrixNode,
  lut1dNode,
  lut3dNode,
  rangeNode,
  exponentNode,
  logNode,
  cdlNode,
];

export function nodeOfTag(tag: string): ProcessNode<never> | undefined {
  return PROCESS_NODES.find(({ name }) => name.toLowerCase() === tag);
}

export function linesOfStage(stage: LutStage): readonly string[] {
  const node = PROCESS_NODES.find(({ writes }) => writes.includes(stage.kind));
  return node?.write(stage as never) ?? [];
}
