import {
  type CommandModule,
  counted,
  defineCommand,
  EXIT,
  formatCount,
  leftOutParts,
} from "synthconv-cli/internal";
import { LocalCarrier } from "../carrier/local.js";
import { progressOf } from "../plan/progress.js";
import { addPlanOptions, addWorkerOptions, type PlanOptions, type WorkerOptions } from "./options.js";
import { planAsAsked, planFields } from "./planning.js";
import { workAsAsked } from "./working.js";

export const run: CommandModule = defineCommand<PlanOptions & WorkerOptions>({
  description:
    "Plans, works and reports on this machine, without a server of any kind. Interrupted or repeated it goes on where it was; " +
    "photos that failed are tried again.",
  examples: [
    ["synthconv-batch run warm.safetensors photos/ --to photos-warm/", "a folder and all below it"],
    ["synthconv-batch run warm.safetensors s3://archive/2024 --to graded/ --concurrency 4", "from a bucket"],
  ],
  configure(command) {
    addPlanOptions(command);
    addWorkerOptions(command);
  },
  async run(operands, options, context) {
    const planned = await planAsAsked(operands, options, context);
    const { plan, open, done } = planned;
    const carrier = new LocalCarrier();
    await carrier.offer(open.map((shard) => ({ plan: plan.name, destination: plan.destination.url, shard })));
    const total = plan.manifest.photos;
    const counts = await workAsAsked({ carrier, options, drain: true, total, done }, context);
    const { photos } = await progressOf(plan);
    const parts = [`${counted(counts.written, "photo")} written to ${options.to}`];
    if (done > 0) parts.push(`${formatCount(done)} already there`);
    if (photos.failed > 0) parts.push(`${formatCount(photos.failed)} failed`);
    context.out.print([...parts, ...leftOutParts(planned.leftOut)].join(", "));
    plan.destination.close();
    const isMissing = photos.failed > 0 || planned.leftOut.refused.length > 0 || photos.done < total;
    return {
      json: { ...planFields(planned), written: counts.written, failed: photos.failed },
      exitCode: isMissing ? EXIT.failed : EXIT.ok,
    };
  },
});
