import { describe, expect, it } from "vitest";
import { whyNotSaved } from "../../src/features/apply/wording.js";

describe("why a file was not saved", () => {
  it.each([
    ["NotAllowedError", "not allowed to write there. Choose the folder again and allow it"],
    ["SecurityError", "not allowed to write there. Choose the folder again and allow it"],
    ["QuotaExceededError", "no room left. Make room, or choose a folder on another disk"],
    ["NotFoundError", "the folder is not there any more. Choose another one"],
    ["NoModificationAllowedError", "another program holds the file. Close it there"],
    ["AbortError", "the browser says: as the test says. Choose another folder, or save all as a zip."],
  ])("is told for a browser's %s with what to do", (name, text) => {
    expect(whyNotSaved(new DOMException("as the test says.", name))).toContain(text);
  });

  it("is told for a name that browsers refuse, and for whatever else was thrown", () => {
    expect(whyNotSaved(new TypeError("Name is not allowed."))).toContain("files of that name");
    expect(whyNotSaved("odd")).toBe("the browser says: odd. Choose another folder, or save all as a zip.");
  });
});
