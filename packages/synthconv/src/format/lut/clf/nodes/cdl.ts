import { CDL_STYLES, type CdlStage, type CdlStyle, type RgbTriple } from "../../../../colour/index.js";
import { refuse } from "../../refuse.js";
import { FLOATS, type ProcessNode, triple } from "../node.js";
import { childNamed, numbersIn, tripleIn, wordUnder } from "../values.js";
import type { Element } from "../xml.js";

/** As version 2 called them. */
const OLD_STYLES = new Map<string, CdlStyle>([
  ["v1.2_Fwd", "Fwd"],
  ["v1.2_Rev", "Rev"],
  ["noClampFwd", "FwdNoClamp"],
  ["noClampRev", "RevNoClamp"],
]);

export const cdlNode: ProcessNode<CdlStage> = {
  name: "ASC_CDL",
  attributes: ["style"],
  children: ["sopnode", "satnode"],
  read(element) {
    const stated = wordUnder(element, "style", [...CDL_STYLES, ...OLD_STYLES.keys()], "Fwd");
    const style = OLD_STYLES.get(stated) ?? (stated as CdlStyle);
    const sop = childNamed(element, "SOPNode");
    const sat = childNamed(element, "SatNode");
    const part = (name: string, usual: number): RgbTriple => {
      if (sop === undefined) return [usual, usual, usual];
      return tripleIn(childNamed(sop, name) ?? refuse(sop.where, `${name} in SOPNode`, "none"));
    };
    const [slope, offset, power] = [part("Slope", 1), part("Offset", 0), part("Power", 1)];
    const saturation = sat === undefined ? 1 : saturationOf(sat);
    const isBackward = style.startsWith("Rev");
    check(element, "slopes", slope, isBackward);
    check(element, "powers", power, true);
    check(element, "a saturation", [saturation], isBackward);
    return [{ kind: "cdl", style, slope, offset, power, saturation }];
  },
  writes: ["cdl"],
  write({ style, slope, offset, power, saturation }) {
    return [
      `<ASC_CDL ${FLOATS} style="${style}">`,
      "<SOPNode>",
      `<Slope>${triple(slope)}</Slope>`,
      `<Offset>${triple(offset)}</Offset>`,
      `<Power>${triple(power)}</Power>`,
      "</SOPNode>",
      `<SatNode><Saturation>${saturation}</Saturation></SatNode>`,
      "</ASC_CDL>",
    ];
  },
};

function saturationOf(sat: Element): number {
  const element = childNamed(sat, "Saturation") ?? refuse(sat.where, "Saturation in SatNode", "none");
  return numbersIn(element, 1)[0] as number;
}

/** Backward, what is multiplied is divided by: it cannot be 0. */
function check(element: Element, what: string, values: readonly number[], above: boolean): void {
  if (values.every((value) => (above ? value > 0 : value >= 0))) return;
  refuse(element.where, `${what} ${above ? "above 0" : "of 0 or more"}`, triple(values));
}
