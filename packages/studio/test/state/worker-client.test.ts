import { describe, expect, it } from "vitest";
import type { FromWorker, ToWorker } from "../../src/protocol/index.js";
import {
  RequestError,
  StaleError,
  WorkerClient,
  WorkerFailedError,
  type WorkerPort,
} from "../../src/state/index.js";

/** A worker that does nothing by itself: the test answers in its place. */
class FakePort implements WorkerPort {
  readonly received: ToWorker[] = [];
  isTerminated = false;
  onmessage: WorkerPort["onmessage"] = null;
  onerror: WorkerPort["onerror"] = null;
  onmessageerror: WorkerPort["onmessageerror"] = null;
  postMessage(message: ToWorker): void {
    this.received.push(message);
  }
  terminate(): void {
    this.isTerminated = true;
  }
  send(message: FromWorker): void {
    this.onmessage?.({ data: message } as MessageEvent<FromWorker>);
  }
  fail(): void {
    this.onerror?.({} as ErrorEvent);
  }
}

function setUp(): { client: WorkerClient; ports: FakePort[] } {
  const ports: FakePort[] = [];
  const client = new WorkerClient(() => {
    const port = new FakePort();
    ports.push(port);
    return port;
  });
  return { client, ports };
}

const ENGINE = { backend: "plain", isolated: false };

describe("WorkerClient", () => {
  it("gives each request the answer with its id, in whatever order they come", async () => {
    const { client, ports } = setUp();
    const first = client.ask("engine", {});
    const second = client.ask("engine", {});
    ports[0]?.send({ kind: "answer", id: 2, answer: { ...ENGINE, backend: "second" } });
    ports[0]?.send({ kind: "answer", id: 1, answer: ENGINE });
    expect((await first).backend).toBe("plain");
    expect((await second).backend).toBe("second");
    expect(ports).toHaveLength(1);
  });

  it("drops what a newer request with the same key makes stale, and tells the worker", async () => {
    const { client, ports } = setUp();
    const first = client.ask("engine", {}, { latest: "a" });
    const other = client.ask("engine", {}, { latest: "b" });
    const second = client.ask("engine", {}, { latest: "a" });
    await expect(first).rejects.toThrow(StaleError);
    expect(ports[0]?.received).toContainEqual({ kind: "cancel", id: 1 });
    ports[0]?.send({ kind: "answer", id: 1, answer: { ...ENGINE, backend: "stale" } });
    ports[0]?.send({ kind: "answer", id: 3, answer: { ...ENGINE, backend: "fresh" } });
    ports[0]?.send({ kind: "answer", id: 2, answer: ENGINE });
    expect((await second).backend).toBe("fresh");
    expect((await other).backend).toBe("plain");
  });

  it("cancels by a signal, also one that was aborted before", async () => {
    const { client, ports } = setUp();
    const controller = new AbortController();
    const asked = client.ask("engine", {}, { signal: controller.signal });
    controller.abort();
    await expect(asked).rejects.toThrow(StaleError);
    expect(ports[0]?.received.at(-1)).toEqual({ kind: "cancel", id: 1 });
    await expect(client.ask("engine", {}, { signal: controller.signal })).rejects.toThrow(StaleError);
    expect(ports[0]?.received).toHaveLength(2);
  });

  it("passes a refusal on with its name and its sentences", async () => {
    const { client, ports } = setUp();
    const asked = client.ask("engine", {});
    ports[0]?.send({ kind: "fault", id: 1, fault: { name: "FormatError", message: "no photo" } });
    await expect(asked).rejects.toThrow(RequestError);
    await expect(asked).rejects.toMatchObject({ name: "FormatError", message: "no photo" });
  });

  it("ends a worker that failed, rejects what waited for it, and asks a new one", async () => {
    const { client, ports } = setUp();
    const lost = client.ask("engine", {});
    ports[0]?.fail();
    await expect(lost).rejects.toThrow(WorkerFailedError);
    await expect(lost).rejects.toThrow("Your session is kept");
    expect(ports[0]?.isTerminated).toBe(true);
    const again = client.ask("engine", {});
    ports[1]?.send({ kind: "answer", id: 2, answer: ENGINE });
    expect(await again).toEqual(ENGINE);
  });
});
