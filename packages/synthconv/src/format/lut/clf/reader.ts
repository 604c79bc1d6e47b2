import type { Lut, LutStage } from "../../../colour/index.js";
import { quote } from "../../quote.js";
import { refuse } from "../refuse.js";
import type { ProcessNode } from "./node.js";
import { nodeOfTag, PROCESS_NODES } from "./nodes.js";
import { BIT_DEPTHS } from "./values.js";
import { type Element, parseElements } from "./xml.js";

/** Elements of a process list, and of each node, that say nothing about colours. */
const NOTES = ["description", "inputdescriptor", "outputdescriptor", "info", "id", "signature"];
const SMPTE = "http://www.smpte-ra.org/ns/2136-1/2024";

/**
 * Reads a .clf: the Common LUT Format of the Academy and the ASC (S-2014-006), versions 1 to 3, and SMPTE's edition
 * of it (ST 2136-1:2024). Names of elements and attributes are taken in either case, with any prefix, as
 * OpenColorIO takes them.
 *
 * NaN and infinities in tables become 0 and the largest float32. Other process nodes are refused, and attributes of
 * nodes that are not known: to pass over them would apply another look than the file means.
 *
 * @throws {FormatError} naming the line.
 */
export function readClf(bytes: Uint8Array, name: string): Lut {
  const root = parseElements(bytes, name);
  if (root.tag !== "processlist") refuse(root.where, "a ProcessList", quote(root.name));
  const version = versionOf(root);
  const stages: LutStage[] = [];
  let depth: string | undefined;
  for (const element of root.children) {
    if (NOTES.includes(element.tag)) continue;
    const node = nodeOfTag(element.tag);
    if (node === undefined) {
      const known = PROCESS_NODES.map((one) => one.name).join(", ");
      return refuse(element.where, `a process node of .clf files (${known})`, quote(element.name));
    }
    checkInside(element, node);
    const [inDepth, outDepth] = ["inBitDepth", "outBitDepth"].map((side) => depthUnder(element, side));
    if (depth !== undefined && inDepth?.[0] !== depth) {
      refuse(element.where, `inBitDepth ${depth}, as the node before gives`, `${inDepth?.[0]}`);
    }
    depth = outDepth?.[0];
    const context = { inScale: inDepth?.[1] ?? 1, outScale: outDepth?.[1] ?? 1, version };
    for (const stage of node.read(element, context)) stages.push(stage);
  }
  if (depth === undefined) refuse(root.where, "a ProcessList with process nodes", "none");
  const title = root.attributes.get("name");
  return title === undefined ? { stages } : { title, stages };
}

function versionOf(root: Element): number {
  const namespaces = [...root.attributes].filter(([key]) => key === "xmlns" || key.startsWith("xmlns:"));
  const isSmpte = namespaces.some(([, value]) => value === SMPTE);
  const stated = root.attributes.get("compclfversion");
  if (!isSmpte && !root.attributes.has("id")) refuse(root.where, "ProcessList with id", "none");
  if (stated === undefined) {
    if (isSmpte) return 3;
    return refuse(
      root.where,
      "ProcessList with compCLFversion",
      "none",
      "Only the Common LUT Format is read.",
    );
  }
  if (stated === "ST2136-1:2024") return 3;
  const version = /^[1-3](\.\d{1,2}){0,2}$/.test(stated) ? Number.parseFloat(stated) : Number.NaN;
  if (version >= 1 && version <= 3) return version;
  return refuse(root.where, "compCLFversion 1 to 3", quote(stated), "Newer versions are not known yet.");
}

function checkInside(element: Element, node: ProcessNode<never>): void {
  for (const [name, value] of element.attributes) {
    // OpenColorIO passes over them with a warning; those of version 3 that change colours are all known.
    if (name === "hueadjust" || name === "bypass") refuse(element.where, `no ${name}`, quote(value));
  }
  for (const child of element.children) {
    if (NOTES.includes(child.tag) || node.children.includes(child.tag)) continue;
    refuse(child.where, `an element of ${node.name}`, quote(child.name));
  }
}

function depthUnder(element: Element, side: string): readonly [string, number] {
  const stated = element.attributes.get(side.toLowerCase())?.toLowerCase();
  const scale = stated === undefined ? undefined : BIT_DEPTHS.get(stated);
  if (stated !== undefined && scale !== undefined) return [stated, scale];
  const received = stated === undefined ? "none" : quote(stated);
  return refuse(element.where, `${side} ${[...BIT_DEPTHS.keys()].join(", ")}`, received);
}
