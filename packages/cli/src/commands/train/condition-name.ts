import type { ConditionError } from "./measured.js";

/** `portra fade=0.3`, for a report. */
export function conditionName({ set, style }: ConditionError): string {
  const settings = Object.entries(set).map(([name, value]) => `${name}=${value}`);
  return (
    [...(typeof style === "string" ? [style] : []), ...settings].join(" ") || "all knobs at their default"
  );
}
