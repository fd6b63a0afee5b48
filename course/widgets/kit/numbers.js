// Numbers as text: one way of rounding for every widget. The minus is a minus, and nothing is −0.

import { format } from "d3-format";

const DIGITS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const raised = (k) => (k < 0 ? "⁻" : "") + [...String(Math.abs(k))].map((digit) => DIGITS[digit]).join("");

/** 10ᵏ as an axis shows it. */
export const power = (k) => (k === 0 ? "1" : k === 1 ? "10" : `10${raised(k)}`);

/** Two digits and a power of ten. */
function scientific(x) {
  const [digits, k] = format(".1e")(x).split("e");
  return `${digits}·10${raised(Number(k.replace("−", "-")))}`;
}

/** So many decimals; a number too long for that, two digits and a power of ten. */
export function fixed(x, places = 2) {
  if (!Number.isFinite(x)) return String(x).replace("-", "−");
  return Math.abs(x) < 1e5 ? format(`.${places}f`)(x) : scientific(x);
}

/** Two significant digits, for numbers that may have any size. */
export function brief(x) {
  if (x === 0 || !Number.isFinite(x)) return fixed(x, 0);
  return Math.abs(x) >= 0.001 && Math.abs(x) < 1e4 ? format(".2~r")(x) : scientific(x);
}

/** A number behind a sign of multiplication: negative ones in brackets. */
export const factor = (x) => (fixed(x).startsWith("−") ? `(${fixed(x)})` : fixed(x));
