/** Numbers on the command line, read strictly: `parseFloat("0,5")` is 0, and a photo would be lost to that. */
import { Option } from "commander";
import { UsageError } from "./failure.js";

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const DURATION = /^(.*?)(ms|s|min|h)?$/;
const SECONDS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, min: 60, h: 3600 };

export interface NumberRule {
  readonly minimum?: number;
  readonly maximum?: number;
  /** `minimum` itself is refused. */
  readonly above?: boolean;
  /** A whole number; 1e3 is one. */
  readonly whole?: boolean;
}

/**
 * @param where the option that the text belongs to, for the message.
 * @throws {UsageError} when the text is no number or breaks the rule.
 */
export function parseNumber(where: string, text: string, rule: NumberRule = {}): number {
  const value = NUMBER.test(text) ? Number(text) : Number.NaN;
  const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = rule;
  const fits =
    Number.isFinite(value) &&
    (rule.above === true ? value > minimum : value >= minimum) &&
    value <= maximum &&
    (rule.whole !== true || Number.isSafeInteger(value));
  if (fits) return value;
  const repair = /^[+-]?\d+,\d+$/.test(text) ? `. Write ${text.replace(",", ".")}, with a point` : "";
  throw new UsageError(`${where}: expected ${describeRule(rule)}, received ${JSON.stringify(text)}${repair}`);
}

/** Seconds from `90`, `90s`, `1.5min`, `2h` or `500ms`. */
export function parseDuration(where: string, text: string): number {
  const [, amount = "", unit = "s"] = DURATION.exec(text) ?? [];
  const seconds = NUMBER.test(amount) ? Number(amount) * (SECONDS[unit] as number) : Number.NaN;
  if (Number.isFinite(seconds) && seconds > 0) return seconds;
  throw new UsageError(
    `${where}: expected a time such as 90, 90s, 5min or 1h, received ${JSON.stringify(text)}`,
  );
}

/** A commander option with one number. */
export function numberOption(flags: string, description: string, rule: NumberRule = {}): Option {
  const option = new Option(flags, description);
  return option.argParser((text: string) => parseNumber(option.long ?? flags, text, rule));
}

function describeRule({ minimum, maximum, above, whole }: NumberRule): string {
  const kind = whole === true ? "a whole number" : "a number";
  if (minimum !== undefined && maximum !== undefined) return `${kind} from ${minimum} to ${maximum}`;
  if (minimum !== undefined) return `${kind} ${above === true ? "above" : "from"} ${minimum}`;
  return maximum === undefined ? kind : `${kind} up to ${maximum}`;
}

/** An option that takes a whole number. */
export function wholeOption(flags: string, description: string, minimum: number, maximum?: number): Option {
  return numberOption(flags, description, {
    minimum,
    whole: true,
    ...(maximum !== undefined && { maximum }),
  });
}
