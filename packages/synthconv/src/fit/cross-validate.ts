/** The error to expect of a look on what it was not trained on, before there is any such thing. */
import { check } from "../core/arguments.js";
import { ValueError } from "../core/errors.js";
import { STRING } from "../core/kinds.js";
import type { ErrorRecord } from "../look/index.js";
import { concatSamples } from "./concat-samples.js";
import { fitLook } from "./fit-look.js";
import { checkFitOptions, type FitOptions } from "./fit-options.js";
import { checkSampleList } from "./kinds.js";
import { measureLook } from "./measure.js";
import type { ColourSamples } from "./samples.js";

/**
 * Trains a look on all groups but one, measures it on that one, and so on for each: the mean of the errors. Groups are
 * whole regions of photos, or whole photos: a colour of a small block has neighbours that are all but the same, so blocks
 * that are held out say how well a look knows its own photo, and not another.
 *
 * @param groups two or more.
 * @param on what the groups are: `held-out regions`, `held-out photos`.
 * @throws {ValueError} for fewer than two groups, and as `fitLook` does.
 * @returns PSNR, means and percentiles averaged over the groups, the largest errors of all; undefined where it was aborted.
 */
export async function crossValidate(
  groups: readonly ColourSamples[],
  options: FitOptions,
  on: string,
): Promise<ErrorRecord | undefined> {
  checkSampleList("crossValidate", "groups", groups);
  check("crossValidate", "on", on, STRING);
  checkFitOptions(options);
  if (groups.length < 2) {
    throw new ValueError({
      where: "crossValidate groups",
      expected: "two or more",
      received: String(groups.length),
    });
  }
  const records: ErrorRecord[] = [];
  for (const [nth, group] of groups.entries()) {
    const others = concatSamples(groups.filter((_, other) => other !== nth));
    const { look, result } = await fitLook([{ samples: others }], options);
    if (result.reason === "aborted") return undefined;
    records.push(measureLook(look, [{ samples: group }], on));
  }
  return averageOf(records, on);
}

function averageOf(records: readonly ErrorRecord[], on: string): ErrorRecord {
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const known = records.flatMap(({ psnr }) => (psnr === null ? [] : [psnr]));
  const statistics = (name: "deltaE76" | "deltaE2000"): ErrorRecord["deltaE76"] => {
    const all = records.map((record) => record[name]);
    return {
      mean: mean(all.map((one) => one.mean)),
      p95: mean(all.map((one) => one.p95)),
      max: all.reduce((most, { max }) => Math.max(most, max), 0),
    };
  };
  return {
    on,
    colours: records.reduce((sum, { colours }) => sum + colours, 0),
    psnr: known.length === 0 ? null : mean(known),
    deltaE76: statistics("deltaE76"),
    deltaE2000: statistics("deltaE2000"),
  };
}
