/**
 * Networks of every layer, option and generator, trained by every optimizer, by the seed of the day in this Node;
 * `npm run conformance -- --form network --cases 1000` trains more of them.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { starvedChoices } from "../dist/choices.js";
import { hyper, initializers, nn, ops, train } from "../dist/library.js";
import { lossRows } from "../dist/networks/losses.js";
import { optimizerRows, scheduleRows } from "../dist/networks/optimizers.js";
import { stageRows } from "../dist/networks/space.js";
import type { Report } from "../dist/run.js";
import { inNode, SEED } from "./environments.js";
import { operationsOf } from "./network-operations.js";
import { NOT_IN_NETWORKS, OPTIONS } from "./network-options.js";

// Fifteen seconds of processor time.
const TIMEOUT = 240_000;

describe("networks by the seed of the day", { timeout: TIMEOUT }, () => {
  let report: Report;

  beforeAll(async () => {
    console.log(`networks: SYNTHCONV_CONFORMANCE_SEED=${SEED} gives the cases of this run back`);
    // The aims alone.
    report = await inNode(process.execPath, ["network"], 0);
  }, TIMEOUT);

  it("train in float32 as in float64, on every backend, with one thread and with several", () => {
    expect(report.failures).toEqual([]);
    expect(report).toMatchObject({ failed: 0, threads: [2, 3] });
  });

  it("hold every layer, option, generator, loss, optimizer and schedule often enough", () => {
    expect(starvedChoices(report.choices, report.facts)).toEqual([]);
  });
});

function modulesIn(module: nn.Module): nn.Module[] {
  return [module, ...[...module.children().values()].flatMap(modulesIn)];
}

describe("the parts that networks are drawn from", () => {
  const programs = operationsOf();
  const excused = (name: string): boolean => Object.hasOwn(NOT_IN_NETWORKS, name);

  it("hold every operation", () => {
    const used = new Set(programs.flatMap(({ operations }) => [...operations]));
    const missing = Object.keys(ops).filter((name) => !used.has(name) && !excused(name));
    expect(missing).toEqual([]);
  });

  it("hold every layer", () => {
    const modules = programs.flatMap(({ program }) => modulesIn(program));
    const used = new Set(modules.map((module) => module.constructor.name));
    const layers = Object.keys({ ...nn, ...hyper });
    expect(layers.filter((name) => !used.has(name) && !excused(name))).toEqual([]);
  });

  it("hold every loss, optimizer and schedule, and everything else that trains", () => {
    const used = [...lossRows, ...optimizerRows].map(({ name }) => name.split(",")[0]);
    expect(Object.keys(train).filter((name) => !used.includes(name) && !excused(name))).toEqual([]);
    const scheduled = scheduleRows.map(({ name }) => name.split(",")[0]);
    expect(Object.keys(train.schedules).filter((name) => !scheduled.includes(name))).toEqual([]);
    expect(Object.keys(initializers).filter((name) => !excused(`initializers.${name}`))).toEqual([]);
  });

  it("set every option of an optimizer to something else than its default", () => {
    const settings = optimizerRows.map(({ make }) => {
      const [, name, text] =
        /^(\w+) (.*)$/.exec(make(new nn.Linear(1, 1).initialize({ seed: 1 }).parameters()).description) ?? [];
      return [name as string, JSON.parse(text as string) as Record<string, unknown>] as const;
    });
    for (const name of new Set(settings.map(([one]) => one))) {
      const own = settings.filter(([one]) => one === name).map(([, given]) => given);
      for (const option of Object.keys(own[0] as object)) {
        if (option === "learningRate") continue;
        const values = new Set(own.map((given) => JSON.stringify(given[option])));
        expect(values.size, `${name} ${option}`).toBeGreaterThan(1);
      }
    }
  });

  it("name a row for every option that the compiler knows", () => {
    const names = new Set([...stageRows, ...lossRows, ...scheduleRows].map(({ name }) => name));
    const rows = Object.values(OPTIONS).flatMap((options) => Object.values(options));
    expect(rows.filter((name) => !names.has(name))).toEqual([]);
  });
});
