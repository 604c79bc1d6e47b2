import { formatDuration } from "synthconv/internal/node";
import { type CommandModule, defineCommand, EXIT, formatCount } from "synthconv-cli/internal";
import { needPlan } from "../plan/plan-folder.js";
import { progressOf } from "../plan/progress.js";
import { openStore } from "../store/stores.js";
import { toOption } from "./options.js";

export const status: CommandModule = defineCommand<{ readonly to: string }>({
  description:
    "How far a plan is, from what its workers have left in the destination. The rate is that of the last 200 shards, by the " +
    "store's own clock.",
  examples: [["synthconv-batch status --to photos-warm/", "once"]],
  configure: (command) => command.addOption(toOption()),
  async run(_, { to }, { out }) {
    const destination = openStore(to);
    const plan = await needPlan(destination);
    const progress = await progressOf(plan);
    const { shards, photos, rate, secondsLeft, isCancelled } = progress;
    const lines = [
      `plan ${plan.name}${isCancelled ? ", cancelled" : ""}: ${formatCount(photos.done)} of ${formatCount(photos.total)} photos, ` +
        `${formatCount(photos.failed)} of them failed`,
      `shards: ${formatCount(shards.finished)} of ${formatCount(shards.total)} finished, ${formatCount(shards.begun)} begun`,
    ];
    if (rate !== undefined && secondsLeft !== undefined && photos.done < photos.total)
      lines.push(`${rate.toFixed(1)} photos a second, ${formatDuration(secondsLeft)} left`);
    out.print(lines);
    destination.close();
    return { json: { plan: plan.name, ...progress }, exitCode: EXIT.ok };
  },
});
