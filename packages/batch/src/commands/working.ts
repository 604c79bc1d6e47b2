/** What `run` and `work` have in common: a carrier's shards, worked on until nothing is left or a signal comes. */
import { Progress } from "synthconv/internal/node";
import { type CommandContext, InterruptedError } from "synthconv-cli/internal";
import type { Carrier } from "../carrier/carrier.js";
import type { Metrics } from "../metrics/metrics.js";
import { Session } from "../work/session.js";
import type { WorkerOptions } from "./options.js";

export interface WorkRequest {
  readonly carrier: Carrier;
  readonly options: WorkerOptions;
  readonly drain: boolean;
  /** Photos, for progress; undefined where nobody knows. */
  readonly total?: number | undefined;
  readonly done?: number;
}

export interface WorkCounts {
  /** By this process. */
  written: number;
  failed: number;
  shards: number;
}

/** @throws {InterruptedError} when a signal ended it before everything was done, unless it would have gone on for ever. */
export async function workAsAsked(request: WorkRequest, context: CommandContext): Promise<WorkCounts> {
  const { carrier, options, total, done = 0, drain } = request;
  const { out, signal } = context;
  const counts: WorkCounts = { written: 0, failed: 0, shards: 0 };
  const progress = new Progress({
    ...{ label: "batch", unit: "photos", stream: out.stderr, silent: out.quiet, signal, done },
    ...(total !== undefined && { total }),
  });
  const metrics = await serveMetrics(request, context);
  const session = new Session({
    concurrency: options.concurrency,
    timeoutMs: options.photoTimeout * 1000,
    signal,
    warn: (text) => progress.around(() => out.warn(text)),
    onEntry: (entry, seconds) => {
      counts[entry.status]++;
      metrics?.photo(entry, seconds);
      if (entry.status === "failed") progress.around(() => out.error(entry.message));
      else
        for (const warning of entry.warnings ?? [])
          progress.around(() => out.warn(`${entry.output}: ${warning}`));
      progress.update(done + counts.written + counts.failed);
    },
    onShard: () => {
      counts.shards++;
      metrics?.shard();
    },
  });
  try {
    const warn = (text: string): void => progress.around(() => out.warn(text));
    await carrier.work(session.handle, { concurrency: options.concurrency, signal, drain, warn });
  } finally {
    progress.finish();
    metrics?.close();
    await session.close();
    await carrier.close();
  }
  if (signal.aborted && drain) {
    const made = `${counts.written} photos written, each whole; the same command goes on`;
    throw new InterruptedError(made, { ...counts });
  }
  return counts;
}

async function serveMetrics(
  { carrier, options }: WorkRequest,
  { out }: CommandContext,
): Promise<Metrics | undefined> {
  if (options.metrics === undefined) return undefined;
  const { Metrics } = await import("../metrics/metrics.js");
  const metrics = new Metrics(carrier.name === "local" ? undefined : () => carrier.counts());
  const port = await metrics.listen(options.metrics);
  if (!out.quiet) out.stderr.write(`metrics at http://localhost:${port}/metrics\n`);
  return metrics;
}
