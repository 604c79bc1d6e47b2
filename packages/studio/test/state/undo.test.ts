import { describe, expect, it } from "vitest";
import { changed, redone, replaced, undoable, undone } from "../../src/state/undo.js";

describe("undo and redo", () => {
  it("go back and forth through all changes", () => {
    let state = undoable("a");
    for (const next of ["b", "c", "d"]) state = changed(state, next, undefined, 0);
    expect(undone(undone(state)).now).toBe("b");
    expect(redone(undone(undone(state))).now).toBe("c");
    expect(undone(undone(undone(undone(state)))).now).toBe("a");
    expect(redone(state).now).toBe("d");
  });

  it("forget what was undone once something else is done", () => {
    const state = changed(undone(changed(undoable("a"), "b", undefined, 0)), "c", undefined, 0);
    expect(redone(state).now).toBe("c");
    expect(undone(state).now).toBe("a");
  });

  it("take one move of a slider back at once, and two moves one by one", () => {
    let state = undoable(0);
    for (let at = 1; at <= 5; at++) state = changed(state, at, "warmth", 100 * at);
    state = changed(state, 6, "warmth", 5000);
    expect(undone(state).now).toBe(5);
    expect(undone(undone(state)).now).toBe(0);
    expect(undone(changed(state, 7, "amount", 5001)).now).toBe(6);
  });

  it("leave out what follows by itself", () => {
    const learned = replaced(replaced(changed(undoable("old"), "started", undefined, 0), "half"), "whole");
    expect(learned.now).toBe("whole");
    expect(undone(learned).now).toBe("old");
    expect(redone(undone(learned)).now).toBe("whole");
  });

  it("keep the last hundred", () => {
    let state = undoable(0);
    for (let at = 1; at <= 300; at++) state = changed(state, at, undefined, 0);
    for (let at = 0; at < 500; at++) state = undone(state);
    expect(state.now).toBe(200);
  });
});
