import { describe, expect, it } from "vitest";
import { MakerPool } from "../../src/photo/makers.js";
import type { MakerPlan, Outcome, PhotoMaker } from "../../src/photo/messages.js";
import { type Plan, plannedState } from "../../src/plan/plan-folder.js";
import { readBegun, readResults, writeBegun } from "../../src/plan/record.js";
import { settlePlan } from "../../src/plan/settle-plan.js";
import { type ShardWork, workShard } from "../../src/work/work-shard.js";
import { MemoryStore, named, planOf } from "../support.js";

type Fate = "written" | "lost" | "store";

/** Makers that note whom they made, and to whose photos things happen: by key, one fate a try. */
class Workshop {
  readonly made: string[] = [];
  readonly #fates: Map<string, Fate[]>;
  readonly #stop = new AbortController();
  readonly #plan: Plan;
  stopAt: string | undefined;

  constructor(plan: Plan, fates: Readonly<Record<string, Fate[]>> = {}) {
    this.#plan = plan;
    this.#fates = new Map(Object.entries(fates).map(([key, list]) => [key, [...list]]));
  }

  get work(): ShardWork {
    return {
      makerPlan: {} as MakerPlan,
      makers: new MakerPool([this.#maker("thread")]),
      alone: () => this.#maker("alone"),
      signal: this.#stop.signal,
      onEntry: () => undefined,
    };
  }

  #maker(kind: string): PhotoMaker {
    return {
      make: async (_, photo): Promise<Outcome> => {
        this.made.push(`${kind} ${photo.key}`);
        if (photo.key === this.stopAt) this.#stop.abort();
        const fate = this.#fates.get(photo.key)?.shift() ?? "written";
        if (fate === "lost")
          return { kind: "lost", code: "CRASH", reason: "its process was ended by SIGSEGV" };
        if (fate === "store") return { kind: "store", message: "a full disk" };
        const facts = { bytes: 1, sha256: "", width: 1, height: 1, format: "jpeg" };
        const state = plannedState(this.#plan, photo);
        return { kind: "entry", entry: { output: photo.output, state, status: "written", ...facts } };
      },
      close: async () => undefined,
    };
  }
}

async function planned(): Promise<Plan> {
  const made = await planOf(new MemoryStore("memory://in", named(4)), new MemoryStore("memory://out"), {
    shardSize: 4,
  });
  return (await settlePlan(made, false)).plan;
}

const [A, B, C, D] = Object.keys(named(4)) as [string, string, string, string];

describe("the work on a shard", () => {
  it("makes each photo, in order, and leaves a whole record", async () => {
    const plan = await planned();
    const shop = new Workshop(plan);
    expect(await workShard(plan, 0, shop.work)).toBe("finished");
    expect(shop.made).toEqual([A, B, C, D].map((key) => `thread ${key}`));
    expect((await readResults(plan, 0))?.map(({ output }) => output)).toEqual([A, B, C, D]);
    expect(await readBegun(plan, 0)).toBeUndefined();
  });

  it("is done once, however often the shard is delivered", async () => {
    const plan = await planned();
    await workShard(plan, 0, new Workshop(plan).work);
    const again = new Workshop(plan);
    expect(await workShard(plan, 0, again.work)).toBe("finished");
    expect(again.made).toEqual([]);
  });

  it("leaves no record of a beginning behind where a second worker was killed after the first had finished", async () => {
    const plan = await planned();
    await workShard(plan, 0, new Workshop(plan).work);
    await writeBegun(plan, 0, []);
    expect(await workShard(plan, 0, new Workshop(plan).work)).toBe("finished");
    expect(await readBegun(plan, 0)).toBeUndefined();
  });

  it("tries a photo whose thread was lost once more, alone, and goes on with the rest", async () => {
    const plan = await planned();
    const shop = new Workshop(plan, { [B]: ["lost", "lost"], [C]: ["lost"] });
    expect(await workShard(plan, 0, shop.work)).toBe("finished");
    expect(shop.made).toEqual([
      `thread ${A}`,
      `thread ${B}`,
      `alone ${B}`,
      `thread ${C}`,
      `alone ${C}`,
      `thread ${D}`,
    ]);
    const results = await readResults(plan, 0);
    expect(results?.map(({ status }) => status)).toEqual(["written", "failed", "written", "written"]);
    expect(results?.[1]).toMatchObject({
      code: "CRASH",
      input: `memory://in/${B}`,
      message:
        `memory://in/${B}: expected a photo that can be made, received one at which, tried twice and the second time ` +
        "alone, its process was ended by SIGSEGV",
    });
  });

  it("takes no photo into the worker's own process where one before it was lost with this shard", async () => {
    const plan = await planned();
    await writeBegun(plan, 0, []);
    const shop = new Workshop(plan, { [A]: ["lost", "lost"] });
    await workShard(plan, 0, shop.work);
    expect(shop.made).toEqual([A, A, B, C, D].map((key) => `alone ${key}`));
    expect((await readResults(plan, 0))?.map(({ status }) => status)).toEqual([
      "failed",
      "written",
      "written",
      "written",
    ]);
  });

  it("that is asked to stop finishes the photo at hand and gives the shard back, which the next one ends", async () => {
    const plan = await planned();
    const first = new Workshop(plan);
    first.stopAt = B;
    expect(await workShard(plan, 0, first.work)).toBe("given back");
    expect(await readBegun(plan, 0)).toMatchObject({ isGivenBack: true });
    const second = new Workshop(plan);
    expect(await workShard(plan, 0, second.work)).toBe("finished");
    expect(second.made).toEqual([`thread ${C}`, `thread ${D}`]);
    expect(await readResults(plan, 0)).toHaveLength(4);
  });

  it("blames no photo for a place that fails: what is done stays, and the shard is tried again", async () => {
    const plan = await planned();
    await expect(workShard(plan, 0, new Workshop(plan, { [C]: ["store"] }).work)).rejects.toThrow(
      "a full disk",
    );
    expect(await readResults(plan, 0)).toBeUndefined();
    const second = new Workshop(plan);
    await workShard(plan, 0, second.work);
    expect(second.made).toEqual([`thread ${C}`, `thread ${D}`]);
  });

  it("leaves the same record of a disturbed run as of an undisturbed one", async () => {
    const calm = await planned();
    await workShard(calm, 0, new Workshop(calm).work);
    const plan = await planned();
    const first = new Workshop(plan, { [A]: ["lost"] });
    first.stopAt = A;
    await workShard(plan, 0, first.work);
    // A worker that came later and was killed: it has left its record as it began.
    await writeBegun(plan, 0, (await readBegun(plan, 0))?.entries.values() ?? []);
    await workShard(plan, 0, new Workshop(plan, { [D]: ["lost"] }).work);
    expect(await readResults(plan, 0)).toEqual(await readResults(calm, 0));
  });

  it("refuses a list that is gone or not the plan's", async () => {
    const plan = await planned();
    const out = plan.destination as MemoryStore;
    const key = `.synthconv-batch/${plan.name}/shards/000000.jsonl`;
    out.put(key, Buffer.from("{}\n"));
    const work = new Workshop(plan).work;
    await expect(workShard(plan, 0, work)).rejects.toThrow(
      `memory://out/${key}: expected the list of the plan, `,
    );
    out.objects.delete(key);
    await expect(workShard(plan, 0, work)).rejects.toThrow("received nothing of that name. Plan again");
  });
});
