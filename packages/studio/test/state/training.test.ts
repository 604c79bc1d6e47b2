import { describe, expect, it } from "vitest";
import type { TrainAnswer, TrainAsk, TrainNews } from "../../src/protocol/index.js";
import type { WorkerClient } from "../../src/state/index.js";
import {
  emptyLook,
  NOTHING_LEARNED,
  Session,
  StaleError,
  Training,
  WorkerFailedError,
} from "../../src/state/index.js";

const PHOTO = { key: "photo", name: "photo.png", blob: new Blob([]) };
const DONE: TrainAnswer = {
  reason: "finished",
  step: 9,
  look: Uint8Array.of(9),
  checkpoint: undefined,
  error: undefined,
};

type Reply = (ask: TrainAsk, tell: (news: TrainNews) => void) => TrainAnswer;

/** A training whose worker answers one request to train after the other by these. */
function setUp(...replies: Reply[]): { training: Training; session: Session; asked: TrainAsk[] } {
  const asked: TrainAsk[] = [];
  const client = {
    async ask(name: string, ask: TrainAsk, { onNews }: { onNews: (news: TrainNews) => void }) {
      if (name !== "train") return undefined;
      asked.push(ask);
      const reply = replies.shift();
      if (reply === undefined) throw new Error("asked once too often");
      return reply(ask, onNews);
    },
  } as unknown as WorkerClient;
  const session = new Session();
  const lut = { kind: "lut", id: "1", lut: PHOTO, settings: {} } as const;
  session.open({ id: "s", state: { ...emptyLook("x"), sources: [lut] }, learned: NOTHING_LEARNED });
  return { training: new Training(client, session, async () => PHOTO), session, asked };
}

const kept = (tell: (news: TrainNews) => void, step: number): void =>
  tell({ kind: "kept", step, checkpoint: Uint8Array.of(step), look: Uint8Array.of(step) });

describe("a training", () => {
  it("goes on from its last checkpoint where the worker ended, without the person", async () => {
    const { training, session, asked } = setUp(
      (_ask, tell) => {
        kept(tell, 5);
        throw new WorkerFailedError("ended");
      },
      () => DONE,
    );
    await training.start();
    expect(asked.map(({ resume }) => resume)).toEqual([undefined, Uint8Array.of(5)]);
    expect(session.learned.value).toMatchObject({ phase: "finished", step: 9, checkpoint: undefined });
    expect(session.state.value.look).toEqual(DONE.look);
  });

  it("says so where the worker ends again and again, and keeps what it had", async () => {
    const failing: Reply = (_ask, tell) => {
      kept(tell, 5);
      throw new WorkerFailedError("The part that calculates ended.");
    };
    const { training, session, asked } = setUp(failing, failing, failing);
    await training.start();
    expect(asked).toHaveLength(3);
    expect(session.learned.value).toMatchObject({
      phase: "failed",
      fault: "The part that calculates ended.",
    });
    expect(session.state.value.look).toEqual(Uint8Array.of(5));
  });

  it("is one step of undo, whatever was told meanwhile, and can be redone", async () => {
    const { training, session } = setUp((_ask, tell) => {
      for (const step of [1, 2, 3]) kept(tell, step);
      return DONE;
    });
    session.change({ look: Uint8Array.of(0) });
    await training.start();
    session.undo();
    expect(session.state.value.look).toEqual(Uint8Array.of(0));
    expect(session.learned.value.phase).toBe("idle");
    session.redo();
    expect(session.state.value.look).toEqual(DONE.look);
    expect(session.learned.value.phase).toBe("finished");
  });

  it("that another one took the place of leaves the other one's state alone", async () => {
    const { training, session } = setUp(() => {
      throw new StaleError("stale");
    });
    await training.start();
    expect(session.learned.value.fault).toBeUndefined();
  });
});
