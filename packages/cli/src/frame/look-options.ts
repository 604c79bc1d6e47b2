/** Options that apply and bake share: how a look is to be used. */
import type { Command } from "commander";
import { type Look, type PixelNetwork, type Settings, synthesize } from "synthconv/look";
import { RepeatedOption } from "./config/repeated-option.js";
import { UsageError } from "./failure.js";
import { type KnobCourse, parseCourse } from "./knob-course.js";
import { numberOption, parseNumber } from "./numbers.js";

export interface LookOptions {
  /** Knob settings by name. */
  readonly set: Settings;
  /** Shares by the names of styles; empty for the look's first style. */
  readonly style: Readonly<Record<string, number>>;
  /** 0 to 1. */
  readonly strength: number;
  /** Bring settings into their range, and shares to 1, instead of refusing them. */
  readonly clamp?: boolean;
}

/** What a look is to do, once settings have been checked against it. */
export interface AskedLook {
  readonly network: PixelNetwork;
  /** As they are used: with `--clamp` inside their ranges. */
  readonly settings: Settings;
  /** Shares by style, the default's name in full; undefined for a look without styles. */
  readonly styles: Readonly<Record<string, number>> | undefined;
}

/** Settings by name, of which some may move over time. */
export type SettingsOverTime = Readonly<Record<string, number | KnobCourse>>;

/** @param overTime whether knobs may move over time: then `set` is `SettingsOverTime`. */
export function addLookOptions(command: Command, overTime = false): void {
  const help = overTime ? "; in clips also over time, warmth=0:0,10s:1" : "";
  command
    .addOption(
      new RepeatedOption("--set <name=value>", `set a knob of the look; once per knob${help}`)
        .argParser((text: string, previous: SettingsOverTime) => collectSetting(text, previous, overTime))
        .default({}, "each knob's own default"),
    )
    .addOption(
      new RepeatedOption(
        "--style <name=share>",
        "a style of the look, or several with shares that make 1: a blend; once per style",
      )
        .argParser(collectStyle)
        .default({}, "the look's first style"),
    )
    .option(
      "--clamp",
      "bring settings outside their range to its end, and shares to 1, instead of refusing them",
    )
    .addOption(
      numberOption("--strength <share>", "0 leaves the photo as it is, 1 is the whole look", {
        minimum: 0,
        maximum: 1,
      }).default(1),
    );
}

/**
 * The network that the look writes for these settings and this style.
 *
 * @throws {UsageError} naming the knob or the style that does not exist or whose value lies outside its range.
 */
export function synthesizeAsAsked(look: Look, { set, style, clamp = false }: LookOptions): AskedLook {
  const settings = clamp ? clamped(look, set) : set;
  const asked = clamp ? scaled(style) : style;
  const blend = Object.keys(asked).length === 0 ? undefined : asked;
  try {
    const network = synthesize(look, settings, blend);
    const first = look.schema.styles?.[0]?.name;
    return { network, settings, styles: blend ?? (first === undefined ? undefined : { [first]: 1 }) };
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "VALUE")) throw error;
    const option = error.message.startsWith("style") ? "--style" : "--set";
    throw new UsageError(`${option}: ${error.message}`, { cause: error });
  }
}

/** `fade=0.3, golden 0.7`: what differs from the look as it is, for a comment in a file. */
export function settingsNote({ settings, styles = {} }: AskedLook, strength: number): string[] {
  const notes = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  for (const [name, share] of Object.entries(styles)) notes.push(share === 1 ? name : `${name}=${share}`);
  if (strength !== 1) notes.push(`strength ${strength}`);
  return notes;
}

/** Settings of knobs that the look does not have are left to be refused. */
function clamped({ schema }: Look, set: Settings): Settings {
  return Object.fromEntries(
    Object.entries(set).map(([name, value]) => {
      const knob = schema.condition.find((one) => one.name === name);
      return [name, knob === undefined ? value : Math.min(Math.max(value, knob.minimum), knob.maximum)];
    }),
  );
}

/** Shares below 0 count as none; without any share above 0 they are left to be refused. */
function scaled(style: LookOptions["style"]): LookOptions["style"] {
  const shares = Object.entries(style).map(([name, share]) => [name, Math.max(share, 0)] as const);
  const total = shares.reduce((sum, [, share]) => sum + share, 0);
  return total === 0 ? style : Object.fromEntries(shares.map(([name, share]) => [name, share / total]));
}

function collectStyle(text: string, previous: LookOptions["style"]): LookOptions["style"] {
  const at = text.indexOf("=");
  const name = at < 0 ? text : text.slice(0, at);
  if (name === "") {
    throw new UsageError(`--style: expected name or name=share, received ${JSON.stringify(text)}`);
  }
  if (Object.hasOwn(previous, name)) {
    throw new UsageError(`--style: expected each style once, received ${name} twice`);
  }
  return { ...previous, [name]: at < 0 ? 1 : parseNumber(`--style ${name}`, text.slice(at + 1)) };
}

function collectSetting(text: string, previous: SettingsOverTime, overTime: boolean): SettingsOverTime {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) {
    throw new UsageError(`--set: expected name=value, such as warmth=0.5, received ${JSON.stringify(text)}`);
  }
  if (Object.hasOwn(previous, name)) {
    throw new UsageError(`--set: expected each knob once, received ${name} twice`);
  }
  const parse = overTime && value.includes(":") ? parseCourse : parseNumber;
  return { ...previous, [name]: parse(`--set ${name}`, value) };
}
