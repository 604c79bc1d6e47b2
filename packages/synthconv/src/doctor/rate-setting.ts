/** Where a run of the loss sets the learning rate of an optimizer itself: a schedule by hand. */

import { type CallSite, callSite } from "../core/call-site.js";
import type { Optimizer } from "../train/optimizer.js";
import { observedLoss, putBack, type Subject } from "./observed-loss.js";
import { Trace } from "./trace.js";

export interface RateSetting {
  readonly rate: number;
  readonly site: CallSite;
}

/** The last of a run; undefined where it sets none. */
export function rateSettingOf(optimizer: Optimizer, subject: Subject): RateSetting | undefined {
  const { learningRate: before } = optimizer;
  let rate = before;
  let found: RateSetting | undefined;
  const set = (next: number): void => {
    rate = next;
    found = { rate, site: callSite() };
  };
  const property = { configurable: true, enumerable: true };
  Object.defineProperty(optimizer, "learningRate", { ...property, get: () => rate, set });
  try {
    putBack(subject, () => observedLoss(subject.loss, new Trace({ hasPrints: false })));
  } finally {
    Object.defineProperty(optimizer, "learningRate", { ...property, writable: true, value: before });
  }
  return found;
}
