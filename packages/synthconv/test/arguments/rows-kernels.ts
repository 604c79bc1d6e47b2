/** Kernels, threads and builds. */
import { sharedFloats } from "../../src/core/index.js";
import * as kernels from "../../src/kernels/index.js";
import {
  type Argument,
  alsoAccepts,
  countArg,
  fixedArg,
  float32Arg,
  floatsArg,
  listArg,
  nothing,
  optional,
  optionsArg,
  pixelsArg,
  type Row,
  row,
  shareArg,
  sizeArg,
} from "./row.js";
import { lutArg } from "./rows-colour.js";
import { networkArg } from "./rows-look.js";

const channels = { ...fixedArg("channels", () => 3), accepts: ["whole"] } satisfies Argument;
const pixels = pixelsArg("pixels", () => new Uint8Array(6));
const dither = optional(
  optionsArg(
    "dither",
    sizeArg("width", () => 2),
  ),
);
const planes = float32Arg("planes", () => new Float32Array(6));
const run = [pixels, channels, countArg("first", () => 0), dither] as const;
const forward = optionsArg(
  "calls",
  networkArg,
  floatsArg("image", () => new Float32Array(6)),
  countArg("pixels", () => 2),
  floatsArg("output", () => new Float32Array(6)),
);

export const kernelRows: readonly Row[] = [
  row(
    "applyLut",
    kernels.applyLut,
    lutArg("lut", () => ({ stages: [] })),
    alsoAccepts(pixels, "float64"),
    optional(
      optionsArg(
        "options",
        optional(channels),
        optional(fixedArg("layout", () => "planar")),
        optional(fixedArg("interpolation", () => "trilinear")),
        optional(alsoAccepts({ ...pixels, name: "output" }, "float64")),
      ),
    ),
  ),
  row(
    "applyPixelNetwork",
    kernels.applyPixelNetwork,
    optionsArg(
      "options",
      networkArg,
      pixels,
      channels,
      optional(shareArg("share", () => 0.5)),
      dither,
      optional(countArg("first", () => 0)),
      optional(countArg("end", () => 2)),
    ),
  ),
  row("pixelNetworkForward", kernels.pixelNetworkForward, { ...forward, accepts: ["emptyList"] }),
  row("pixelNetworkForward", kernels.pixelNetworkForward, listArg("calls", forward)),
  row("readPlanes", kernels.readPlanes, optionsArg("options", ...run), planes),
  row("writePlanes", kernels.writePlanes, optionsArg("options", ...run), planes),
  row("setBackend", kernels.setBackend, optional(fixedArg("backend", () => undefined))),
  row(
    "startThreads",
    async (options: kernels.ThreadOptions) => {
      await kernels.startThreads(options);
      await kernels.stopThreads();
    },
    optional(optionsArg("options", optional(sizeArg("threads", () => 1)))),
  ),
  row(
    "sharedFloats",
    sharedFloats,
    countArg("length", () => 3),
  ),
  ...nothing("availableBackends", "currentBackend", "stopThreads", "threadCount"),
];
