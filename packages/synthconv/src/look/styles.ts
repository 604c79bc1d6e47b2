/** Styles of a look: which there are, and how a blend of them is asked for. */
import { check } from "../core/arguments.js";
import { describeValue, isPlainObject } from "../core/describe-value.js";
import { ValueError } from "../core/errors.js";
import { type Kind, kind } from "../core/kinds.js";
import { nearestName } from "../core/nearest-name.js";

/** One of the looks that a file holds, by name. */
export interface Style {
  /** A letter or digit, then letters, digits, `_`, `-`, `+` or `.`; other than the names of knobs. */
  readonly name: string;
  readonly description?: string | undefined;
}

/** A style by its name, or several with their shares, which make 1: `{ portra: 0.3, golden: 0.7 }`. */
export type StyleBlend = string | Readonly<Record<string, number>>;

export interface StyleShare {
  /** Its place among the look's styles. */
  readonly index: number;
  /** Above 0; all together are 1. */
  readonly share: number;
}

/** How far shares may be from 1 together: thirds are written 0.33. */
const SLACK = 0.011;

const BLEND: Kind<StyleBlend> = kind(
  "the name of a style, or an object of shares by the names of styles",
  (value) => typeof value === "string" || isPlainObject(value),
  () => 'Write "portra", or { portra: 0.3, golden: 0.7 }.',
);

/**
 * @param style undefined for the first style, which is the default.
 * @returns the styles that have a share, in the look's order; none for a look without styles.
 * @throws {ValueError} naming the style that does not exist, a share outside 0 to 1, or shares that do not make 1.
 */
export function styleShares(styles: readonly Style[], style: StyleBlend | undefined): StyleShare[] {
  if (style === undefined) return styles.length === 0 ? [] : [{ index: 0, share: 1 }];
  check("synthesize", "style", style, BLEND);
  const shares = Object.entries(typeof style === "string" ? { [style]: 1 } : style);
  for (const [name, share] of shares) checkShare(styles, name, share);
  const total = shares.reduce((sum, [, share]) => sum + share, 0);
  if (Math.abs(total - 1) > SLACK) {
    throw new ValueError({
      where: "styles",
      expected: "shares that make 1 together",
      received: `${shares.map(([name, share]) => `${name}=${share}`).join(" ") || "no style"}, together ${Number(total.toFixed(4))}`,
      ...(shares.length === 1 && { repair: "For less of one style lower the strength." }),
    });
  }
  return styles.flatMap(({ name }, index) => {
    const share = shares.find(([asked]) => asked === name)?.[1] ?? 0;
    return share === 0 ? [] : [{ index, share: share / total }];
  });
}

function checkShare(styles: readonly Style[], name: string, share: number): void {
  const names = styles.map((style) => style.name);
  if (!names.includes(name)) {
    const near = nearestName(name, names);
    throw new ValueError({
      where: `style ${name}`,
      expected: names.length === 0 ? "no style (this look has none)" : `one of ${names.join(", ")}`,
      received: describeValue(name),
      ...(near !== undefined && { repair: `Did you mean ${near}?` }),
    });
  }
  if (typeof share === "number" && share >= 0 && share <= 1) return;
  throw new ValueError({
    where: `style ${name}`,
    expected: "a share from 0 to 1",
    received: describeValue(share),
  });
}
