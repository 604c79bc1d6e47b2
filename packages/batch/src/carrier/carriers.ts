/** The engines, tried in this order: the first that the options ask for is taken. */
import type { Carrier } from "./carrier.js";
import { LocalCarrier } from "./local.js";

export interface CarrierOptions {
  /** `redis://host:6379`. */
  readonly redis?: string;
  readonly queue: string;
  /** Seconds, of workers. */
  readonly lostAfter?: number;
}

/** Seconds: locks are renewed after half of it. */
export const USUAL_LOST_AFTER = 30;

interface CarrierKind {
  readonly name: string;
  /** Whether these options ask for it. */
  isAsked(options: CarrierOptions): boolean;
  open(options: CarrierOptions): Promise<Carrier>;
}

export const CARRIERS: readonly CarrierKind[] = [
  {
    name: "redis",
    isAsked: ({ redis }) => redis !== undefined,
    // Loaded where it is asked for: the queue and its client take a third of a second.
    async open({ redis = "", queue, lostAfter = USUAL_LOST_AFTER }) {
      const [{ RedisCarrier }, { redisAddress }] = await Promise.all([
        import("./redis.js"),
        import("./redis-connection.js"),
      ]);
      return new RedisCarrier({ address: redisAddress(redis), queue, lostAfterMs: lostAfter * 1000 });
    },
  },
  { name: "local", isAsked: () => true, open: async () => new LocalCarrier() },
];

/** @throws {UsageError} for an address that is none. @throws {CommandError} when the engine is not fit. */
export async function openCarrier(options: CarrierOptions): Promise<Carrier> {
  const kind = CARRIERS.find((one) => one.isAsked(options));
  const carrier = (await kind?.open(options)) ?? new LocalCarrier();
  try {
    await carrier.check();
    return carrier;
  } catch (error) {
    await carrier.close();
    throw error;
  }
}
