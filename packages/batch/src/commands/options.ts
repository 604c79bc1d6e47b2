/** Options that several commands take. */
import { availableParallelism } from "node:os";
import { type Command, Option } from "commander";
import type { Backend, ColourSpace } from "synthconv/look";
import {
  addLookOptions,
  colourSpaceOption,
  type LookOptions,
  numberOption,
  parseDuration,
  wholeOption,
} from "synthconv-cli/internal";
import { formatOption, type WritablePhotoFormat } from "synthconv-cli/internal/photo-names";
import type { BatchSettings } from "../plan/settings.js";

export interface PlanOptions extends LookOptions {
  readonly to: string;
  readonly shardSize?: number;
  readonly quality?: number;
  readonly dither?: boolean;
  readonly dropAlpha?: boolean;
  readonly bestEffort?: boolean;
  readonly format?: WritablePhotoFormat;
  readonly inputSpace?: ColourSpace;
  readonly backend: Backend;
  readonly replace?: boolean;
}

export function addPlanOptions(command: Command): void {
  command
    .argument("<look>", "a look file, as synthconv train writes it")
    .argument(
      "<source...>",
      "folders, s3://bucket/prefix, photos, and text files with one of these names a line",
    )
    .addOption(toOption());
  addLookOptions(command);
  command
    .addOption(
      colourSpaceOption(
        "--input-space <name>",
        "what photos are encoded in that do not say it, as arri-logc3 (default: srgb)",
      ),
    )
    .addOption(formatOption())
    .addOption(
      numberOption("--quality <1-100>", "of lossy formats", { minimum: 1, maximum: 100, whole: true }),
    )
    .option("--dither", "dither photos of 8 bits instead of rounding")
    .option("--best-effort", "decode what is there of a damaged photo")
    .option("--drop-alpha", "write formats without transparency, and lose it")
    .addOption(
      new Option("--backend <name>", "how kernels compute: plain gives the same bytes on every machine")
        .choices(["plain", "relaxed", "reference"])
        .default("plain"),
    )
    .addOption(
      wholeOption(
        "--shard-size <photos>",
        "photos of a shard (default: 100, fewer below 6,400 photos)",
        1,
        1000,
      ),
    )
    .option("--replace", "plan although another plan of this destination is not finished");
}

export function toOption(): Option {
  return new Option("--to <destination>", "a folder, or s3://bucket/prefix").makeOptionMandatory();
}

/** What is done to every photo, as the manifest has it. */
export function settingsOf(options: PlanOptions): BatchSettings {
  const { set, style, strength, quality, dither = false, dropAlpha = false, bestEffort = false } = options;
  return {
    ...{
      set: { ...set },
      style: { ...style },
      strength,
      dither,
      dropAlpha,
      bestEffort,
      backend: options.backend,
    },
    ...(quality !== undefined && { quality }),
    ...(options.format !== undefined && { format: options.format.name }),
    ...(options.inputSpace !== undefined && { inputSpace: options.inputSpace.name }),
  };
}

export interface WorkerOptions {
  readonly concurrency: number;
  /** Seconds. */
  readonly photoTimeout: number;
  /** A port. */
  readonly metrics?: number;
}

export function addWorkerOptions(command: Command): void {
  command
    .addOption(
      wholeOption("--concurrency <photos>", "photos at once (default: one for each core)", 1, 256).default(
        availableParallelism(),
        "one for each core",
      ),
    )
    .addOption(
      new Option("--photo-timeout <time>", "the longest that one photo may take")
        .argParser((text: string) => parseDuration("--photo-timeout", text))
        .default(600, "10min"),
    )
    .addOption(
      wholeOption("--metrics <port>", "serve metrics for Prometheus at http://...:port/metrics", 0, 65_535),
    );
}

export function addCarrierOptions(command: Command): void {
  command
    .addOption(
      new Option("--redis <address>", "bring shards to workers by Redis: redis://host:6379").env(
        "SYNTHCONV_REDIS_URL",
      ),
    )
    .addOption(new Option("--queue <name>", "the queue's name in Redis").default("synthconv-batch"));
}
