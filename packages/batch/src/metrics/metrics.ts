/** What a worker tells Prometheus, at `http://host:port/metrics`. */
import { createServer, type Server } from "node:http";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { CommandError } from "synthconv-cli/internal";
import type { CarrierCounts } from "../carrier/carrier.js";
import type { Entry } from "../plan/record.js";

// From a thumbnail to the largest photo that is read.
const SECONDS = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300];

export class Metrics {
  readonly #registry = new Registry();
  readonly #photos: Counter<"status">;
  readonly #bytes: Counter;
  readonly #shards: Counter;
  readonly #seconds: Histogram;
  #server: Server | undefined;

  /** @param counts of the queue, asked for at every scrape; none without a queue. */
  constructor(counts?: () => Promise<CarrierCounts>) {
    const registers = [this.#registry];
    const more = { labelNames: ["status"] as const, registers };
    this.#photos = new Counter({
      name: "synthconv_batch_photos_total",
      help: "Photos made, by outcome",
      ...more,
    });
    for (const status of ["written", "failed"]) this.#photos.inc({ status }, 0);
    const bytes = { name: "synthconv_batch_output_bytes_total", help: "Bytes of outputs" };
    this.#bytes = new Counter({ ...bytes, registers });
    const shards = { name: "synthconv_batch_shards_total", help: "Shards finished" };
    this.#shards = new Counter({ ...shards, registers });
    const seconds = { name: "synthconv_batch_photo_seconds", help: "Time from a photo to its output" };
    this.#seconds = new Histogram({ ...seconds, buckets: SECONDS, registers });
    collectDefaultMetrics({ register: this.#registry });
    if (counts !== undefined) this.#addQueue(counts);
  }

  photo(entry: Entry, seconds: number): void {
    this.#photos.inc({ status: entry.status });
    this.#seconds.observe(seconds);
    if (entry.status === "written") this.#bytes.inc(entry.bytes);
  }

  shard(): void {
    this.#shards.inc();
  }

  /**
   * @param port 0 for a free one.
   * @returns the port.
   * @throws {CommandError} when the port is taken or may not be used.
   */
  async listen(port: number): Promise<number> {
    const server = createServer(async (request, response) => {
      if (request.url !== "/metrics") response.writeHead(404).end("expected /metrics\n");
      else {
        const text = await this.#registry.metrics();
        response.writeHead(200, { "content-type": this.#registry.contentType }).end(text);
      }
    });
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, resolve);
    }).catch((error: NodeJS.ErrnoException) => {
      const received = `one that is refused (${error.code ?? error.message})`;
      throw new CommandError(
        "METRICS",
        `--metrics: expected a port that is free, received ${port}, ${received}`,
      );
    });
    // It is no reason to stay.
    server.unref();
    const address = server.address();
    return typeof address === "object" && address !== null ? address.port : port;
  }

  close(): void {
    this.#server?.close();
    this.#server?.closeAllConnections();
  }

  #addQueue(counts: () => Promise<CarrierCounts>): void {
    new Gauge({
      name: "synthconv_batch_queue_shards",
      help: "Shards of all plans in the queue, by state",
      labelNames: ["state"] as const,
      registers: [this.#registry],
      async collect() {
        for (const [state, count] of Object.entries(await counts())) this.set({ state }, count);
      },
    });
  }
}
