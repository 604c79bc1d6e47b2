/** `synthconv-studio [--port N]`: serves the studio until Ctrl-C. */
import { parseArgs } from "node:util";
import { serveStudio } from "./serve.js";

/** The same every time, so that the browser finds its sessions again: they belong to the address. */
export const DEFAULT_PORT = 4173;

const HELP = `Usage: synthconv-studio [--port <number>]

Serves the studio on this machine alone, until Ctrl-C, and prints its address. Photos stay in the browser.

  --port <number>  where to listen, 0 for a free one (default: ${DEFAULT_PORT}); sessions belong to the address
  --help           this text
`;

/**
 * @param args without the interpreter and the script.
 * @returns the exit code: 0 after Ctrl-C, 1 where it cannot be served, 2 for wrong usage.
 */
export async function runStudio(args: readonly string[]): Promise<number> {
  const port = portOf(args);
  if (typeof port === "string") {
    (port === HELP ? process.stdout : process.stderr).write(port);
    return port === HELP ? 0 : 2;
  }
  try {
    const server = await serveStudio({ port });
    process.stdout.write(`${server.address}\n`);
    process.stderr.write("The studio is served on this machine alone. Ctrl-C ends it.\n");
    await new Promise<void>((resolve) => {
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
    });
    await server.close();
    return 0;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

/** A port, or the text to print. */
function portOf(args: readonly string[]): number | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { port: { type: "string", default: String(DEFAULT_PORT) }, help: { type: "boolean" } },
    });
    if (values.help) return HELP;
    const port = Number(values.port);
    if (/^\d+$/.test(values.port) && port <= 65_535) return port;
    return `synthconv-studio --port: expected a number from 0 to 65535, received ${values.port}.\n`;
  } catch (error) {
    return `synthconv-studio: ${(error as Error).message}\n`;
  }
}
