/**
 * What tools want of a LUT: another tool is a row. Of ffmpeg the tests run the command; the others' sizes and steps are
 * what their makers and users say, and were not tried here.
 */
import { extname } from "node:path";
import { UsageError } from "../../frame/failure.js";
import { quoteForShell } from "../../frame/shell.js";
import { ffmpegCommand } from "./ffmpeg-command.js";

export interface BakeTarget {
  /** As `--for` takes it. */
  readonly name: string;
  /** The name of the format, and how many nodes per axis. */
  readonly format: string;
  readonly extension: string;
  readonly size: number;
  /** Notes at the head of the file are left out: some firmware reads no comments. */
  readonly plain?: true;
  /** The command, the setting or the steps that use the file, ready to paste where there is something to paste. */
  usage(file: string): readonly string[];
}

const cube = { format: "cube", extension: "cube" } as const;

export const BAKE_TARGETS: readonly BakeTarget[] = [
  {
    name: "ffmpeg",
    ...cube,
    size: 65,
    usage: (file) => [ffmpegCommand("lut3d", file) as string],
  },
  {
    name: "mpv",
    ...cube,
    size: 65,
    usage: (file) => [`mpv --lut=${quoteForShell(file)} --lut-type=native INPUT`],
  },
  {
    name: "obs",
    ...cube,
    size: 33,
    usage: (file) => [
      "Filters of the source, Effect Filters, +, Apply LUT; or in the scene collection:",
      JSON.stringify({
        id: "clut_filter",
        name: "Apply LUT",
        settings: { image_path: file, clut_amount: 1 },
      }),
    ],
  },
  {
    name: "resolve",
    ...cube,
    size: 65,
    usage: () => [
      "Project Settings, Color Management, Open LUT Folder: copy it there, Update Lists, then LUT in a node's menu",
    ],
  },
  { name: "premiere", ...cube, size: 33, usage: () => ["Lumetri Color, Creative, Look, Browse..."] },
  {
    name: "photoshop",
    ...cube,
    size: 33,
    usage: () => ["New Adjustment Layer, Color Lookup, 3DLUT File, Load..."],
  },
  {
    // Tables of Adobe's profiles have at most 32 divisions (DNG 1.6, RGBTables): more would be sampled again.
    name: "lightroom",
    ...cube,
    size: 32,
    usage: () => [
      "in Camera Raw: Presets, Alt-click (Option-click) New Preset, Color Lookup Table; Lightroom shows the profile it makes",
    ],
  },
  {
    // Not tried in any camera: the most careful form, the usual size and nothing but keywords and numbers.
    name: "camera",
    ...cube,
    size: 33,
    plain: true,
    usage: () => ["copy it to the card; several cameras take names of at most 8 letters and digits only"],
  },
  {
    name: "darktable",
    ...cube,
    size: 65,
    usage: () => [
      "module lut 3D: the file inside the LUT folder of the preferences, application color space sRGB",
    ],
  },
  {
    name: "rawtherapee",
    format: "hald",
    extension: "png",
    size: 64,
    usage: () => ["copy it to the HaldCLUT folder of Preferences, Image Processing; Color, Film Simulation"],
  },
  {
    name: "unreal",
    format: "tiles",
    extension: "png",
    size: 16,
    usage: () => [
      "import it, Texture Group ColorLookupTable, Mip Gen Settings NoMipmaps; Post Process Volume, Color Grading LUT",
    ],
  },
  {
    name: "unity",
    ...cube,
    size: 33,
    usage: () => [
      "import it with HDRP or Post Processing 2: Tonemapping External, or Color Grading External, lookup texture",
    ],
  },
  {
    name: "gpuimage",
    format: "tiles",
    extension: "png",
    size: 64,
    usage: () => ["the lookup image of GPUImageLookupFilter: 512 x 512, 8 x 8 tiles of 64 x 64"],
  },
  {
    name: "opencolorio",
    format: "clf",
    extension: "clf",
    size: 65,
    usage: (file) => [`!<FileTransform> {src: ${JSON.stringify(file)}, interpolation: tetrahedral}`],
  },
];

export const TARGET_NAMES: string = BAKE_TARGETS.map(({ name }) => name).join(", ");

/** @throws {UsageError} for a tool that is not known. */
export function targetNamed(name: string): BakeTarget {
  const target = BAKE_TARGETS.find((one) => one.name === name.toLowerCase());
  if (target !== undefined) return target;
  throw new UsageError(`--for: expected one of ${TARGET_NAMES}, received ${JSON.stringify(name)}`);
}

/**
 * The output with the extension that the tool wants, in lower case.
 *
 * @throws {UsageError} for another extension.
 */
export function outputFor({ name, extension }: BakeTarget, output: string): string {
  const stated = extname(output);
  if (stated === "") return `${output}.${extension}`;
  if (stated.toLowerCase() === `.${extension}`) return output.slice(0, -stated.length) + stated.toLowerCase();
  throw new UsageError(
    `--output: expected a name that ends in .${extension} for ${name}, received ${JSON.stringify(output)}`,
  );
}
