/** Child process: this library, behind the protocol of peers. */
import { readFileSync } from "node:fs";
import { startThreads } from "synthconv";
import { currentBackend } from "synthconv/look";
import { convolutionWork, inferenceWork, TRAINING_FORMULATIONS, trainingWork } from "./library-works.js";
import { operationWork } from "./operation-works.js";
import type { Preparation } from "./protocol.js";
import { type Engine, type ReadyWork, serve } from "./serve.js";

async function start(): Promise<Engine> {
  const manifest = new URL("../../../packages/synthconv/package.json", import.meta.url);
  const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { version: string };
  return {
    description: {
      versions: { synthconv: `${version}, ${currentBackend()} build` },
      formulations: {
        training: TRAINING_FORMULATIONS,
        inference: ["pixelNetworkForward"],
        convolution: ["conv2d"],
        convolutionPerSample: ["conv2d"],
      },
      cannot: {},
      mostThreads: 256,
    },
    prepare,
  };
}

async function prepare({ work, formulation, threads }: Preparation): Promise<ReadyWork> {
  // Before the tensors: with threads they go into shared memory.
  const started = await startThreads({ threads });
  if (started.threads !== threads) throw new Error(started.reason ?? `${started.threads} threads only`);
  switch (work.kind) {
    case "training":
      return trainingWork(work, formulation);
    case "inference":
      return inferenceWork(work);
    case "convolution":
    case "convolutionPerSample":
      return convolutionWork(work);
    case "operation":
      return operationWork(work);
  }
}

await serve(start);
