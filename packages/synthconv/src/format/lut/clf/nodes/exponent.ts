import { EXPONENT_STYLES, type ExponentStage } from "../../../../colour/index.js";
import { refuse } from "../../refuse.js";
import { FLOATS, type ProcessNode } from "../node.js";
import { numberUnder, perChannel, wordUnder } from "../values.js";
import type { Element } from "../xml.js";

interface Parameters {
  readonly exponent: number;
  readonly offset: number;
}

export const exponentNode: ProcessNode<ExponentStage> = {
  name: "Exponent",
  attributes: ["style"],
  children: ["exponentparams"],
  read(element) {
    const style = wordUnder(element, "style", EXPONENT_STYLES);
    const isCurve = style.startsWith("monCurve");
    const channels = perChannel<Parameters>(element, "ExponentParams", (one) => parametersOf(one, isCurve), {
      exponent: 1,
      offset: 0,
    });
    const [red, green, blue] = channels;
    return [
      {
        kind: "exponent",
        style,
        exponent: [red.exponent, green.exponent, blue.exponent],
        offset: [red.offset, green.offset, blue.offset],
      },
    ];
  },
  writes: ["exponent"],
  write({ style, exponent, offset }) {
    const channels = ["R", "G", "B"].map((channel, index) => {
      const curve = style.startsWith("monCurve") ? ` offset="${offset[index]}"` : "";
      return `<ExponentParams channel="${channel}" exponent="${exponent[index]}"${curve}/>`;
    });
    return [`<Exponent ${FLOATS} style="${style}">`, ...channels, "</Exponent>"];
  },
};

/** The bounds are the specification's. */
function parametersOf(element: Element, isCurve: boolean): Parameters {
  const exponent =
    numberUnder(element, "exponent") ?? refuse(element.where, "ExponentParams with exponent", "none");
  const offset = numberUnder(element, "offset");
  if (isCurve !== (offset !== undefined)) {
    refuse(element.where, "offset for the monCurve styles alone", `${offset ?? "none"}`);
  }
  const [least, most] = isCurve ? [1, 10] : [0.01, 100];
  if (!(exponent >= least && exponent <= most)) {
    refuse(element.where, `an exponent from ${least} to ${most}`, `${exponent}`);
  }
  if (!((offset ?? 0) >= 0 && (offset ?? 0) <= 0.9))
    refuse(element.where, "an offset from 0 to 0.9", `${offset}`);
  return { exponent, offset: offset ?? 0 };
}
