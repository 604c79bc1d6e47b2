/** What a look is taken away as: a row a format, with the error that it makes. */
import {
  bakeNetwork,
  exportNetwork,
  type Look,
  type Lut,
  lookToOnnx,
  lutToHald,
  NETWORK_EXPORTERS,
  networkToOnnx,
  networkToSafetensors,
  type PixelNetwork,
  writableLutFormats,
} from "synthconv/look";
import type { TakeTarget } from "../../protocol/index.js";
import { lookTexts as texts } from "../../texts/index.js";
import { pause } from "../pause.js";

/** A look as it is set, in the forms that targets start from. */
export interface Taken {
  readonly look: Look;
  /** The look's file. */
  readonly bytes: Uint8Array;
  readonly network: PixelNetwork;
  readonly strength: number;
  readonly name: string;
}

export interface Target {
  readonly id: string;
  readonly title: string;
  readonly extension: string;
  /** Nodes per axis of a table; undefined where the network itself is written. */
  readonly size?: number;
  write(taken: Taken): Promise<Blob>;
}

const cubes = [
  ["resolve", 65],
  ["premiere", 33],
  ["obs", 33],
  ["camera", 33],
] as const;
/** Of a Hald: 8 levels, 64 nodes an axis, a picture of 512 x 512. */
const HALD_LEVEL = 8;

const text = (content: string): Blob => new Blob([content], { type: "text/plain" });
const bytes = (content: Uint8Array): Blob =>
  new Blob([content as Uint8Array<ArrayBuffer>], { type: "application/octet-stream" });

export const TARGETS: readonly Target[] = [
  {
    ...{ id: "look", title: texts.take.targets.look, extension: "safetensors" },
    write: async (taken) => bytes(taken.bytes),
  },
  ...cubes.map(
    ([id, size]): Target => ({
      ...{ id, title: texts.take.targets[id], extension: "cube", size },
      write: async (taken) => await written(taken, "cube", size, id !== "camera"),
    }),
  ),
  {
    ...{ id: "hald", title: texts.take.targets.hald, extension: "png", size: HALD_LEVEL ** 2 },
    write: async (taken) => await haldOf(bakedLut(taken, HALD_LEVEL ** 2)),
  },
  ...writableLutFormats()
    .filter(
      (format) => format.source === "bytes" && format.name !== "cube" && format.write.lattice !== undefined,
    )
    .map((format): Target => {
      const size = format.write.lattice?.usualSize as number;
      return {
        ...{ id: format.name, title: format.title, extension: format.extensions[0] as string, size },
        write: async (taken) => await written(taken, format.name, size, true),
      };
    }),
  ...NETWORK_EXPORTERS.map(
    ({ name, title, extension }): Target => ({
      ...{ id: name, title, extension },
      write: async ({ network, strength }) => text(exportNetwork(network, name, { strength })),
    }),
  ),
  {
    ...{ id: "onnx", title: texts.take.targets.onnx, extension: "onnx" },
    async write({ look, network, strength }) {
      const hasCondition = look.schema.condition.length + (look.schema.styles?.length ?? 0) > 0;
      return bytes(hasCondition ? lookToOnnx(look, { strength }) : networkToOnnx(network, { strength }));
    },
  },
  {
    ...{ id: "pytorch", title: texts.take.targets.pytorch, extension: "safetensors" },
    write: async ({ network, strength }) => bytes(networkToSafetensors(network, { strength })),
  },
];

/**
 * The rows with their errors, each size of table measured once.
 *
 * @param signal heard between tables, so that what was asked for meanwhile comes in between.
 */
export async function targetsOf({ network, strength }: Taken, signal: AbortSignal): Promise<TakeTarget[]> {
  const measured = new Map<number, TakeTarget["error"]>();
  for (const { size } of TARGETS) {
    if (size === undefined || measured.has(size)) continue;
    await pause();
    if (signal.aborted) return [];
    const { mean, max } = bakeNetwork(network, { size, strength }).error.deltaE2000;
    measured.set(size, { mean, max });
  }
  return TARGETS.map(({ id, title, extension, size }) => ({
    ...{ id, title, extension },
    error: size === undefined ? null : (measured.get(size) ?? null),
  }));
}

function bakedLut({ network, strength, name }: Taken, size: number): Lut {
  return bakeNetwork(network, { size, strength, title: name }).lut;
}

async function written(taken: Taken, format: string, size: number, hasNotes: boolean): Promise<Blob> {
  const writer = writableLutFormats().find((one) => one.name === format);
  if (writer?.source !== "bytes") throw new Error(`no format ${format}`);
  const comments = hasNotes ? [texts.take.comment(taken.name)] : [];
  return bytes(writer.write.encode(bakedLut(taken, size), { comments }));
}

async function haldOf(lut: Lut): Promise<Blob> {
  const { pixels, width, height } = lutToHald(lut, HALD_LEVEL);
  const rgba = new Uint8ClampedArray(4 * width * height).fill(255);
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let channel = 0; channel < 3; channel++) {
      rgba[4 * pixel + channel] = Math.round(255 * (pixels[3 * pixel + channel] as number));
    }
  }
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext("2d")?.putImageData(new ImageData(rgba, width, height), 0, 0);
  return await canvas.convertToBlob({ type: "image/png" });
}
