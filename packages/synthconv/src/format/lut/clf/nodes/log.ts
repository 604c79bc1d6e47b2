import { LOG_STYLES, type LogStage, type LogStyle, type RgbTriple } from "../../../../colour/index.js";
import { refuse } from "../../refuse.js";
import { FLOATS, type ProcessNode } from "../node.js";
import { numberUnder, perChannel, wordUnder } from "../values.js";
import type { Element } from "../xml.js";

/** Styles without parameters. */
const PLAIN = new Map<string, readonly [LogStyle, number]>([
  ["log10", ["linToLog", 10]],
  ["log2", ["linToLog", 2]],
  ["antiLog10", ["logToLin", 10]],
  ["antiLog2", ["logToLin", 2]],
]);
const STYLES = [...PLAIN.keys(), ...LOG_STYLES];
const NUMBERS = ["logSideSlope", "logSideOffset", "linSideSlope", "linSideOffset"] as const;

type Parameters = Readonly<Record<(typeof NUMBERS)[number], number>> & {
  readonly base: number | undefined;
  readonly linSideBreak: number | undefined;
  readonly linearSlope: number | undefined;
};
const USUAL: Parameters = {
  ...{ logSideSlope: 1, logSideOffset: 0, linSideSlope: 1, linSideOffset: 0 },
  ...{ base: undefined, linSideBreak: undefined, linearSlope: undefined },
};

export const logNode: ProcessNode<LogStage> = {
  name: "Log",
  attributes: ["style"],
  children: ["logparams"],
  read(element) {
    const stated = wordUnder(element, "style", STYLES);
    const plain = PLAIN.get(stated);
    const style = plain?.[0] ?? (stated as LogStyle);
    if (plain !== undefined && element.children.some(({ tag }) => tag === "logparams")) {
      refuse(element.where, `no LogParams for ${stated}`, "some");
    }
    const channels = perChannel(element, "LogParams", parametersOf, USUAL);
    const of = (name: keyof Parameters): RgbTriple =>
      channels.map((one) => one[name]) as unknown as RgbTriple;
    const bases = new Set(channels.map(({ base }) => base).filter((base) => base !== undefined));
    if (bases.size > 1) refuse(element.where, "one base for all channels", [...bases].join(", "));
    const stage = {
      kind: "log",
      style,
      base: plain?.[1] ?? [...bases][0] ?? 2,
      ...{ logSideSlope: of("logSideSlope"), logSideOffset: of("logSideOffset") },
      ...{ linSideSlope: of("linSideSlope"), linSideOffset: of("linSideOffset") },
    } as const;
    checkParameters(element, stage, channels);
    if (!style.startsWith("camera")) return [stage];
    const camera = { ...stage, linSideBreak: of("linSideBreak") };
    return [channels[0].linearSlope === undefined ? camera : { ...camera, linearSlope: of("linearSlope") }];
  },
  writes: ["log"],
  write(stage) {
    const channels = ["R", "G", "B"].map((channel, index) => {
      const values = [...NUMBERS, "linSideBreak" as const, "linearSlope" as const]
        .filter((name) => stage[name] !== undefined)
        .map((name) => `${name}="${stage[name]?.[index]}"`);
      return `<LogParams channel="${channel}" base="${stage.base}" ${values.join(" ")}/>`;
    });
    return [`<Log ${FLOATS} style="${stage.style}">`, ...channels, "</Log>"];
  },
};

function parametersOf(element: Element): Parameters {
  const values = NUMBERS.map((name) => [name, numberUnder(element, name) ?? USUAL[name]]);
  return {
    ...(Object.fromEntries(values) as Parameters),
    base: numberUnder(element, "base"),
    linSideBreak: numberUnder(element, "linSideBreak"),
    linearSlope: numberUnder(element, "linearSlope"),
  };
}

function checkParameters(element: Element, { style, base }: LogStage, channels: readonly Parameters[]): void {
  const camera = style.startsWith("camera");
  if (!(base > 0 && base !== 1)) refuse(element.where, "a base above 0 that is not 1", `${base}`);
  for (const one of channels) {
    if (one.logSideSlope === 0 || one.linSideSlope === 0) refuse(element.where, "slopes that are not 0", "0");
    if (camera !== (one.linSideBreak !== undefined)) {
      refuse(
        element.where,
        "linSideBreak for the camera styles, and for them alone",
        `${one.linSideBreak ?? "none"}`,
      );
    }
    if (!camera && one.linearSlope !== undefined) refuse(element.where, `no linearSlope for ${style}`, "one");
    if ((one.linearSlope === undefined) !== (channels[0]?.linearSlope === undefined)) {
      refuse(element.where, "a linearSlope for all channels or none", "one for some");
    }
  }
}
