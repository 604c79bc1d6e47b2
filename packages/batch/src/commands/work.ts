import { type CommandModule, counted, defineCommand, EXIT } from "synthconv-cli/internal";
import { LocalCarrier } from "../carrier/local.js";
import { needPlan, shardsWith } from "../plan/plan-folder.js";
import { openStore } from "../store/stores.js";
import { addWorkerOptions, toOption, type WorkerOptions } from "./options.js";
import { workAsAsked } from "./working.js";

interface Options extends WorkerOptions {
  readonly to: string;
  readonly shard?: number;
}

export const work: CommandModule = defineCommand<Options>({
  description: "Works on the open shards of a plan.",
  examples: [["synthconv-batch work --to photos-warm/", "all that is open, on this machine"]],
  configure(command) {
    command.addOption(toOption());
    addWorkerOptions(command);
  },
  async run(_, options, context) {
    const destination = openStore(options.to);
    const plan = await needPlan(destination);
    const finished = await shardsWith(plan, "results");
    const carrier = new LocalCarrier();
    const open = plan.manifest.shards.map((_, shard) => shard).filter((shard) => !finished.has(shard));
    await carrier.offer(open.map((shard) => ({ plan: plan.name, destination: destination.url, shard })));
    const total = open.reduce((sum, shard) => sum + (plan.manifest.shards[shard]?.photos ?? 0), 0);
    const counts = await workAsAsked({ carrier, options, drain: true, total }, context);
    const { written, failed, shards } = counts;
    context.out.print(
      `${counted(written, "photo")} written, ${failed} failed, ${counted(shards, "shard")} finished`,
    );
    destination.close();
    return { json: { plan: plan.name, ...counts }, exitCode: failed > 0 ? EXIT.failed : EXIT.ok };
  },
});
