/** `--protect`: what a look is to leave as it was, trained in. */
import type { Option } from "commander";
import { type Look, PROTECTIONS, type ProtectedLook, type Protection, protectLook } from "synthconv/fit";
import { RepeatedOption } from "../../frame/config/repeated-option.js";
import { UsageError } from "../../frame/failure.js";
import type { TrainedSpaces } from "./trained-spaces.js";
import type { TrainingSource } from "./training-source.js";

export function protectOption(): Option {
  return new RepeatedOption(
    "--protect <what>",
    "keep neutrals (greys stay grey), skin (its hue and saturation) or monotone (no grey falls), once for each; " +
      "not with --recipe",
  )
    .choices(PROTECTIONS)
    .argParser((text: string, before: readonly Protection[] = []) => [...before, protectionOf(text)]);
}

function protectionOf(text: string): Protection {
  const found = PROTECTIONS.find((name) => name === text);
  if (found !== undefined) return found;
  throw new UsageError(`--protect: expected ${PROTECTIONS.join(", ")}, received ${JSON.stringify(text)}`);
}

/** @throws {UsageError} where there is more than one network to hold to it. */
export function checkProtectable(protect: readonly Protection[], recipe: string | undefined): void {
  if (protect.length === 0 || recipe === undefined) return;
  throw new UsageError(
    "--protect: expected a LUT, photos or a chart, received --recipe, whose looks have knobs or styles. " +
      "Train each of them alone to protect it.",
  );
}

/** What they keep is said in colours of sRGB; falls are falls in any encoding. */
export function checkProtectableIn({ reads, writes }: TrainedSpaces, protect: readonly Protection[]): void {
  const other = [reads, writes].find(({ name }) => name !== "srgb");
  const what = protect.find((name) => name !== "monotone");
  if (other === undefined || what === undefined) return;
  throw new UsageError(
    `--protect: expected monotone alone in ${other.title}, received ${what}, which is for looks in sRGB`,
  );
}

export function withProtection(
  look: Look,
  { training, tests, testedOn }: TrainingSource,
  protect: readonly Protection[],
): ProtectedLook {
  const [only] = training;
  const [test] = tests;
  if (protect.length === 0 || only === undefined || test === undefined) return { look, missed: [] };
  return protectLook(look, {
    protect,
    training: only.samples,
    ...(only.balance !== undefined && { balance: only.balance }),
    test: { on: testedOn, samples: test.samples },
  });
}

const KEPT: Readonly<Record<Protection, (by: number) => string>> = {
  neutrals: (by) => `greys are still tinted by up to ${by.toFixed(1)} of 255`,
  skin: (by) => `skin is still off its own colour by a mean deltaE 2000 of ${by.toFixed(2)}`,
  monotone: (by) => `greys still fall by up to ${by.toFixed(1)} of 255`,
};

/** Of what is not kept as well as was asked, a sentence each. */
export function missedSentences(missed: ProtectedLook["missed"]): string[] {
  return missed.map(({ name, by }) => `--protect ${name}: ${KEPT[name](by)}. A larger --size keeps more`);
}
