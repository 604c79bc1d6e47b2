/** The request to train: one training at a time, which can be halted after any step and gone on with to the same bits. */
import { serializeLook, setBackend } from "synthconv/look";
import type { TrainAnswer } from "../../protocol/index.js";
import type { Context, Handler } from "../handler.js";
import { photoOf } from "../photos.js";
import type { Learner } from "./learner.js";
import { type Lesson, lessonOf } from "./lesson.js";
import { Teller } from "./teller.js";
import { wholeLearner } from "./whole.js";

/** Steps of a training that are watched: twice as many as are drawn, and a page draws some of them a second. */
const WATCHED = 40;

let running: AbortController | undefined;

export const halt: Handler<"halt"> = () => {
  running?.abort();
  return { answer: undefined, transfer: [] };
};

export const train: Handler<"train"> = async (ask, { signal, tell }) => {
  running?.abort();
  const controller = new AbortController();
  running = controller;
  signal.addEventListener("abort", () => controller.abort());
  setBackend(ask.settings.backend === "plain" ? "plain" : undefined);
  const [lesson, photo] = await Promise.all([
    lessonOf(ask),
    ask.sight && photoOf(ask.sight.photo, ask.sight.pixels),
  ]);
  const shown = ask.sight && photo && { photo, values: ask.sight.values };
  const teller = new Teller(tell, lesson, shown, ask.settings);
  const answer = await learn(
    await learnerOf(ask, lesson, tell),
    teller,
    ask.settings.steps,
    controller.signal,
  );
  return { answer, transfer: [] };
};

async function learnerOf(
  ask: Parameters<typeof train>[0],
  lesson: Lesson,
  tell: Context<"train">["tell"],
): Promise<Learner> {
  if (!ask.settings.broken) return wholeLearner(ask, lesson);
  // With the doctor for programs, which nothing else needs: a third of the worker's code, fetched when it is wanted.
  const { cutLearner } = await import("./cut.js");
  const { learn, diagnosis } = cutLearner(ask, lesson);
  tell({ kind: "diagnosis", diagnosis });
  return learn;
}

async function learn(
  learner: Learner,
  teller: Teller,
  steps: number,
  signal: AbortSignal,
): Promise<TrainAnswer> {
  const { isFinished, step, look } = await learner({
    signal,
    watchEvery: Math.ceil(steps / WATCHED),
    onStep: (one, standing) => teller.step(one, standing),
    onWatched: (one) => teller.watched(one),
    onCheckpoint: (bytes, at) => teller.kept(bytes, at),
  }).finally(() => teller.tellAll());
  return {
    reason: isFinished ? "finished" : "halted",
    step,
    look: look && serializeLook(look),
    checkpoint: isFinished ? undefined : teller.checkpoint,
    error: look?.schema.error,
  };
}
