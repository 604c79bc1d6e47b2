// Puts the command line together from its compiled modules and the library's, in few files, with Rolldown: Node takes
// half a millisecond for each of 400 modules, which was half of the processor time of a short command. What a command
// does not need stays in files of its own. The modules stay beside it, for whoever imports them.
import { join } from "node:path";
import { buildFolder, root } from "./built-folder.mjs";

const cli = join(root, "packages/cli");
const library = join(root, "packages/synthconv/dist");
/** What is loaded by name: threads, and the process itself. */
const ENTRIES = {
  "command-line": join(cli, "dist/terminal/command-line.js"),
  "command-thread": join(cli, "dist/terminal/command-thread.js"),
  "interruption-thread": join(cli, "dist/terminal/interruption-thread.js"),
  worker: join(library, "kernels/workers/worker.js"),
};
const COMPILED = ["clip", "commands", "frame", "image", "json", "recipe", "report", "terminal", "verify"];

export async function bundleProgram({ log }) {
  await buildFolder(join(cli, "dist/program"), {
    stamp: ".synthconv-program-built",
    probe: "command-line.js",
    inputs: [
      ...COMPILED.map((name) => join(cli, "dist", name)),
      join(cli, "dist/main.js"),
      join(cli, "package.json"),
      library,
      join(root, "scripts/bundle-program.mjs"),
    ],
    build: async (folder) => {
      log("putting the command line together (rolldown)");
      const { rolldown } = await import("rolldown");
      const bundle = await rolldown({
        cwd: root,
        input: ENTRIES,
        platform: "node",
        // Other packages stay packages: they have licences of their own, and some have native parts.
        external: (id) => /^[^./]/.test(id) && !/^synthconv(\/|$)/.test(id),
        onLog: (level, { message }) => {
          if (level === "warn") throw new Error(`the program cannot be put together: ${message}`);
        },
      });
      await bundle.write({ dir: folder, format: "esm" });
      await bundle.close();
    },
  });
}
