import { formatDuration } from "synthconv/internal/node";
import { type CommandModule, defineCommand, EXIT, formatCount } from "synthconv-cli/internal";
import type { CarrierCounts } from "../carrier/carrier.js";
import { type CarrierOptions, openCarrier } from "../carrier/carriers.js";
import { needPlan } from "../plan/plan-folder.js";
import { type PlanProgress, progressOf } from "../plan/progress.js";
import { openStore } from "../store/stores.js";
import { addCarrierOptions, toOption } from "./options.js";

export const status: CommandModule = defineCommand<CarrierOptions & { readonly to: string }>({
  description:
    "How far a plan is, from what its workers have left in the destination. The rate is that of the last 200 shards, by the " +
    "store's own clock.",
  examples: [
    ["synthconv-batch status --to photos-warm/", "of one destination"],
    ["synthconv-batch status --to photos-warm/ --redis redis://queue:6379", "and what the queue holds"],
  ],
  configure(command) {
    command.addOption(toOption());
    addCarrierOptions(command);
  },
  async run(_, options, { out }) {
    const carrier = await openCarrier(options);
    const destination = openStore(options.to);
    try {
      const plan = await needPlan(destination);
      const progress = await progressOf(plan);
      const queue = options.redis === undefined ? undefined : await carrier.counts();
      out.print([...progressLines(plan.name, progress), ...(queue === undefined ? [] : [queueLine(queue)])]);
      return { json: { plan: plan.name, ...progress, ...(queue && { queue }) }, exitCode: EXIT.ok };
    } finally {
      await carrier.close();
      destination.close();
    }
  },
});

function progressLines(name: string, progress: PlanProgress): string[] {
  const { shards, photos, rate, secondsLeft, isCancelled } = progress;
  const lines = [
    `plan ${name}${isCancelled ? ", cancelled" : ""}: ${formatCount(photos.done)} of ${formatCount(photos.total)} photos, ` +
      `${formatCount(photos.failed)} of them failed`,
    `shards: ${formatCount(shards.finished)} of ${formatCount(shards.total)} finished, ${formatCount(shards.begun)} begun`,
  ];
  if (rate !== undefined && secondsLeft !== undefined && photos.done < photos.total)
    lines.push(`${rate.toFixed(1)} photos a second, ${formatDuration(secondsLeft)} left`);
  return lines;
}

/** Shards of all plans that are in it. */
function queueLine({ waiting, active, failed }: CarrierCounts): string {
  return `queue: ${formatCount(waiting)} waiting, ${formatCount(active)} active, ${formatCount(failed)} given up`;
}
