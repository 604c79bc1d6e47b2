import { type Command, Option } from "commander";
import {
  CommandError,
  type CommandModule,
  counted,
  defineCommand,
  EXIT,
  parseDuration,
  UsageError,
  wholeOption,
} from "synthconv-cli/internal";
import type { Carrier } from "../carrier/carrier.js";
import { type CarrierOptions, openCarrier, USUAL_LOST_AFTER } from "../carrier/carriers.js";
import { LocalCarrier } from "../carrier/local.js";
import { needPlan, shardsWith } from "../plan/plan-folder.js";
import { openStore } from "../store/stores.js";
import { addCarrierOptions, addWorkerOptions, type WorkerOptions } from "./options.js";
import { workAsAsked } from "./working.js";

interface Options extends WorkerOptions, CarrierOptions {
  readonly to?: string;
  readonly shard?: number;
  readonly drain?: boolean;
}

export const work: CommandModule = defineCommand<Options>({
  description:
    "Works on shards: those that Redis brings (--redis), of any plan, until it is stopped; or the open ones of one " +
    "destination (--to), or one of them (--shard), as a Job of Kubernetes does.",
  examples: [
    ["synthconv-batch work --redis redis://queue:6379", "beside as many others as there are"],
    ["synthconv-batch work --to photos-warm/", "all that is open, without a queue"],
    [
      "synthconv-batch work --to s3://archive/warm --shard $JOB_COMPLETION_INDEX",
      "one shard, in an Indexed Job",
    ],
  ],
  configure(command) {
    command
      .option("--to <destination>", "work on the plan of this destination, without a queue")
      .addOption(wholeOption("--shard <number>", "with --to: only this shard, from 0", 0));
    addCarrierOptions(command);
    addLostAfter(command);
    command.option("--drain", "end when the queue is empty, and do not wait for more");
    addWorkerOptions(command);
  },
  async run(_, options, context) {
    const { carrier, total, drain } = await sourceOfShards(options);
    const counts = await workAsAsked({ carrier, options, drain, total }, context);
    const { written, failed, shards } = counts;
    context.out.print(
      `${counted(written, "photo")} written, ${failed} failed, ${counted(shards, "shard")} finished`,
    );
    // Photos that failed are listed in the plan; to a Job of Kubernetes, a shard with such photos is done.
    const isDone = failed === 0 || options.shard !== undefined || options.redis !== undefined;
    return { json: { ...counts }, exitCode: isDone ? EXIT.ok : EXIT.failed };
  },
});

function addLostAfter(command: Command): void {
  command.addOption(
    new Option("--lost-after <time>", "after how long without a word a worker's shard goes to another")
      .argParser((text: string) => parseDuration("--lost-after", text))
      .default(USUAL_LOST_AFTER, `${USUAL_LOST_AFTER}s`),
  );
}

interface ShardSource {
  readonly carrier: Carrier;
  /** Photos, where that is known. */
  readonly total?: number;
  readonly drain: boolean;
}

async function sourceOfShards(options: Options): Promise<ShardSource> {
  const { to, redis, shard, drain = false } = options;
  if ((to === undefined) === (redis === undefined)) {
    const received = to === undefined ? "neither" : "both";
    throw new UsageError(`expected --redis, or --to without it, received ${received}`);
  }
  if (to === undefined) {
    if (shard !== undefined) throw new UsageError("--shard: expected --to with it, received --redis");
    return { carrier: await openCarrier(options), drain };
  }
  return { ...(await openShards(to, shard)), drain: true };
}

async function openShards(to: string, one: number | undefined): Promise<Omit<ShardSource, "drain">> {
  const destination = openStore(to);
  try {
    const plan = await needPlan(destination);
    const { shards } = plan.manifest;
    if (one !== undefined && one >= shards.length) {
      throw new CommandError(
        "SHARD",
        `--shard: expected a shard of plan ${plan.name}, 0 to ${shards.length - 1}, received ${one}`,
      );
    }
    const finished = await shardsWith(plan, "results");
    const open = shards.map((_, shard) => shard).filter((shard) => !finished.has(shard));
    const asked = open.filter((shard) => one === undefined || shard === one);
    const carrier = new LocalCarrier();
    await carrier.offer(asked.map((shard) => ({ plan: plan.name, destination: destination.url, shard })));
    return { carrier, total: asked.reduce((sum, shard) => sum + (shards[shard]?.photos ?? 0), 0) };
  } finally {
    destination.close();
  }
}
