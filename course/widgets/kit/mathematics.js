// Functions of more than one unit.

export const sigmoid = (z) => 1 / (1 + Math.exp(-z));
