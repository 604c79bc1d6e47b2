import type { Rule } from "../case-file.js";
import type { BadPullBack } from "../observed-step.js";
import { placeOf } from "../place.js";

/** An operation of the user's whose backward returns nothing for an input that is trained, or another shape. */
export const ownOperation: Rule = {
  name: "own operation",
  isLast: true,
  find({ last }) {
    const { badPullBacks, trace, flow, parameters, gradients } = last;
    return badPullBacks.flatMap((bad) => {
      const origin = trace.origins.get(bad.output);
      if (origin === undefined) return [];
      const names = [...parameters]
        .filter(([, one]) => one.trainable && flow.influenceOf(one).has(bad.input))
        .filter(([, one]) => bad.returned !== undefined || gradients.get(one) === undefined)
        .map(([name]) => name);
      // An input that another way reaches as well, and that learns by it, is told of as a missing part.
      if (names.length === 0) return [];
      return [{ names, complaint: complaintOf(bad, origin.operation, placeOf(origin.site)) }];
    });
  },
};

function complaintOf(
  { output, input, returned }: BadPullBack,
  operation: string,
  place: ReturnType<typeof placeOf>,
) {
  const index = output.node?.inputs.indexOf(input) ?? 0;
  const common = { status: "cut", fault: "ownOperation", place } as const;
  if (returned === undefined) {
    return {
      ...common,
      phrase: `the backward of ${operation} returns nothing for {them|it}`,
      cause: `The operation ${operation} is your own: its backward returns no gradient for input ${index} ([${input.shape}]), so nothing before it gets one.`,
      repair: `Return a gradient of shape [${input.shape}] at position ${index} from its backward: the upstream gradient times the derivative.`,
    };
  }
  return {
    ...common,
    phrase: `the backward of ${operation} returns a gradient of the wrong shape`,
    cause: `The operation ${operation} is your own: its backward returns [${returned.shape}] for input ${index}, which is [${input.shape}].`,
    repair:
      "Return a gradient of the shape of its input: sum it over the axes along which the input was broadcast.",
  };
}
