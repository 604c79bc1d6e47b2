/** What `plan` and `run` have in common: from operands to a plan that is settled in its destination. */
import { Progress } from "synthconv/internal/node";
import { serializeLook } from "synthconv/look";
import { type CommandContext, readLook, UsageError, unreadAdvice } from "synthconv-cli/internal";
import { makePlan } from "../plan/make-plan.js";
import { type SettledPlan, settlePlan } from "../plan/settle-plan.js";
import { sourcesOf } from "../plan/sources.js";
import type { LeftOut } from "../store/store.js";
import { openStore } from "../store/stores.js";
import { type PlanOptions, settingsOf } from "./options.js";

export interface Planned extends SettledPlan {
  readonly leftOut: LeftOut;
}

export async function planAsAsked(
  [file = "", ...operands]: readonly string[],
  options: PlanOptions,
  context: CommandContext,
): Promise<Planned> {
  if (options.to === "") throw new UsageError('--to: expected a name, received an empty one, ""');
  const { out, signal } = context;
  const { look } = await readLook(file, context);
  const destination = openStore(options.to);
  const sources = await sourcesOf(operands);
  const progress = new Progress({
    label: "list",
    unit: "photos",
    stream: out.stderr,
    silent: out.quiet,
    signal,
  });
  try {
    const { settings, lookBytes } = { settings: settingsOf(options), lookBytes: serializeLook(look) };
    const made = await makePlan({
      ...{ look, lookBytes, settings, sources, destination },
      shardSize: options.shardSize,
      onListed: (photos) => progress.update(photos),
    });
    progress.finish();
    signal.throwIfAborted();
    for (const { name, reason } of made.leftOut.refused) out.error(`${name}: left out: ${reason}`);
    const advice = unreadAdvice(made.leftOut.unread);
    if (advice !== undefined) out.warn(advice);
    return { ...(await settlePlan(made, options.replace === true)), leftOut: made.leftOut };
  } finally {
    for (const { store } of sources) store.close();
  }
}

/** The fields of a plan in the document that --json prints. */
export function planFields({ plan, done, open, leftOut }: Planned): object {
  const { photos, bytes, shards } = plan.manifest;
  return {
    plan: plan.name,
    destination: plan.destination.url,
    photos,
    bytes,
    shards: shards.length,
    openShards: open.length,
    alreadyDone: done,
    leftOut: {
      unread: Object.fromEntries(leftOut.unread),
      otherFiles: leftOut.otherFiles,
      links: leftOut.links,
      refused: leftOut.refused,
    },
  };
}
