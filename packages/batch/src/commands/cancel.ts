import { type CommandModule, defineCommand, EXIT } from "synthconv-cli/internal";
import { type CarrierOptions, openCarrier } from "../carrier/carriers.js";
import { documentKey, needPlan } from "../plan/plan-folder.js";
import { openStore } from "../store/stores.js";
import { addCarrierOptions, toOption } from "./options.js";

interface Options extends CarrierOptions {
  readonly to: string;
}

export const cancel: CommandModule = defineCommand<Options>({
  description:
    "Stops a plan: workers notice within seconds and leave its shards. What is done stays, and planning again goes on with it.",
  examples: [["synthconv-batch cancel --to photos-warm/", "the plan of that destination"]],
  configure(command) {
    command.addOption(toOption());
    addCarrierOptions(command);
  },
  async run(_, options, { out }) {
    const carrier = await openCarrier(options);
    const destination = openStore(options.to);
    try {
      const { name } = await needPlan(destination);
      await destination.write(documentKey(name, "cancelled"), Buffer.from("{}\n"));
      const removed = await carrier.cancel(name);
      out.print(`plan ${name} is cancelled: plan again to go on`);
      return { json: { plan: name, cancelled: true, removedFromQueue: removed }, exitCode: EXIT.ok };
    } finally {
      await carrier.close();
      destination.close();
    }
  },
});
