/** What a session is: what undo goes back to, and how far its training is. */
import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Diagnosis } from "synthconv/doctor";
import type { ErrorRecord, Knob, LookSchema, Settings } from "synthconv/fit";
import type { LookAsk, Source, TrainSettings } from "../protocol/index.js";
import { type Charts, NO_CHARTS } from "./charts.js";
import { type Pad, sharesOf } from "./pad.js";
import { changed, redone, replaced, type UndoState, undoable, undone } from "./undo.js";

/** Everything that decides what the look is: what undo and redo bring back. */
export interface LookState {
  readonly name: string;
  readonly sources: readonly Source[];
  readonly knobs: readonly Knob[];
  readonly settings: TrainSettings;
  /** The look's file; undefined until there is one. */
  readonly look: Uint8Array | undefined;
  /** Where the knobs stand. */
  readonly values: Settings;
  /** 0 to 1. */
  readonly strength: number;
  /** Where a blend of the look's styles stands; undefined for its first style. */
  readonly pad?: Pad | undefined;
}

/** How a look is set. */
export type LookSetting = Pick<LookState, "values" | "strength" | "pad">;

/** Where nobody has set anything. */
export const AS_IT_IS: LookSetting = {
  values: {},
  strength: 1,
  pad: undefined,
};

/** The look as it is set; undefined where there is none. */
export function lookAskOf({
  look: bytes,
  values,
  strength,
  pad,
}: LookSetting & Pick<LookState, "look">): LookAsk | undefined {
  if (bytes === undefined) return undefined;
  return { bytes, values, strength, ...(pad !== undefined && { style: sharesOf(pad) }) };
}

/** How far the training of the look is. */
export interface Learned {
  readonly phase: Phase;
  /** To go on with. */
  readonly checkpoint: Uint8Array | undefined;
  readonly step: number;
  readonly charts: Charts;
  readonly diagnosis: Diagnosis | undefined;
  readonly error: ErrorRecord | undefined;
  /** Why it ended early, for the person. */
  readonly fault: string | undefined;
}

/** `paused` goes on where it stands, `stopped` keeps what there is and is done. */
export type Phase = "idle" | "preparing" | "learning" | "paused" | "stopped" | "finished" | "failed";

/** What is stored of a session. */
export interface SessionRecord {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly savedAt: number;
  readonly state: LookState;
  readonly learned: Learned;
}

export const AMOUNT_KNOB: Knob = { name: "amount", minimum: 0, maximum: 1, default: 1 };

/** Some seconds of training, and a look of 115 weights. */
export const DEFAULT_SETTINGS: TrainSettings = {
  channels: 16,
  generator: [32, 32],
  steps: 1500,
  seed: 0,
  backend: "fastest",
  broken: false,
};

export const NOTHING_LEARNED: Learned = {
  phase: "idle",
  checkpoint: undefined,
  step: 0,
  charts: NO_CHARTS,
  diagnosis: undefined,
  error: undefined,
  fault: undefined,
};

export const emptyLook = (name: string): LookState => ({
  name,
  sources: [],
  knobs: [AMOUNT_KNOB],
  settings: DEFAULT_SETTINGS,
  look: undefined,
  ...AS_IT_IS,
});

/** A moment that undo goes back to: the look, and how it was learned. */
interface Moment {
  readonly state: LookState;
  readonly learned: Learned;
}

export class Session {
  readonly #undo = signal(undoable<Moment>({ state: emptyLook(""), learned: NOTHING_LEARNED }));
  readonly id: Signal<string> = signal("");
  readonly state: ReadonlySignal<LookState> = computed(() => this.#undo.value.now.state);
  readonly learned: ReadonlySignal<Learned> = computed(() => this.#undo.value.now.learned);
  readonly canUndo: ReadonlySignal<boolean> = computed(() => this.#undo.value.past.length > 0);
  readonly canRedo: ReadonlySignal<boolean> = computed(() => this.#undo.value.future.length > 0);

  /** A session from the store, or a new one: what came before cannot be gone back to. */
  open({ id, state, learned }: Pick<SessionRecord, "id" | "state" | "learned">): void {
    this.id.value = id;
    this.#undo.value = undoable({ state, learned: atRest(learned) });
  }

  /**
   * @param kind changes of one kind in quick succession are undone together: `values.amount`.
   * @param learned how the look is learned from then on, where it is another one.
   */
  change(patch: Partial<LookState>, kind?: string, learned?: Learned): void {
    const { now } = this.#undo.peek();
    const next = { state: { ...now.state, ...patch }, learned: learned ?? now.learned };
    this.#undo.value = changed(this.#undo.peek(), next, kind, Date.now());
  }

  /** Another look, of which nothing is known but its file, in place of the one at hand; undo brings that back. */
  openLook(
    name: string,
    look: Uint8Array,
    { condition, error }: LookSchema,
    set: LookSetting = AS_IT_IS,
  ): void {
    const state = { name, look, knobs: condition, sources: [], ...set };
    this.change(state, undefined, { ...NOTHING_LEARNED, phase: "finished", error });
  }

  /** What follows by itself, such as a look that is being learned: undo goes to what was before the training. */
  follow(learned: Partial<Learned>, state?: Partial<LookState>): void {
    const { now } = this.#undo.peek();
    // The same state stays the same object, so that nobody who looks at it is woken.
    const next = {
      state: state ? { ...now.state, ...state } : now.state,
      learned: { ...now.learned, ...learned },
    };
    this.#undo.value = replaced(this.#undo.peek(), next);
  }

  /** Whoever trains is to end it before. */
  undo(): void {
    this.#undo.value = resting(undone(this.#undo.peek()));
  }

  redo(): void {
    this.#undo.value = resting(redone(this.#undo.peek()));
  }

  record(): SessionRecord {
    const { state, learned } = this.#undo.value.now;
    return { id: this.id.value, savedAt: Date.now(), state, learned };
  }
}

/** A training that was under way, and no longer is, is paused at its last checkpoint. */
function atRest(learned: Learned): Learned {
  if (learned.phase !== "preparing" && learned.phase !== "learning") return learned;
  return { ...learned, phase: learned.checkpoint === undefined ? "idle" : "paused" };
}

function resting(state: UndoState<Moment>): UndoState<Moment> {
  return replaced(state, { ...state.now, learned: atRest(state.now.learned) });
}
