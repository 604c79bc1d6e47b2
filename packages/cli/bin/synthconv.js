#!/usr/bin/env node
import { runCommandLine } from "../dist/terminal/command-line.js";

await runCommandLine(process.argv.slice(2));
