import { describe, expect, it, onTestFinished } from "vitest";
import { Metrics } from "../../src/metrics/metrics.js";

async function listening(metrics: Metrics): Promise<string> {
  onTestFinished(() => metrics.close());
  return `http://127.0.0.1:${await metrics.listen(0)}`;
}

describe("metrics", () => {
  it("count photos by outcome, bytes, shards and what the queue holds, in Prometheus' format", async () => {
    const metrics = new Metrics(async () => ({ waiting: 7, active: 2, failed: 1 }));
    const written = { output: "a", state: "s", bytes: 1000, sha256: "", width: 1, height: 1, format: "png" };
    metrics.photo({ ...written, status: "written" }, 0.02);
    metrics.photo({ ...written, status: "written" }, 2);
    metrics.photo(
      { output: "b", state: "s", status: "failed", input: "b", code: "FORMAT", message: "m" },
      0.001,
    );
    metrics.shard();
    const response = await fetch(`${await listening(metrics)}/metrics`);
    expect(response.headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
    const lines = (await response.text()).split("\n");
    expect(lines).toEqual(
      expect.arrayContaining([
        'synthconv_batch_photos_total{status="written"} 2',
        'synthconv_batch_photos_total{status="failed"} 1',
        "synthconv_batch_output_bytes_total 2000",
        "synthconv_batch_shards_total 1",
        'synthconv_batch_photo_seconds_bucket{le="0.03"} 2',
        "synthconv_batch_photo_seconds_count 3",
        'synthconv_batch_queue_shards{state="waiting"} 7',
        'synthconv_batch_queue_shards{state="active"} 2',
      ]),
    );
  });

  it("are at /metrics alone, and say when the port is taken", async () => {
    const url = await listening(new Metrics());
    expect((await fetch(`${url}/`)).status).toBe(404);
    const port = Number(new URL(url).port);
    await expect(new Metrics().listen(port)).rejects.toThrow(
      `--metrics: expected a port that is free, received ${port}, one that is refused (EADDRINUSE)`,
    );
  });
});
