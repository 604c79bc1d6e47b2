import {
  type CommandContext,
  type CommandModule,
  counted,
  defineCommand,
  EXIT,
  formatCount,
  leftOutParts,
} from "synthconv-cli/internal";
import type { Carrier } from "../carrier/carrier.js";
import { type CarrierOptions, openCarrier } from "../carrier/carriers.js";
import { addCarrierOptions, addPlanOptions, type PlanOptions } from "./options.js";
import { type Planned, planAsAsked, planFields } from "./planning.js";

export const plan: CommandModule = defineCommand<PlanOptions & CarrierOptions>({
  description:
    "Lists photos into shards and writes the plan into the destination. The same plan again changes nothing but that photos " +
    "that failed are tried again; what is done and unchanged is not done again, whatever is planned.",
  examples: [
    ["synthconv-batch plan warm.safetensors photos/ --to photos-warm/", "a folder and all below it"],
    [
      "synthconv-batch plan warm.safetensors s3://archive/2024 --to s3://archive/2024-warm --set fade=0.3",
      "a bucket, and a knob of the look",
    ],
    [
      "synthconv-batch plan warm.safetensors photos/ --to photos-warm/ --redis redis://queue:6379",
      "for workers that listen there",
    ],
  ],
  configure(command) {
    addPlanOptions(command);
    addCarrierOptions(command);
  },
  async run(operands, options, context) {
    // Before a million photos are listed in vain.
    const carrier = await openCarrier(options);
    const planned = await planAndOffer(carrier, operands, options, context);
    const { manifest, name, destination } = planned.plan;
    const parts = [
      `plan ${name}: ${counted(manifest.photos, "photo")} in ${counted(manifest.shards.length, "shard")}`,
      ...(planned.done > 0 ? [`${formatCount(planned.done)} of them done already`] : []),
      ...leftOutParts(planned.leftOut),
    ];
    context.out.print([
      parts.join(", "),
      `${counted(planned.open.length, "shard")} to work on: synthconv-batch work ${workersOption(options)}`,
    ]);
    destination.close();
    return {
      json: planFields(planned),
      exitCode: planned.leftOut.refused.length > 0 ? EXIT.failed : EXIT.ok,
    };
  },
});

async function planAndOffer(
  carrier: Carrier,
  operands: readonly string[],
  options: PlanOptions,
  context: CommandContext,
): Promise<Planned> {
  try {
    const planned = await planAsAsked(operands, options, context);
    const { name: plan, destination } = planned.plan;
    await carrier.offer(planned.open.map((shard) => ({ plan, destination: destination.url, shard })));
    return planned;
  } finally {
    await carrier.close();
  }
}

function workersOption({ redis, to }: PlanOptions & CarrierOptions): string {
  return redis === undefined ? `--to ${to}` : `--redis ${redis}`;
}
