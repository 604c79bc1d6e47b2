import { DEFAULT_PORT, StudioServerError, serveStudio } from "synthconv-studio";
import { type CommandModule, defineCommand } from "../frame/command.js";
import { CommandError } from "../frame/failure.js";
import { numberOption } from "../frame/numbers.js";

interface Options {
  readonly port: number;
}

export const studio: CommandModule = defineCommand<Options>({
  description:
    "Serves the studio, a page where looks are trained, compared and applied, to this machine alone and prints its address. " +
    "Photos stay in the browser. It runs until Ctrl-C.",
  examples: [
    ["synthconv studio", "then open the printed address in a browser"],
    ["synthconv studio --port 0", "on any free port"],
  ],
  configure(command) {
    command.addOption(
      numberOption("--port <number>", "where to listen, 0 for a free one; sessions belong to the address", {
        minimum: 0,
        maximum: 65_535,
        whole: true,
      }).default(DEFAULT_PORT),
    );
  },
  async run(_operands, { port }, { out, signal }) {
    const server = await serveStudio({ port }).catch((error: unknown) => {
      if (error instanceof StudioServerError)
        throw new CommandError("STUDIO", error.message, { cause: error });
      throw error;
    });
    out.print([server.address]);
    if (out.json) out.stderr.write(`${server.address}\n`);
    await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
    await server.close();
    return { json: { address: server.address } };
  },
});
