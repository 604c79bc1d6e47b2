import { type CommandModule, defineCommand, EXIT } from "synthconv-cli/internal";
import { documentKey, needPlan } from "../plan/plan-folder.js";
import { openStore } from "../store/stores.js";
import { toOption } from "./options.js";

interface Options {
  readonly to: string;
}

export const cancel: CommandModule = defineCommand<Options>({
  description:
    "Stops a plan: workers notice within seconds and leave its shards. What is done stays, and planning again goes on with it.",
  examples: [["synthconv-batch cancel --to photos-warm/", "the plan of that destination"]],
  configure: (command) => command.addOption(toOption()),
  async run(_, { to }, { out }) {
    const destination = openStore(to);
    const { name } = await needPlan(destination);
    await destination.write(documentKey(name, "cancelled"), Buffer.from("{}\n"));
    out.print(`plan ${name} is cancelled: plan again to go on`);
    destination.close();
    return { json: { plan: name, cancelled: true }, exitCode: EXIT.ok };
  },
});
