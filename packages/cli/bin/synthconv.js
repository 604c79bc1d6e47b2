#!/usr/bin/env node
import { main } from "../dist/main.js";

// `synthconv ... | head`: the reader has seen enough. The work goes on, its words are lost.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error) => {
    if (error.code !== "EPIPE") throw error;
  });
}
process.exitCode = await main(process.argv.slice(2));
