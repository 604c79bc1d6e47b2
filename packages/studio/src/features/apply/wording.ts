/** Why a file was not saved, as a person says it. */
import { lookTexts } from "../../texts/index.js";

const reasons = lookTexts.apply.reasons;

/** By the names that browsers give to these errors. */
const REASONS: Readonly<Record<string, string>> = {
  NotAllowedError: reasons.forbidden,
  SecurityError: reasons.forbidden,
  QuotaExceededError: reasons.full,
  NotFoundError: reasons.gone,
  NoModificationAllowedError: reasons.held,
  TypeError: reasons.name,
};

export function whyNotSaved(error: unknown): string {
  const { name = "", message = String(error) } = error as Partial<Error>;
  return REASONS[name] ?? reasons.other(message);
}
