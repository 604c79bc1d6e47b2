import { type Accusation, type Rule, untold } from "../case-file.js";
import { habitsOf, isOwnFormula } from "../own-update.js";

/** An update of the user's own in which a term is missing: what it writes is the same whatever the gradient is. */
export const ownUpdate: Rule = {
  name: "own update",
  isLast: true,
  find(file, told) {
    const { subject, first } = file;
    if (subject.hasOwnOptimizer) return [];
    const learning = untold(file, told).filter(({ turns }) => turns.includes("learns"));
    return subject.optimizers.flatMap((optimizer): Accusation[] => {
      const held = learning.filter(({ parameter }) => optimizer.parameters.includes(parameter));
      const one = held.find(({ parameter }) =>
        first.gradients.get(parameter)?.data.some((value) => value !== 0),
      );
      const gradient = one && first.gradients.get(one.parameter);
      if (one === undefined || gradient === undefined || !isOwnFormula(optimizer)) return [];
      const habits = habitsOf(optimizer, one.parameter, gradient, subject);
      if (habits === undefined || habits.followsGradient || habits.writesAt === undefined) return [];
      const { name } = optimizer.constructor;
      return [
        {
          names: held.map((other) => other.name),
          complaint: {
            status: "zero",
            fault: "alwaysZero",
            phrase: `the update of ${name} does not follow the gradient`,
            place: habits.writesAt,
            cause: `The class ${name} has an update of its own, and what it writes here is the same with this gradient and with its opposite: the gradient has no part in it.`,
            repair:
              "Let the gradient enter before the weights are written: values[i] -= rate * gradient[i], or with a memory first v[i] = 0.9 * v[i] + gradient[i].",
          },
        },
      ];
    });
  },
};
