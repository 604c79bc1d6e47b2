/**
 * Power functions per channel: the Exponent of the Common LUT Format (S-2014-006, 2020). `monCurve` joins a straight
 * line to the power function where value and slope of both meet, as sRGB and Rec. 709 do.
 */
import { oneOf } from "../../../core/index.js";
import { type RgbTriple, TRIPLE } from "../tables.js";
import { checkAboveZero, checkFinite, kindNamed, type StageKind } from "./stage.js";

export const EXPONENT_STYLES = [
  "basicFwd",
  "basicRev",
  "basicMirrorFwd",
  "basicMirrorRev",
  "basicPassThruFwd",
  "basicPassThruRev",
  "monCurveFwd",
  "monCurveRev",
  "monCurveMirrorFwd",
  "monCurveMirrorRev",
] as const;
export type ExponentStyle = (typeof EXPONENT_STYLES)[number];

/** Below 0 the basic styles are 0, `Mirror` is the negative of its positive, `PassThru` leaves the input. */
export interface ExponentStage {
  readonly kind: "exponent";
  readonly style: ExponentStyle;
  readonly exponent: RgbTriple;
  /** Of the `monCurve` styles; 0 for the others. */
  readonly offset: RgbTriple;
}

type Curve = (value: number) => number;

export const exponent: StageKind<ExponentStage> = {
  kind: "exponent",
  fields: { kind: kindNamed("exponent"), style: oneOf(EXPONENT_STYLES), exponent: TRIPLE, offset: TRIPLE },
  check(where, stage) {
    checkFinite(where, { exponent: stage.exponent, offset: stage.offset });
    checkAboveZero(where, { exponent: stage.exponent });
  },
  prepare({ style, exponent: exponents, offset }) {
    const curves = exponents.map((one, channel) => curveOf(style, one, offset[channel] as number));
    return (colour) => {
      for (const [channel, curve] of curves.entries()) colour[channel] = curve(colour[channel] as number);
    };
  },
};

function curveOf(style: ExponentStyle, exponent: number, offset: number): Curve {
  const reverse = style.endsWith("Rev");
  const positive = style.startsWith("monCurve")
    ? joinedCurve(exponent, offset, reverse)
    : powerOf(reverse ? 1 / exponent : exponent);
  if (style.includes("Mirror")) return (value) => (value < 0 ? -positive(-value) : positive(value));
  if (style.includes("PassThru")) return (value) => (value <= 0 ? value : positive(value));
  return style.startsWith("basic") ? (value) => positive(Math.max(value, 0)) : positive;
}

const powerOf =
  (exponent: number): Curve =>
  (value) =>
    value ** exponent;

// An exponent of 1 and an offset of 0 have no line to join; OpenColorIO keeps them this far away, too.
const LEAST = 1e-6;

function joinedCurve(stated: number, statedOffset: number, reverse: boolean): Curve {
  const exponent = Math.max(stated, 1 + LEAST);
  const offset = Math.max(statedOffset, LEAST);
  const scale = 1 + offset;
  const breakInput = offset / (exponent - 1);
  const breakOutput = ((offset * exponent) / ((exponent - 1) * scale)) ** exponent;
  const slope = breakOutput / breakInput;
  if (reverse) {
    return (value) => (value <= breakOutput ? value / slope : value ** (1 / exponent) * scale - offset);
  }
  return (value) => (value <= breakInput ? value * slope : ((value + offset) / scale) ** exponent);
}
