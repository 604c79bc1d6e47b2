/** Options that apply and bake share: how a look is to be used. */
import { type Command, Option } from "commander";
import { type Look, type PixelNetwork, type Settings, synthesize } from "synthconv/look";
import { UsageError } from "./failure.js";
import { numberOption, parseNumber } from "./numbers.js";

export interface LookOptions {
  /** Knob settings by name. */
  readonly set: Settings;
  /** 0 to 1. */
  readonly strength: number;
}

export function addLookOptions(command: Command): void {
  command
    .addOption(
      new Option("--set <name=value>", "set a knob of the look; once per knob")
        .argParser(collectSetting)
        .default({}, "each knob's own default"),
    )
    .addOption(
      numberOption("--strength <share>", "0 leaves the photo as it is, 1 is the whole look", {
        minimum: 0,
        maximum: 1,
      }).default(1),
    );
}

/**
 * The network that the look writes for these settings.
 *
 * @throws {UsageError} naming the knob that does not exist or whose value lies outside its range.
 */
export function synthesizeAsAsked(look: Look, settings: Settings): PixelNetwork {
  try {
    return synthesize(look, settings);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "VALUE")) throw error;
    throw new UsageError(`--set: ${error.message}`, { cause: error });
  }
}

function collectSetting(text: string, previous: Settings): Settings {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) {
    throw new UsageError(`--set: expected name=value, such as warmth=0.5, received ${JSON.stringify(text)}`);
  }
  if (Object.hasOwn(previous, name)) {
    throw new UsageError(`--set: expected each knob once, received ${name} twice`);
  }
  return { ...previous, [name]: parseNumber(`--set ${name}`, value) };
}
