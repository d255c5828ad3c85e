"use strict";
// Numbers as people type them, and what an answer is worth. Nothing here knows the page.

// The value of "-1/3", "−0,5", "2 * -3", "1e-3" or "inf", with the digits that were typed; null for anything else.
function readNumber(text) {
  const plain = text.trim().toLowerCase()
    .replace(/[−–—]/g, "-").replace(/[×·]/g, "*").replace(/÷/g, "/").replace(/∞|infinity/g, "inf")
    .replace(/(\d),(\d)/g, "$1.$2").replace(/,/g, ".");
  const tokens = plain.match(/\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?|\*\*|[-+*/^()]|nan|inf|\S/g) ?? [];
  let at = 0;
  const take = (...signs) => (signs.includes(tokens[at]) ? tokens[at++] : null);

  function sum() {
    let total = product();
    for (let sign; (sign = take("+", "-")); ) total = sign === "+" ? total + product() : total - product();
    return total;
  }
  function product() {
    let total = signed();
    for (let sign; (sign = take("*", "/")); ) total = sign === "*" ? total * signed() : total / signed();
    return total;
  }
  function signed() {
    const sign = take("-", "+");
    if (sign) return sign === "-" ? -signed() : signed();
    const base = atom();
    return take("^", "**") ? base ** signed() : base;
  }
  function atom() {
    if (take("(")) {
      const inside = sum();
      if (!take(")")) throw new SyntaxError("no )");
      return inside;
    }
    const token = tokens[at++];
    if (token === "nan") return NaN;
    if (token === "inf") return Infinity;
    if (token === undefined || !/^[\d.]/.test(token) || token === ".") throw new SyntaxError(token);
    return Number(token);
  }

  try {
    if (tokens.length > 200) return null;
    const value = sum();
    return at === tokens.length ? { value, digits: digitsOf(plain) } : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

// How many digits a plain decimal number has from its first that is not 0; Infinity for a calculation.
function digitsOf(text) {
  const plain = /^[-+]?\s*(\d*\.?\d*)(?:e[+-]?\d+)?$/.exec(text);
  return plain ? Math.max(1, plain[1].replace(".", "").replace(/^0+/, "").length) : Infinity;
}

// "right", "rough" (too few digits), "sign" (right but for it) or "wrong". Half a percent off is right, and so is what
// rounds to the truth in the two or more digits that were typed.
function judge(answer, truth) {
  const { value, digits } = answer;
  if (Object.is(value, truth) || value === truth) return "right";
  if (Number.isNaN(value) || !Number.isFinite(truth) || !Number.isFinite(value)) {
    return value === -truth ? "sign" : "wrong";
  }
  if (close(value, truth, digits)) return "right";
  if (close(-value, truth, digits)) return "sign";
  return Math.abs(value - truth) <= 0.15 * Math.abs(truth) && digits === 1 ? "rough" : "wrong";
}

function close(value, truth, digits) {
  if (Math.abs(value - truth) <= Math.max(0.005 * Math.abs(truth), 1e-12)) return true;
  return digits >= 2 && digits < 16 && Number(truth.toPrecision(digits)) === value;
}
