import { describe, expect, it } from "vitest";
import { parseManifest, serializeManifest } from "../../src/plan/manifest.js";
import { stateKey } from "../../src/plan/photo-list.js";
import { readShard } from "../../src/plan/plan-folder.js";
import { MemoryStore, named, planOf, SETTINGS } from "../support.js";

const destination = (): MemoryStore => new MemoryStore("memory://out");

describe("a plan", () => {
  it("is the same, byte for byte, of the same photos, look and settings", async () => {
    const source = new MemoryStore("memory://in", named(30));
    const one = await planOf(source, destination());
    const other = await planOf(new MemoryStore("memory://in", named(30)), destination());
    expect(other.manifestBytes.equals(one.manifestBytes)).toBe(true);
    expect(parseManifest(one.manifestBytes, "m")).toEqual(one.plan.manifest);
    expect(serializeManifest(one.plan.manifest).equals(one.manifestBytes)).toBe(true);
  });

  it("is another one when a photo, the look or a setting is", async () => {
    const names = new Set<string>();
    const source = new MemoryStore("memory://in", named(5));
    const plan = async (more = {}) => names.add((await planOf(source, destination(), more)).plan.name);
    await plan();
    await plan({ shift: 0.2 });
    await plan({ settings: { ...SETTINGS, strength: 0.5 } });
    source.put("003.jpg", Buffer.from("changed"));
    await plan();
    expect(names.size).toBe(4);
  });

  it("has every photo in one shard, in order, of at most the size that was asked for", async () => {
    for (const [count, shardSize, sizes] of [
      [7, 3, [3, 3, 1]],
      [6, 3, [3, 3]],
      [2, 1000, [2]],
    ] as const) {
      const { plan } = await planOf(new MemoryStore("memory://in", named(count)), destination(), {
        shardSize,
      });
      expect(plan.manifest.shards.map(({ photos }) => photos)).toEqual(sizes);
      const lists = await Promise.all(sizes.map((_, shard) => readShard(plan, shard)));
      expect(lists.flat().map(({ output }) => output)).toEqual(Object.keys(named(count)));
    }
  });

  it("has shards of 100 photos, and fewer where 64 shards would not be filled", async () => {
    const shardsOf = async (count: number) =>
      (await planOf(new MemoryStore("memory://in", named(count)), destination())).plan.manifest.shards[0]
        ?.photos;
    expect([await shardsOf(10), await shardsOf(640), await shardsOf(641), await shardsOf(6400)]).toEqual([
      1, 10, 11, 100,
    ]);
  });

  it("names outputs as apply does: another format, and a GIF as PNG, with the reason", async () => {
    const source = new MemoryStore("memory://in", { "a.gif": "1", "b.jpg": "2", "b.png": "3" });
    const first = await planOf(source, destination());
    expect((await readShard(first.plan, 0))[0]).toMatchObject({ key: "a.gif", output: "a.png", source: 0 });
    expect((await readShard(first.plan, 0))[0]?.warning).toMatch(/PNG/);
    const { plan } = await planOf(source, destination(), {
      settings: { ...SETTINGS, format: "png" },
      shardSize: 9,
    });
    expect((await readShard(plan, 0)).map(({ output }) => output)).toEqual(["a.png", "b.jpg.png", "b.png"]);
  });

  it("refuses two photos of two sources that would be written to one place", async () => {
    const sources = ["memory://a", "memory://b"].map((url) => {
      const store = new MemoryStore(url, { "x.jpg": url });
      return { store, photos: () => store.photos({} as never) };
    });
    await expect(planOf(new MemoryStore("memory://c"), destination(), { sources })).rejects.toThrow(
      "x.jpg and x.jpg would both be written to x.jpg: plan them one after the other, into separate destinations",
    );
  });

  it("refuses a destination that a source lies in, and one without photos", async () => {
    const below = new MemoryStore("memory://out/in", named(1));
    await expect(planOf(below, destination())).rejects.toThrow(
      "--to: expected a place without inputs, which are never overwritten, received memory://out, in which the source " +
        "memory://out/in lies: choose another one",
    );
    await expect(planOf(new MemoryStore("memory://out", named(1)), destination())).rejects.toThrow(
      "--to: expected",
    );
    await expect(planOf(new MemoryStore("memory://in"), destination())).rejects.toThrow(
      "expected photos, received none in memory://in",
    );
  });

  it("refuses a knob that the look does not have before anything is listed", async () => {
    const source = new MemoryStore("memory://in", named(1));
    const settings = { ...SETTINGS, set: { warmth: 1 } };
    await expect(planOf(source, destination(), { settings })).rejects.toThrow("--set: ");
  });
});

describe("a manifest", () => {
  it("of a newer version, or that is none, is refused with what to do", async () => {
    const { manifestBytes } = await planOf(new MemoryStore("memory://in", named(1)), destination());
    const changed = (from: string, to: string) =>
      Buffer.from(manifestBytes.toString("utf8").replace(from, to));
    expect(() => parseManifest(changed('"version": 1', '"version": 2'), "x/manifest.json")).toThrow(
      "x/manifest.json: expected a manifest of version 1, received version 2. A newer synthconv-batch planned it: " +
        "install that version here.",
    );
    expect(() => parseManifest(Buffer.from("{"), "x")).toThrow(
      "x: expected the manifest of a plan, received no JSON",
    );
    expect(() => parseManifest(changed('"photos": 1', '"photos": -1'), "x")).toThrow(
      "x: expected the manifest of a plan, received photos: ",
    );
  });
});

describe("the key of a state", () => {
  it("follows the photo's content, place and recipe, and not the output's name", () => {
    const photo = { source: 0, key: "a.jpg", output: "a.jpg", identity: "1" };
    const base = stateKey("r", "s", photo);
    expect(stateKey("r", "s", { ...photo, output: "b.jpg" })).toBe(base);
    const others = [
      stateKey("r2", "s", photo),
      stateKey("r", "s2", photo),
      stateKey("r", "s", { ...photo, key: "b.jpg" }),
      stateKey("r", "s", { ...photo, identity: "2" }),
    ];
    expect(new Set([base, ...others]).size).toBe(5);
  });
});
