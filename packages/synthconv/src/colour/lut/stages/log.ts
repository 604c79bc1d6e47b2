/**
 * Logarithms per channel and their inverses: the Log of the Common LUT Format (S-2014-006, 2020), with straight lines
 * below a break in the camera styles.
 */
import { NUMBER, oneOf, optional, ValueError } from "../../../core/index.js";
import { type RgbTriple, TRIPLE } from "../tables.js";
import { checkFinite, kindNamed, type MapColour, type StageKind } from "./stage.js";

export const LOG_STYLES = ["linToLog", "logToLin", "cameraLinToLog", "cameraLogToLin"] as const;
export type LogStyle = (typeof LOG_STYLES)[number];

/** log = logSideSlope * log_base(linSideSlope * lin + linSideOffset) + logSideOffset, per channel. */
export interface LogStage {
  readonly kind: "log";
  readonly style: LogStyle;
  readonly base: number;
  readonly logSideSlope: RgbTriple;
  readonly logSideOffset: RgbTriple;
  readonly linSideSlope: RgbTriple;
  readonly linSideOffset: RgbTriple;
  /** Of the camera styles: the linear value below which the curve is a straight line. */
  readonly linSideBreak?: RgbTriple;
  /** Slope of that line; without it, that of the curve at the break. */
  readonly linearSlope?: RgbTriple;
}

/** The smallest normal float32: logarithms of what is not above 0 are taken of it. */
const SMALLEST = 2 ** -126;

export const log: StageKind<LogStage> = {
  kind: "log",
  fields: {
    kind: kindNamed("log"),
    style: oneOf(LOG_STYLES),
    base: NUMBER,
    logSideSlope: TRIPLE,
    logSideOffset: TRIPLE,
    linSideSlope: TRIPLE,
    linSideOffset: TRIPLE,
    linSideBreak: optional(TRIPLE),
    linearSlope: optional(TRIPLE),
  },
  check(where, { kind: _, style, ...numbers }) {
    checkFinite(where, numbers);
    const { base, linSideSlope, logSideSlope, linSideBreak } = numbers;
    const isSound = base > 0 && base !== 1 && [...linSideSlope, ...logSideSlope].every((one) => one !== 0);
    if (isSound && style.startsWith("camera") === (linSideBreak !== undefined)) return;
    throw new ValueError({
      where,
      expected: "a base above 0 that is not 1, slopes that are not 0, a linSideBreak for camera styles alone",
      received: `style ${style}, base ${base}, linSideBreak ${linSideBreak ?? "none"}`,
    });
  },
  prepare(stage): MapColour {
    const curves = [0, 1, 2].map((channel) => curveOf(stage, channel as 0 | 1 | 2));
    return (colour) => {
      for (const [channel, curve] of curves.entries()) colour[channel] = curve(colour[channel] as number);
    };
  },
};

function curveOf(stage: LogStage, channel: 0 | 1 | 2): (value: number) => number {
  const scale = Math.log(stage.base);
  const logSlope = stage.logSideSlope[channel];
  const logOffset = stage.logSideOffset[channel];
  const linSlope = stage.linSideSlope[channel];
  const linOffset = stage.linSideOffset[channel];
  const toLog = (lin: number): number =>
    (logSlope * Math.log(Math.max(linSlope * lin + linOffset, SMALLEST))) / scale + logOffset;
  const toLin = (value: number): number =>
    (Math.exp(((value - logOffset) / logSlope) * scale) - linOffset) / linSlope;
  const isToLog = stage.style === "linToLog" || stage.style === "cameraLinToLog";
  const breakLin = stage.linSideBreak?.[channel];
  if (breakLin === undefined) return isToLog ? toLog : toLin;
  const breakLog = toLog(breakLin);
  const slope =
    stage.linearSlope?.[channel] ?? (logSlope * linSlope) / ((linSlope * breakLin + linOffset) * scale);
  const offset = breakLog - slope * breakLin;
  if (isToLog) return (lin) => (lin < breakLin ? slope * lin + offset : toLog(lin));
  return (value) => (value < breakLog ? (value - offset) / slope : toLin(value));
}
