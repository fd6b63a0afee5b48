// A formula, as Python writes it.

import { FUNCTIONS, isLeaf } from "./passes.js";

const MOST = 60;
const STARTS = [2, 3, -1, 1, 0.5, -2]; // for the letters of a formula, in the order of the alphabet
const NAMED = Object.keys(FUNCTIONS).filter((name) => name !== "-");
const subscript = (i) => String(i).replace(/\d/g, (digit) => "₀₁₂₃₄₅₆₇₈₉"[digit]);

/** The nodes of a formula, each after its operands; throws an Error in words where it cannot be read. */
export function parse(text) {
  const tokens = text.match(/\d+\.?\d*(?:e[-+]?\d+)?|\.\d+|[A-Za-z]+\d*|\*\*|[-+*/()]|\S/g) ?? [];
  const nodes = [];
  let at = 0;
  const node = (op, parents, name = "", value = 0) => nodes.push({ name, op, parents, value }) - 1;
  const take = (token) => tokens[at] === token && Boolean((at += 1));
  const expect = (token) => {
    if (!take(token)) throw new Error(`expected "${token}" ${tokens[at] ? `before "${tokens[at]}"` : "at the end"}`);
  };
  /** Operands with one of these signs between them, from left to right. */
  const row = (signs, operand) => {
    let left = operand();
    for (let op = tokens[at]; signs.includes(op); op = tokens[at]) {
      at += 1;
      left = node(op, [left, operand()]);
    }
    return left;
  };
  const terms = () => row(["+", "-"], product);
  const product = () => row(["*", "/"], signed);
  const signed = () => (take("-") ? node("-", [signed()]) : raised());
  const bracketed = () => {
    const inside = terms();
    expect(")");
    return inside;
  };
  function raised() {
    const base = atom();
    return take("**") ? node(`** ${exponent()}`, [base]) : base;
  }
  function exponent() {
    const brackets = take("(");
    const sign = take("-") ? -1 : 1;
    const token = tokens[at] ?? "";
    if (!/^[\d.]/.test(token)) throw new Error(`expected a number after "**"${token ? `, got "${token}"` : ""}`);
    at += 1;
    if (brackets) expect(")");
    return sign * Number(token);
  }
  function atom() {
    const token = tokens[at] ?? "";
    at += 1;
    if (/^\.?\d/.test(token)) return node("constant", [], String(Number(token)), Number(token));
    if (token === "(") return bracketed();
    if (NAMED.includes(token)) {
      expect("(");
      return node(token, [bracketed()]);
    }
    if (!token) throw new Error("the formula breaks off");
    if (!/^[A-Za-z]\d*$/.test(token)) throw new Error(`"${token}" is no letter, no number, and none of ${NAMED.join(", ")}`);
    const known = nodes.findIndex(({ op, name }) => op === "input" && name === token);
    return known >= 0 ? known : node("input", [], token);
  }
  const last = terms();
  if (at < tokens.length) throw new Error(`what does "${tokens[at]}" do there?`);
  if (isLeaf(nodes[last])) throw new Error("one operation is needed at least");
  if (nodes.length > MOST) throw new Error(`${nodes.length} nodes are too many to read: ${MOST} at most`);
  let count = 0;
  for (const each of nodes) each.name ||= each === nodes[last] ? "ℓ" : `u${subscript(count += 1)}`;
  return nodes;
}

/** What a formula's letters begin with, and which of them the descent changes: those that are no data. */
export function begin(nodes, values) {
  const names = nodes.flatMap(({ op, name }) => (op === "input" ? [name] : []));
  const starts = [...names].sort();
  const chosen = names.map((name) => [name, values[name] ?? STARTS[starts.indexOf(name) % STARTS.length]]);
  return { values: Object.fromEntries(chosen), parameters: names.filter((name) => !/^[xy]/.test(name)) };
}
