import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { Peer } from "../src/peers/catalogue.js";
import { largestDifference } from "../src/peers/compare.js";
import { type Contest, type ContestSettings, type Entry, runContest } from "../src/peers/contest.js";
import { contestTable } from "../src/peers/contest-table.js";
import { describePeers, versionsOf } from "../src/peers/describe.js";
import { benchmarksDocument } from "../src/peers/document.js";
import { GOALS, reach } from "../src/peers/goals.js";
import { OPERATIONS, STEPS } from "../src/peers/operation-works.js";
import { isReached, measureOperations, OPERATION_ROWS, operationsTable } from "../src/peers/operations.js";
import { isChosen, parsePeersOptions } from "../src/peers/options.js";
import { PeerProcess } from "../src/peers/peer-process.js";
import { sampleIndices, type Work } from "../src/peers/protocol.js";
import { ratioTo, toughest } from "../src/peers/results.js";
import { WORKS } from "../src/peers/works.js";

const FAKE = fileURLToPath(new URL("./fake-peer.mjs", import.meta.url));
const INFERENCE: Work = { kind: "inference", width: 20, height: 10, hidden: 3 };
const SETTINGS: ContestSettings = {
  limitMilliseconds: 2000,
  rounds: { rounds: 3, leastMilliseconds: 1, mostMilliseconds: 100 },
};

function fakePeer(id: string, ...formulations: readonly string[]): Peer {
  const command = { program: process.execPath, args: [FAKE, ...formulations], environment: {} };
  return { id, label: id, counts: id !== "synthconv", command: () => command };
}

function entry(peer: string, milliseconds: readonly number[], more: Partial<Entry> = {}): Entry {
  const counts = peer === "pytorch" || peer === "onnxruntime";
  return { peer, label: peer, counts, formulation: "some", milliseconds, ...more };
}

describe("the options of bench:peers", () => {
  it("write the document only after a whole run, unless told where", () => {
    const outOf = (...args: string[]) => {
      const options = parsePeersOptions(args);
      return typeof options === "string" ? options : options.out;
    };
    expect(outOf("--with-bench")).toBe("docs/benchmarks.md");
    expect(outOf()).toBeUndefined();
    expect(outOf("--with-bench", "--quick")).toBeUndefined();
    expect(outOf("--with-bench", "--only", "training")).toBeUndefined();
    expect(outOf("--quick", "--out", "x.md")).toBe("x.md");
  });

  it("refuse a kind of work that does not exist", () => {
    expect(() => parsePeersOptions(["--only", "training,lut"])).toThrow(
      "--only: expected some of training,inference,convolution,operations, received lut",
    );
    expect(parsePeersOptions(["--help"])).toContain("--node PATH");
  });

  it("choose both convolutions by one name", () => {
    const chosen = WORKS.filter((work) => isChosen(work, ["convolution"])).map(({ kind }) => kind);
    expect(chosen).toEqual(["convolution", "convolutionPerSample"]);
  });
});

describe("comparing numbers", () => {
  it("is relative to the largest of an array", () => {
    expect(largestDifference({ a: [10, 1], b: [1] }, { a: [10, 1.5], b: [1] })).toBeCloseTo(0.05, 12);
  });

  it("finds what is missing or not a number", () => {
    expect(largestDifference({ a: [1] }, {})).toBe(Number.POSITIVE_INFINITY);
    expect(largestDifference({ a: [1] }, { a: [Number.NaN] })).toBe(Number.POSITIVE_INFINITY);
  });

  it("looks at the first and the last entry and at some between", () => {
    const indices = sampleIndices(1_000_000);
    expect([indices.length, indices[0], indices.at(-1)]).toEqual([4096, 0, 999_999]);
    expect(sampleIndices(3)).toEqual([0, 1, 2]);
    expect(sampleIndices(1)).toEqual([0]);
  });
});

describe("a peer's process", () => {
  it("answers requests and says which versions it has", async () => {
    const [peer] = await describePeers([fakePeer("a", "quick")], 5000);
    expect(versionsOf(peer ? [peer] : [])).toEqual({ Fake: "1.0" });
    expect(peer?.description?.formulations.inference).toEqual(["quick"]);
  });

  it.each([
    ["dies", "ended with exit code 3: RangeError: out of memory in bench/test/fake-peer.mjs"],
    ["hangs", "run: no answer within 2 s"],
  ])(
    "that %s is reported with the reason, and without the place of this checkout",
    async (formulation, message) => {
      const child = new PeerProcess(fakePeer("a").command(1), 2000);
      await child.prepare({ work: INFERENCE, formulation, threads: 1 });
      await expect(child.run(1)).rejects.toThrow(message);
      child.kill();
    },
  );

  it("that does not exist is missing, and nothing is thrown", async () => {
    const command = { program: "/no/such/program", args: [], environment: {} };
    const peers = await describePeers([{ ...fakePeer("a"), command: () => command }], 2000);
    expect(peers[0]?.missing).toContain("ENOENT");
  });
});

describe("a contest", () => {
  it("measures who is right and quick, and says of the others why not", async () => {
    const peers = await describePeers(
      [
        fakePeer("synthconv", "quick", "slow"),
        fakePeer("pytorch", "quick", "fails", "dies"),
        fakePeer("jax-js", "wrong"),
        { ...fakePeer("tfjs"), missing: "it is not installed" },
      ],
      5000,
    );
    const contest = await runContest(INFERENCE, 1, peers, SETTINGS);
    const found = Object.fromEntries(
      contest.entries.map((one) => [`${one.peer} ${one.formulation}`.trim(), one]),
    );
    expect(found["synthconv quick"]?.milliseconds).toHaveLength(3);
    expect(found["synthconv slow"]).toMatchObject({ milliseconds: [], difference: 0 });
    expect(found["pytorch quick"]).toMatchObject({ difference: 0 });
    expect(found["pytorch fails"]?.error).toBe("no such operation");
    expect(found["pytorch dies"]?.error).toContain("out of memory");
    expect(found["jax-js wrong"]?.difference).toBe(0.5);
    expect(found.tfjs?.error).toBe("it is not installed");
    expect(toughest(contest)?.peer).toBe("pytorch");
    expect(ratioTo(contest, found["jax-js wrong"])).toBeUndefined();
  });

  it("has no entry with times for a peer with too few threads or without the work", async () => {
    const peers = await describePeers([fakePeer("a", "quick")], 5000);
    const reasons = async (work: Work, threads: number) =>
      (await runContest(work, threads, peers, SETTINGS)).entries.map(({ error }) => error);
    expect(await reasons(INFERENCE, 2)).toEqual(["one thread is all that it has in Node"]);
    expect(await reasons(WORKS[0] as Work, 1)).toEqual(["it does not train"]);
  });
});

const CONTEST: Contest = {
  work: WORKS[3] as Work,
  threads: 1,
  entries: [
    entry("synthconv", [10, 11, 12], { extraBytes: 2e6 }),
    entry("pytorch", [50, 51, 52], { difference: 1e-7, formulation: "in a | b" }),
    entry("pytorch", [40, 44, 48], { difference: 1e-7, formulation: "tiled" }),
    entry("onnxruntime", [20, 20, 20], { difference: 0.1 }),
    entry("jax-js", [], { error: "it is not there", formulation: "" }),
  ],
};

describe("the results", () => {
  it("hold the best of the library against the best of those who computed the same", () => {
    expect(toughest(CONTEST)?.formulation).toBe("tiled");
    expect(ratioTo(CONTEST, toughest(CONTEST))).toMatchObject({ median: 4, count: 3 });
  });

  it("judge a goal by every number of threads that it is asked for", () => {
    const judge = (what: string, evidence: readonly Contest[]) => {
      const goal = GOALS.find((one) => one.what.startsWith(what) && one.what.endsWith("K = 3"));
      if (goal === undefined) throw new Error(what);
      return reach(goal, { contests: evidence, sections: [] }, [1, 2]);
    };
    expect(judge("inference", [CONTEST])).toMatchObject({
      asked: "4.00x",
      texts: ["4.00x", "not measured"],
      verdict: "yes",
    });
    const slower = { ...CONTEST, threads: 2, entries: [entry("synthconv", [20]), entry("pytorch", [60])] };
    expect(judge("inference", [CONTEST, slower]).verdict).toBe("in part");
    expect(judge("inference", [slower]).verdict).toBe("no");
    expect(judge("training", [CONTEST]).verdict).toBe("–");
  });

  it("take the shares of the ceiling from the sections of npm run bench, the least of them", () => {
    const measured = [16, 32, 64].map((k) => ({
      name: `forward/3-${k}-3/in cache/threads=1/share`,
      unit: "",
      median: k / 64,
      lower: 0,
      upper: 1,
      count: 3,
    }));
    const goal = GOALS[0];
    if (goal === undefined) throw new Error("no goals");
    const sections = [{ id: "kernels", tables: [], measurements: measured }];
    expect(reach(goal, { contests: [], sections }, [1]).texts).toEqual(["25 %"]);
    const missing = [{ id: "kernels", tables: [], measurements: measured.slice(1) }];
    expect(reach(goal, { contests: [], sections: missing }, [1]).texts).toEqual(["not measured"]);
  });

  it("become a table with the best of each peer first, and a sentence for each failure", () => {
    const { rows, notes } = contestTable(CONTEST);
    expect(rows.map(([peer, formulation]) => `${peer} ${formulation}`)).toEqual([
      "synthconv some",
      "pytorch tiled",
      "pytorch in a | b",
      "onnxruntime some",
      "jax-js –",
    ]);
    expect(rows[1]).toEqual(["pytorch", "tiled", "44.0 (42.0 – 46.0)", "4.00x", "–", "1.0e-7"]);
    // Wrong numbers have no ratio.
    expect(rows[3]?.slice(3)).toEqual(["–", "–", "**1.0e-1**"]);
    expect(notes).toEqual(["jax-js: it is not there."]);
  });
});

describe("the table of operations", () => {
  it("names each row as the library and PyTorch write it", () => {
    const ours = new Set([...Object.keys(OPERATIONS), ...Object.keys(STEPS)]);
    const python = readFileSync(new URL("../peers/pytorch.py", import.meta.url), "utf8");
    for (const { operation } of OPERATION_ROWS) {
      expect(ours, operation).toContain(operation);
      expect(python).toContain(`"${operation}": `);
    }
    expect(ours.size).toBe(OPERATION_ROWS.length);
  });

  it("has both passes of a row in processor time, and the reason of one that fails", async () => {
    const peers = await describePeers([fakePeer("synthconv", "quick"), fakePeer("pytorch", "quick")], 5000);
    const settings = { limitMilliseconds: 5000, rounds: SETTINGS.rounds, chosen: ["add"] };
    const [row] = await measureOperations(peers, settings);
    expect(row?.passes.map(({ pass, difference }) => [pass, difference])).toEqual([
      ["forward", 0],
      ["forward and backward", 0],
    ]);
    expect(row?.passes[0]?.library.median).toBeGreaterThan(0);
    const without = await measureOperations(
      peers.map((peer) => ({ ...peer, ...(peer.id === "pytorch" && { missing: "no PyTorch" }) })),
      settings,
    );
    expect(operationsTable(without)).toMatchObject({
      rows: [["add", "[1048576] [1048576]", "–", "–", "–", "–", "2x", "failed"]],
      notes: ["add: no PyTorch."],
    });
  });

  it("reaches a goal only where every pass does, with the same numbers", () => {
    const times = { median: 1, lower: 1, upper: 1, count: 3 };
    const pass = (ratio: number, difference = 0) => ({
      pass: "forward" as const,
      library: times,
      peer: times,
      ratio: { ...times, median: ratio },
      difference,
    });
    const reached = (...passes: ReturnType<typeof pass>[]) =>
      isReached({ operation: "add", shapes: "", asked: 2, passes });
    expect([
      reached(pass(2), pass(1)),
      reached(pass(1), pass(2.01)),
      reached(pass(1, 0.1)),
      reached(),
    ]).toEqual([true, false, false, false]);
  });
});

describe("docs/benchmarks.md", () => {
  const machine = {
    processor: "Some Processor",
    cores: 2,
    memoryGigabytes: 8,
    system: "Linux x64",
    node: "v20.19.0",
    loadBefore: 0,
  };
  const run = {
    machine,
    date: "2026-01-02",
    versions: { PyTorch: "1.13" },
    threadCounts: [1],
    operations: [],
  };

  it("names machine, date and versions, and keeps what was written by hand", () => {
    const text = benchmarksDocument({ ...run, contests: [CONTEST], bench: undefined }, "By *hand*.\n\n");
    expect(text).toContain(
      "- 2026-01-02: Some Processor, 2 cores, 8 GB, Linux x64, Node v20.19.0\n- PyTorch 1.13",
    );
    expect(text).toContain("## What stands in the way\n\nBy *hand*.\n\n## Against its peers");
    expect(text).toContain("| pytorch | in a \\| b | 51.0");
    expect(text).not.toContain("This library alone");
  });

  it("ends with the tables of npm run bench where that ran", () => {
    const table = { title: "A table", columns: [], rows: [], notes: ["A note."] };
    const bench = {
      machine,
      backends: ["plain"],
      date: run.date,
      sections: [{ id: "lut", tables: [table], measurements: [] }],
    };
    const text = benchmarksDocument({ ...run, contests: [], bench }, "");
    expect(text.split("## This library alone")[1]).toMatch(/\*\*A table\*\*\n\nA note\.\n$/);
  });
});
