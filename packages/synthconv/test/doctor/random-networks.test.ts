/**
 * Healthy random networks raise no alarm; the same with one fault are named at its line. `SYNTHCONV_NETWORKS=500`
 * runs so many, `SYNTHCONV_SEED` starts at another seed.
 */
import { describe, expect, it } from "vitest";
import { type Diagnosis, diagnose } from "../../src/doctor.js";
import { FAULTS, type RandomProgram, randomProgram } from "./random-networks.js";

const COUNT = Number(process.env.SYNTHCONV_NETWORKS ?? 30);
const SEED = Number(process.env.SYNTHCONV_SEED ?? 1);
const SEEDS = Array.from({ length: COUNT }, (_, index) => SEED + index);
/** Alarmed once: an optimizer of its own for a weight far from the loss, and Adam's steps beside biases that start at 0. */
const ONCE_ALARMED = [239, 444];
const MIN_SHARE = 0.95;

function diagnosisOf({ model, batch, loss, optimizer }: RandomProgram): Diagnosis {
  return diagnose(model, batch, loss, { optimizer });
}

describe(`random networks from seed ${SEED} on`, () => {
  it("raise no alarm where they are healthy", { timeout: 600_000 }, () => {
    const alarms = [...new Set([...ONCE_ALARMED, ...SEEDS])].flatMap((seed) => {
      const program = randomProgram(seed);
      const { state, verdict } = diagnosisOf(program);
      return state === "well" ? [] : [`${program.description}: ${verdict}`];
    });
    expect(alarms).toEqual([]);
  });

  it("are named at the line of their fault", { timeout: 600_000 }, () => {
    const missed: string[] = [];
    let tried = 0;
    for (const seed of SEEDS) {
      const fault = FAULTS[seed % FAULTS.length] as (typeof FAULTS)[number];
      const program = randomProgram(seed, fault);
      const hasVictim = program.model.stages.some((stage) =>
        stage.parameters().some(({ trainable }) => trainable),
      );
      if (!hasVictim && fault.setUp === undefined) continue;
      tried++;
      const { verdict, findings } = diagnosisOf(program);
      const [worst] = findings;
      const isNamed = worst?.severity === "fault" && worst.place?.source?.includes(`fault: ${fault.name}`);
      if (!isNamed) missed.push(`${fault.name}, ${program.description}: ${verdict}`);
    }
    expect(tried).toBeGreaterThan(0.8 * COUNT);
    console.log(`named ${tried - missed.length} of ${tried} faults at their line\n${missed.join("\n")}`);
    expect(1 - missed.length / tried, missed.join("\n")).toBeGreaterThanOrEqual(MIN_SHARE);
  });
});
