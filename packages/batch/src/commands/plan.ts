import { type CommandModule, counted, defineCommand, EXIT, formatCount } from "synthconv-cli/internal";
import { addPlanOptions, type PlanOptions } from "./options.js";
import { planAsAsked, planFields } from "./planning.js";

export const plan: CommandModule = defineCommand<PlanOptions>({
  description:
    "Lists photos into shards and writes the plan into the destination. The same plan again changes nothing but that photos " +
    "that failed are tried again; what is done and unchanged is not done again, whatever is planned.",
  examples: [
    ["synthconv-batch plan warm.safetensors photos/ --to photos-warm/", "a folder and all below it"],
    [
      "synthconv-batch plan warm.safetensors s3://archive/2024 --to s3://archive/2024-warm --set fade=0.3",
      "a bucket, and a knob of the look",
    ],
  ],
  configure: addPlanOptions,
  async run(operands, options, context) {
    const planned = await planAsAsked(operands, options, context);
    const { manifest, name, destination } = planned.plan;
    const done = planned.done > 0 ? `, ${formatCount(planned.done)} of them done already` : "";
    context.out.print([
      `plan ${name}: ${counted(manifest.photos, "photo")} in ${counted(manifest.shards.length, "shard")}${done}`,
      `${counted(planned.open.length, "shard")} to work on: synthconv-batch work --to ${destination.url}`,
    ]);
    destination.close();
    return {
      json: planFields(planned),
      exitCode: planned.leftOut.refused.length > 0 ? EXIT.failed : EXIT.ok,
    };
  },
});
