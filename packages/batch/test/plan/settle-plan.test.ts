import { describe, expect, it } from "vitest";
import { documentKey, MANIFEST_KEY, type Plan, plannedState, readShard } from "../../src/plan/plan-folder.js";
import { progressOf } from "../../src/plan/progress.js";
import { type Entry, readBegun, readResults, writeBegun, writeResults } from "../../src/plan/record.js";
import { settlePlan } from "../../src/plan/settle-plan.js";
import { MemoryStore, named, planOf } from "../support.js";

/** As a worker would: outputs and the record; photos whose number is in `failing` fail. */
async function finish(
  plan: Plan,
  out: MemoryStore,
  shard: number,
  failing: readonly string[] = [],
): Promise<void> {
  const entries: Entry[] = [];
  for (const photo of await readShard(plan, shard)) {
    const { output } = photo;
    const state = plannedState(plan, photo);
    if (failing.includes(output)) {
      entries.push({ output, state, status: "failed", input: photo.key, code: "FORMAT", message: "broken" });
      continue;
    }
    out.put(output, Buffer.from(`made of ${photo.identity}`));
    const bytes = out.objects.get(output)?.bytes.length ?? 0;
    entries.push({
      output,
      state,
      status: "written",
      bytes,
      sha256: "",
      width: 1,
      height: 1,
      format: "jpeg",
    });
  }
  await writeResults(plan, shard, entries);
}

function stores(count: number): { source: MemoryStore; out: MemoryStore } {
  return { source: new MemoryStore("memory://in", named(count)), out: new MemoryStore("memory://out") };
}

describe("a settled plan", () => {
  it("has all its shards open at first, and those that are not finished when it is planned again", async () => {
    const { source, out } = stores(9);
    const first = await settlePlan(await planOf(source, out, { shardSize: 3 }), false);
    expect(first).toMatchObject({ done: 0, open: [0, 1, 2] });
    const manifest = out.objects.get(MANIFEST_KEY)?.bytes;
    await finish(first.plan, out, 1);
    const again = await settlePlan(await planOf(source, out, { shardSize: 3 }), false);
    expect(again).toMatchObject({ done: 3, open: [0, 2] });
    expect(out.objects.get(MANIFEST_KEY)?.bytes.equals(manifest ?? Buffer.alloc(0))).toBe(true);
  });

  it("takes over what another plan has done, photo by photo", async () => {
    const { source, out } = stores(9);
    const first = await settlePlan(await planOf(source, out, { shardSize: 3 }), false);
    for (const shard of [0, 1, 2]) await finish(first.plan, out, shard);
    source.put("0005.jpg", Buffer.from("new, between the others"));
    source.put("008.jpg", Buffer.from("changed"));
    const { plan, done, open } = await settlePlan(await planOf(source, out, { shardSize: 5 }), false);
    expect({ done, open }).toEqual({ done: 8, open: [0, 1] });
    const begun = await Promise.all(open.map((shard) => readBegun(plan, shard)));
    expect(begun.map((one) => [one?.entries.size, one?.isGivenBack])).toEqual([
      [4, true],
      [4, true],
    ]);
    expect(begun[1]?.entries.has("008.jpg")).toBe(false);
  });

  it("makes outputs again that were deleted or cut short, and photos that failed", async () => {
    const { source, out } = stores(9);
    const first = await settlePlan(await planOf(source, out, { shardSize: 3 }), false);
    await finish(first.plan, out, 0);
    await finish(first.plan, out, 1);
    await finish(first.plan, out, 2, ["007.jpg"]);
    out.objects.delete("001.jpg");
    out.put("004.jpg", Buffer.from("cut"));
    const { plan, done, open } = await settlePlan(await planOf(source, out, { shardSize: 3 }), false);
    expect({ name: plan.name, done, open }).toEqual({ name: first.plan.name, done: 6, open: [0, 1, 2] });
    expect(await readResults(plan, 2)).toBeUndefined();
    expect((await progressOf(plan)).photos).toEqual({ done: 0, failed: 0, total: 9 });
  });

  it("tries a photo that failed again also where nothing has been written yet", async () => {
    const { source, out } = stores(3);
    const first = await settlePlan(await planOf(source, out, { shardSize: 2 }), false);
    await finish(first.plan, out, 0, ["000.jpg", "001.jpg"]);
    await finish(first.plan, out, 1, ["002.jpg"]);
    expect((await progressOf(first.plan)).photos.failed).toBe(3);
    const { plan, open } = await settlePlan(await planOf(source, out, { shardSize: 2 }), false);
    expect({ name: plan.name, open }).toEqual({ name: first.plan.name, open: [0, 1] });
    for (const shard of open) expect(await readResults(plan, shard)).toBeUndefined();
    expect((await progressOf(plan)).photos).toEqual({ done: 0, failed: 0, total: 3 });
  });

  it("does not take the place of another that is not finished, unless it is cancelled or to be replaced", async () => {
    const { source, out } = stores(4);
    const first = await settlePlan(await planOf(source, out, { shardSize: 2 }), false);
    await finish(first.plan, out, 0);
    const other = await planOf(source, out, { shardSize: 2, shift: 0.3 });
    await expect(settlePlan(other, false)).rejects.toThrow(
      `memory://out: expected a destination without an unfinished plan, received plan ${first.plan.name}, of which 1 of 2 ` +
        "shards are finished. Finish it (work, run), cancel it, or replace it with --replace",
    );
    await out.write(documentKey(first.plan.name, "cancelled"), Buffer.from("{}"));
    expect((await settlePlan(other, false)).open).toEqual([0, 1]);
    // Back: what was done then has been made of the same photos by the same look.
    expect(await settlePlan(await planOf(source, out, { shardSize: 2 }), true)).toMatchObject({
      done: 2,
      open: [1],
    });
    expect((await progressOf(first.plan)).isCancelled).toBe(false);
  });

  it("replaces a manifest that cannot be read only when that is asked for", async () => {
    const { source, out } = stores(2);
    out.put(MANIFEST_KEY, Buffer.from("{"));
    const made = await planOf(source, out);
    await expect(settlePlan(made, false)).rejects.toThrow("Plan again with --replace.");
    expect((await settlePlan(made, true)).open).toHaveLength(2);
  });
});

describe("the progress of a plan", () => {
  it("has its rate by the store's clock, and the time left", async () => {
    const { source, out } = stores(8);
    const { plan } = await settlePlan(await planOf(source, out, { shardSize: 2 }), false);
    await writeBegun(plan, 3, []);
    await finish(plan, out, 0);
    const one = await progressOf(plan);
    expect([one.rate, one.secondsLeft]).toEqual([undefined, undefined]);
    await finish(plan, out, 1, ["002.jpg"]);
    const { shards, photos, rate, secondsLeft } = await progressOf(plan);
    expect(shards).toEqual({ finished: 2, begun: 1, total: 4 });
    expect(photos).toEqual({ done: 4, failed: 1, total: 8 });
    // Two photos, and as many seconds as writes lie between the records: an output, failures, the record itself.
    expect(rate).toBeCloseTo(2 / 3);
    expect(secondsLeft).toBeCloseTo(6);
  });
});
