/** When greys are good enough, and which of two are better. */
import { check } from "../core/arguments.js";
import { type Kind, kind, listOf, NUMBER, record } from "../core/kinds.js";
import type { GreyRecord } from "./measure-greys.js";

/** A fall, and a tint, that no 8-bit code shows, in 255ths. */
const UNSEEN_FALL = 0.25;
const UNSEEN_TINT = 0.1;

export function isUnseen({ fall, tint }: GreyRecord): boolean {
  return fall <= UNSEEN_FALL && (tint ?? 0) <= UNSEEN_TINT;
}

export function badness({ fall, tint }: GreyRecord): number {
  return Math.max(fall, UNSEEN_FALL) + Math.max(tint ?? 0, UNSEEN_TINT);
}

const RECORDS: Kind<readonly GreyRecord[]> = listOf(
  record<GreyRecord>({
    fall: NUMBER,
    fallAt: NUMBER,
    tint: kind("a number or null", (value) => value === null || typeof value === "number"),
  }),
  "a list of records of greys",
);

/** The largest of each; a tint where one of the sources is monochrome. */
export function worstGreys(records: readonly GreyRecord[]): GreyRecord {
  check("worstGreys", "records", records, RECORDS);
  return records.reduce<GreyRecord>(
    (worst, one) => {
      const tint = one.tint === null ? worst.tint : Math.max(one.tint, worst.tint ?? 0);
      return { ...(one.fall > worst.fall ? one : worst), tint };
    },
    { fall: 0, fallAt: 0, tint: null },
  );
}
