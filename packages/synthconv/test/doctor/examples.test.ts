/** The programs of examples/: each broken one is diagnosed to the line that is marked in it, no healthy one is accused. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Module, Optimizer, Tensor } from "synthconv";
import { type Diagnosis, diagnose, type Finding, terminalReport } from "synthconv/doctor";
import { describe, expect, it } from "vitest";

interface Program {
  readonly model: Module;
  readonly batch: unknown;
  readonly loss: (model: Module, batch: unknown) => Tensor;
  readonly optimizer?: Optimizer;
}

const examples = new URL("../../../../examples/", import.meta.url);

function programs(kind: string): string[] {
  const names = readdirSync(new URL(`${kind}/`, examples));
  const numberOf = (name: string): number => Number.parseInt(name, 10);
  return names.filter((name) => /^\d+-/.test(name)).sort((a, b) => numberOf(a) - numberOf(b));
}

async function diagnosisOf(kind: string, name: string): Promise<Diagnosis> {
  const program: Program = await import(fileURLToPath(new URL(`${kind}/${name}`, examples)));
  const { model, batch, loss, optimizer } = program;
  return diagnose(model, batch, loss, { optimizer });
}

function textOf(kind: string, name: string): string {
  return readFileSync(new URL(`${kind}/${name}`, examples), "utf8");
}

function markedLine(name: string): number {
  const lines = textOf("broken", name).split("\n");
  return lines.findIndex((line) => line.includes("// <- here") && !/^\/\/ [-+]/.test(line)) + 1;
}

/** Those whose first lines state what is expected. */
function statedPrograms(): string[] {
  return programs("broken").filter((name) => textOf("broken", name).startsWith("// PATTERN"));
}

/** `EXPECT fault=a|b params=generator.*,head.bias`, and the lines that are marked. */
function statedVerdict(name: string): { faults: string[]; stops: RegExp[]; lines: number[] } {
  const text = textOf("broken", name);
  const [, faults = "", stops = ""] = /EXPECT fault=(\S+) params=(\S*)/.exec(text) ?? [];
  const lines = text.split("\n").flatMap((line, index) => {
    if (!line.includes("// <- here") || /^\/\/ [-+]/.test(line)) return [];
    // A formatter may put the mark on a line of its own, behind the one that it stood on.
    return [/^\s*\/\//.test(line) ? index : index + 1];
  });
  const patterns = stops.split(",").filter((pattern) => pattern !== "");
  const toRegExp = (pattern: string): RegExp =>
    new RegExp(`^${pattern.replaceAll(".", "\\.").replaceAll("*", ".*")}$`);
  return { faults: faults.split("|"), stops: patterns.map(toRegExp), lines };
}

/** The program with its REPAIR done, as text; undefined where it states none. */
function repairedText(name: string): string | undefined {
  const text = textOf("broken", name);
  const block = /\/\/ REPAIR\n((?:\/\/ [-+] .*\n)+)/.exec(text);
  if (block === null) return undefined;
  let repaired = text.replace(block[0], "");
  for (const [, before = "", after = ""] of (block[1] as string).matchAll(
    /\/\/ - (.*)\n((?:\/\/ \+ .*\n)*)/g,
  )) {
    expect(repaired, `${name} has the line that its repair replaces`).toContain(before);
    const lines = [...after.matchAll(/\/\/ \+ (.*)\n/g)].map(([, line]) => line);
    repaired = repaired.replace(before, () => lines.join("\n"));
  }
  return repaired;
}

const GENERATOR = ["generator.weight", "generator.bias"];
const HEAD = ["head.weight", "head.bias"];
const INPUT_LAYERS = ["0.weight", "0.bias", "2.weight", "2.bias"].map((name) => `inputLayers.${name}`);

/** What the report must say of each broken program: the fault, what it stops, and a word of the repair. */
const EXPECTED: Readonly<Record<string, { fault: string; stops: string[]; repair: string }>> = {
  "01-parameter-made-anew.ts": {
    fault: "rewrappedAsParameter",
    stops: [...INPUT_LAYERS, "synthesized"],
    repair: "pass the tensor itself to the operation, conv2d(image, weight, bias)",
  },
  "02-assigned-into-parameter.ts": {
    fault: "assignedIntoParameter",
    stops: [...GENERATOR, "layer.weight"],
    repair: "leave the parameter out and pass the tensor itself",
  },
  "03-generated-without-tape.ts": {
    fault: "computedWithoutTape",
    stops: GENERATOR,
    repair: "Compute it outside of noGrad",
  },
  "04-detached.ts": { fault: "detached", stops: GENERATOR, repair: "x.detach({ reason })" },
  "05-plain-numbers.ts": { fault: "plainNumbers", stops: GENERATOR, repair: "with operations on tensors" },
  "06-overwritten-before-backward.ts": {
    fault: "overwrittenInPlace",
    stops: [...GENERATOR, ...HEAD],
    repair: "after the optimizer's step",
  },
  "07-rounded-weights.ts": { fault: "zeroDerivative", stops: GENERATOR, repair: "round afterwards" },
  "08-head-not-wired.ts": {
    fault: "notWired",
    stops: ["convLayers.1.weight", "convLayers.1.bias"],
    repair: "Apply it on the way to the loss",
  },
  "09-optimizer-holds-others.ts": {
    fault: "optimizerHoldsOthers",
    stops: [...GENERATOR, ...HEAD],
    repair: "Make the optimizer from model.parameters()",
  },
  "10-layer-made-in-forward.ts": { fault: "createdInForward", stops: [], repair: "Make it once" },
  "11-dead-relu.ts": {
    fault: "alwaysZero",
    stops: ["hidden.weight", "hidden.bias", "output.weight"],
    repair: "Start its biases near 0",
  },
  "12-axes-mixed.ts": {
    fault: "conditionMixed",
    stops: GENERATOR,
    repair: "Keep the batch as the first axis",
  },
};

describe("the broken examples", () => {
  it("are the ones that are expected here", () => {
    expect(programs("broken")).toEqual([...Object.keys(EXPECTED), ...statedPrograms()]);
  });

  it.each(statedPrograms())("%s: the verdict that it states", async (name) => {
    const { faults, stops, lines } = statedVerdict(name);
    const { findings, healthy, parameters } = await diagnosisOf("broken", name);
    expect(healthy).toBe(false);
    expect(findings).toHaveLength(1);
    const [finding] = findings as [Finding];
    expect(faults).toContain(finding.fault);
    expect(lines).toContain(finding.place?.line);
    const expected = parameters.map((one) => one.name).filter((one) => stops.some((stop) => stop.test(one)));
    expect(finding.parameters).toEqual(expected);
  });

  it.each(programs("broken"))("%s: learns when its repair is done", async (name) => {
    const text = repairedText(name);
    if (text === undefined) return;
    const path = fileURLToPath(new URL(`broken/repaired-${process.pid}-${name}`, examples));
    writeFileSync(path, text);
    try {
      const { model, batch, loss, optimizer }: Program = await import(path);
      const { findings, verdict, losses } = diagnose(model, batch, loss, { optimizer });
      // The seed's last ReLU is left in, and is advice of its own.
      expect(
        findings.filter(({ fault }) => fault !== "generatedScale"),
        verdict,
      ).toEqual([]);
      // Against a critic that learns too the loss may rise.
      const isAgainst = text.includes("critic");
      if (!isAgainst) expect(losses.at(-1)).toBeLessThan(losses[0] as number);
    } finally {
      rmSync(path);
    }
  });

  it.each(Object.keys(EXPECTED))("%s: the fault, the line, what it stops and the repair", async (name) => {
    const { fault, stops, repair } = EXPECTED[name] as (typeof EXPECTED)[string];
    const diagnosis = await diagnosisOf("broken", name);
    const faults = diagnosis.findings.filter(({ severity }) => severity === "fault");
    expect(faults.map((finding) => finding.fault)).toEqual([fault]);
    const [finding] = faults;
    expect(finding?.parameters).toEqual(stops);
    expect(finding?.place).toMatchObject({ file: `examples/broken/${name}`, line: markedLine(name) });
    expect(finding?.place?.source).toContain("// <- here");
    expect(finding?.repair).toContain(repair);
    expect(diagnosis.healthy).toBe(false);
    const well = diagnosis.parameters.filter((parameter) => !stops.includes(parameter.name));
    expect(well.map(({ status }) => status)).toEqual(well.map(() => "learns"));
  });

  it("says within the first three lines of the seed's report what is wrong, where, and what to write", async () => {
    const diagnosis = await diagnosisOf("broken", "01-parameter-made-anew.ts");
    const [verdict, where, write] = terminalReport(diagnosis).split("\n");
    expect(verdict).toContain("5 of 7 parameters do not learn: inputLayers.0.weight");
    expect(verdict).toContain("what they compute is made into a new parameter");
    expect(where).toContain(`01-parameter-made-anew.ts:${markedLine("01-parameter-made-anew.ts")}:`);
    expect(write).toContain("Weights are values");
  });

  it("draws the cut into the graph, from what was generated to the parameter that it became", async () => {
    const { graph } = await diagnosisOf("broken", "01-parameter-made-anew.ts");
    const labels = new Map(graph?.nodes.map(({ id, label }) => [id, label]));
    const cut = graph?.edges.filter((edge) => edge.finding === 0);
    expect(cut?.map(({ from, to, cut }) => [labels.get(from), labels.get(to), cut])).toEqual([
      ["reshape", "synthesized", true],
    ]);
    expect([...labels.values()]).toEqual(expect.arrayContaining(["condition", "image", "loss", "conv2d"]));
  });
});

describe("the healthy examples", () => {
  it.each(programs("healthy"))("%s: nothing is accused", async (name) => {
    const diagnosis = await diagnosisOf("healthy", name);
    expect(diagnosis.findings).toEqual([]);
    expect(diagnosis.healthy).toBe(true);
    expect(
      diagnosis.parameters.filter(({ status }) => !["learns", "frozen", "idle"].includes(status)),
    ).toEqual([]);
  });

  it("tells that rows of an embedding had no turn", async () => {
    const { parameters } = await diagnosisOf("healthy", "05-styles-not-in-the-batch.ts");
    expect(parameters.find(({ name }) => name === "styles.weight")?.excuse).toBe(
      "5 of 8 rows are not in this batch",
    );
  });
});
