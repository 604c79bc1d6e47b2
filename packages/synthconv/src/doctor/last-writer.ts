/** The line that wrote a parameter in a run: who took its array last before its numbers were others. */
import type { Parameter } from "../autograd/parameter.js";
import { type CallSite, callSite } from "../core/call-site.js";
import type { FloatArray } from "../core/float-array.js";
import { fingerprint } from "./fingerprint.js";
import { observedLoss, putBack, type Subject } from "./observed-loss.js";
import { Trace } from "./trace.js";

/** Undefined where nothing of it changes: its numbers are changed a little before the run, which is put back. */
export function lastWriterOf(parameter: Parameter, subject: Subject): CallSite | undefined {
  return putBack(subject, () => {
    const { data } = parameter;
    for (let i = 0; i < data.length; i++) data[i] = (data[i] as number) + 1;
    let print = fingerprint(data);
    let [taken, writer]: (CallSite | undefined)[] = [];
    const look = (): void => {
      const now = fingerprint(data);
      if (now !== print) writer = taken;
      print = now;
    };
    const get = (): FloatArray => {
      look();
      taken = callSite();
      return data;
    };
    Object.defineProperty(parameter, "data", { configurable: true, enumerable: true, get });
    try {
      observedLoss(subject.loss, new Trace({ hasPrints: false }));
      look();
    } catch {
      // With other numbers the program may not run to its end; what wrote until then is known.
      look();
    } finally {
      const property = { configurable: true, enumerable: true, writable: true, value: data };
      Object.defineProperty(parameter, "data", property);
    }
    return writer;
  });
}
