import { availableParallelism, cpus, loadavg, type as systemName, totalmem } from "node:os";

/** What the numbers depend on. No host name and no path: it is printed and goes into the documentation. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGigabytes: number;
  readonly system: string;
  readonly node: string;
  /** Processes that wanted to run before the benchmark began, averaged over a minute. */
  readonly loadBefore: number;
}

export function describeMachine(): Machine {
  return {
    processor: cpus()[0]?.model.trim() ?? "unknown processor",
    cores: availableParallelism(),
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    system: `${systemName()} ${process.arch}`,
    node: process.version,
    loadBefore: loadavg()[0] ?? 0,
  };
}

export function machineLine({ processor, cores, memoryGigabytes, system, node }: Machine): string {
  return `${processor}, ${cores} ${cores === 1 ? "core" : "cores"}, ${memoryGigabytes} GB, ${system}, Node ${node}`;
}

/** A sentence when other work runs on the machine, which makes every absolute number too low. */
export function loadWarning({ loadBefore }: Machine): string | undefined {
  if (loadBefore < 0.5) return undefined;
  return `Other work runs on this machine (load ${loadBefore.toFixed(1)}): believe the ratios, not the absolute numbers.`;
}
