/** Forward and training of pixel networks, in cache and streaming, with one thread and with all. */
import { CeilingThreads, ceilingName } from "../ceilings/threads.js";
import { type NetworkFlops, networkFlops, networkName } from "../harness/flops.js";
import { type Measurement, measurement, type SectionResult } from "../harness/report.js";
import { type Contender, type Series, seriesOf, timed } from "../harness/rounds.js";
import { pairedRatios } from "../harness/statistics.js";
import { bar, columns, percent, spread, type Table, threeDigits } from "../harness/table.js";
import {
  currentBackend,
  pixelNetworkForward,
  pixelNetworkLoss,
  planesFor,
  startThreads,
  stopThreads,
  threadCounts,
} from "../library.js";
import { benchNetwork, emptyGradients, fillPseudoRandom, HEIGHT, NETWORKS, WIDTH } from "../workloads.js";
import { arithmeticCeiling, CACHE_BYTES, ceilingRate, STREAM_BYTES, threadsLabel } from "./ceilings.js";
import { type BenchContext, measure } from "./context.js";

type Pass = keyof NetworkFlops;
const PASSES: readonly Pass[] = ["forward", "training"];

interface Place {
  readonly name: "in cache" | "streaming";
  readonly pixels: number;
  readonly rounds: number;
}
const PLACES: readonly Place[] = [
  { name: "in cache", pixels: CACHE_BYTES / 12, rounds: 15 },
  { name: "streaming", pixels: WIDTH * HEIGHT, rounds: 7 },
];

// A 12-megapixel call at less than this is the reference path: it would take a minute and say nothing new.
const MIN_STREAMING_RATE = 2;

// Bytes of a pixel that cross the memory bus: three float32 in and, forward, three out; training reads the target.
const BYTES_A_PIXEL = 24;

interface Work {
  readonly threads: number;
  readonly channels: readonly number[];
  readonly pass: Pass;
}

type Images = Readonly<Record<"image" | "target" | "output", Float32Array>>;

/**
 * Megapixels per second of every network, pass, place and number of threads; the numbers of threads take turns in one
 * group of rounds, like everything that is compared.
 */
export async function kernelsSection(context: BenchContext): Promise<SectionResult> {
  const measurements: Measurement[] = [];
  const tables: Table[] = [];
  const counts = threadCounts();
  await startThreads({ threads: Math.max(...counts) });
  const ceilings = await Promise.all(
    counts.map((count) => CeilingThreads.start(count, context.ceilings, STREAM_BYTES)),
  );
  for (const place of PLACES) {
    const found = await measurePlace(context, place, ceilings, measurements);
    measurements.push(...found);
    tables.push(...counts.map((count) => groupTable(found, count, place)));
  }
  await Promise.all(ceilings.map((ceiling) => ceiling.stop()));
  await stopThreads();
  const scaling = scalingTable(measurements);
  return { id: "kernels", tables: scaling ? [...tables, scaling] : tables, measurements };
}

/** `forward/3-16-3/streaming/threads=1/` and what is measured. */
export function kernelName(
  pass: Pass,
  network: string,
  place: string,
  threads: number,
  what: string,
): string {
  return `${pass}/${network}/${place}/threads=${threads}/${what}`;
}

async function measurePlace(
  context: BenchContext,
  place: Place,
  ceilings: readonly CeilingThreads[],
  before: readonly Measurement[],
): Promise<Measurement[]> {
  const bytes = 12 * place.pixels;
  const works = NETWORKS.flatMap((channels) =>
    PASSES.flatMap((pass) => threadCounts().map((threads): Work => ({ threads, channels, pass }))),
  ).filter((work) => place.name === "in cache" || isFast(before, work));
  const images = new Map(threadCounts().map((threads) => [threads, imagesFor(threads, place)]));
  const contenders = works.map((work) => workContender(work, place, images.get(work.threads) as Images));
  const ceilingContenders = ceilings.flatMap((ceiling) => [
    ceiling.contender(arithmeticCeiling()),
    ceiling.contender("vectors", bytes),
  ]);
  const all = await measure(
    context,
    `networks ${place.name}`,
    [...ceilingContenders, ...contenders],
    place.rounds,
  );
  return works.flatMap((work) => rates(all, work, place));
}

function imagesFor(threads: number, { pixels }: Place): Images {
  const planes = (): Float32Array => planesFor(threads, 3 * pixels);
  return {
    image: fillPseudoRandom(planes(), 0),
    target: fillPseudoRandom(planes(), 1),
    output: planes().fill(0),
  };
}

function workName({ threads, channels, pass }: Work): string {
  return `${pass} ${networkName(channels)}, ${threadsLabel(threads)}`;
}

function isFast(before: readonly Measurement[], { threads, channels, pass }: Work): boolean {
  const name = kernelName(pass, networkName(channels), "in cache", threads, "rate");
  return (before.find((one) => one.name === name)?.median ?? 0) >= MIN_STREAMING_RATE;
}

function workContender(work: Work, { pixels }: Place, { image, target, output }: Images): Contender {
  const { channels, pass } = work;
  const network = benchNetwork(channels);
  const name = workName(work);
  if (pass === "forward") return timed(name, () => pixelNetworkForward({ network, image, pixels, output }));
  const layerGradients = emptyGradients(network);
  return timed(name, () => {
    pixelNetworkLoss({ network, image, pixels, target, loss: "mse", layerGradients });
  });
}

function rates(all: ReadonlyMap<string, Series>, work: Work, { name: place, pixels }: Place): Measurement[] {
  const { threads, channels, pass } = work;
  const network = networkName(channels);
  const named = (what: string): string => kernelName(pass, network, place, threads, what);
  const milliseconds = seriesOf(all, workName(work));
  const megapixels = milliseconds.map((ms) => pixels / ms / 1e3);
  const gigaflops = megapixels.map((rate) => (rate * networkFlops(channels)[pass]) / 1e3);
  const bytes = 12 * pixels;
  const arithmetic = seriesOf(all, ceilingName(arithmeticCeiling(), threads)).map((ms) =>
    ceilingRate(ms, threads),
  );
  const copy = seriesOf(all, ceilingName("vectors", threads, bytes)).map((ms) =>
    ceilingRate(ms, threads, bytes),
  );
  const gigabytes = megapixels.map((rate) => (rate * BYTES_A_PIXEL) / 1e3);
  return [
    measurement(named("rate"), "Mpixel/s", megapixels),
    measurement(named("flops"), "GFLOP/s", gigaflops),
    measurement(named("share"), "of multiply-add", pairedRatios(gigaflops, arithmetic)),
    measurement(named("bandwidth"), "of copy", pairedRatios(gigabytes, copy)),
  ];
}

function groupTable(found: readonly Measurement[], threads: number, place: Place): Table {
  const at = (pass: Pass, network: string, what: string): Measurement | undefined =>
    found.find(({ name }) => name === kernelName(pass, network, place.name, threads, what));
  const rows = PASSES.flatMap((pass) =>
    NETWORKS.map(networkName).map((network) => {
      const rate = at(pass, network, "rate");
      if (rate === undefined) return [`${pass} ${network}`, "–", "–", "–", "", "–"];
      const share = at(pass, network, "share")?.median ?? Number.NaN;
      const flops = at(pass, network, "flops")?.median ?? Number.NaN;
      const bandwidth = at(pass, network, "bandwidth")?.median ?? Number.NaN;
      const cells = [spread(rate), threeDigits(flops), percent(share), bar(share), percent(bandwidth)];
      return [`${pass} ${network}`, ...cells];
    }),
  );
  const size = place.name === "in cache" ? "a 128 x 128 image again and again" : "12 megapixels";
  return {
    title: `Pixel networks, ${threadsLabel(threads)}, ${place.name} (${size}), ${currentBackend()} build`,
    columns: columns("", "Mpixel/s (quartiles)", "GFLOP/s", "of multiply-add", "", "of copy"),
    rows,
    notes: [
      ...(rows.some((row) => row.includes("–"))
        ? ["– left out: too slow, on the reference path, to be worth the wait."]
        : []),
    ],
  };
}

function scalingTable(all: readonly Measurement[]): Table | undefined {
  const most = Math.max(...threadCounts());
  if (most === 1) return undefined;
  const rate = (pass: Pass, network: string, place: string, threads: number): number =>
    all.find(({ name }) => name === kernelName(pass, network, place, threads, "rate"))?.median ?? Number.NaN;
  const speedUp = (pass: Pass, network: string, place: string): string =>
    threeDigits(rate(pass, network, place, most) / rate(pass, network, place, 1));
  return {
    title: `${most} threads against one: times as fast`,
    columns: columns("", ...PLACES.map(({ name }) => name)),
    rows: PASSES.flatMap((pass) =>
      NETWORKS.map(networkName).map((network) => [
        `${pass} ${network}`,
        ...PLACES.map(({ name }) => speedUp(pass, network, name)),
      ]),
    ),
    notes: [],
  };
}
