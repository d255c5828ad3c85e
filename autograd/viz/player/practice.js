"use strict";
// Practice: the page stops before each gradient and asks for it.

// The values whose gradients are asked for, each with the step after which it is known.
function questionsOf(story, times) {
  const asked = new Map();
  for (const step of story.steps) {
    if (step.phase === "backward" || step.phase === "none") asked.set(step.vertex, times.gradAt[step.vertex]);
  }
  return [...asked].map(([vertex, at], number) => {
    const { name, place, truth } = entryOf(story.vertices[vertex], number);
    return { vertex, at, name, place, truth: canBeFound(story, vertex) ? truth : null };
  });
}

// Whether the page shows all that the answer takes: the gradients from above and the operands, entry by entry.
function canBeFound(story, vertex) {
  return usesOf(story, vertex).every(({ target, product }) => product !== null || (story.vertices[target].grad.entries
    && story.edges.every((edge) => edge.target !== target || story.vertices[edge.source].value.entries)));
}

// What is asked of a gradient: a scalar, or one entry of an array, not zero if there is one, another each time. The
// truth is null where there is nothing to ask: an array that is too large to be here, or a complex number.
function entryOf(vertex, number) {
  const grad = vertex.grad ?? (vertex.value.shape.length ? null : { shape: [], entries: ["0"] });
  if (!grad?.entries?.length) return { name: vertex.gradient, place: 0, truth: null };
  const filled = [...grad.entries.keys()].filter((i) => Number(grad.entries[i]) !== 0);
  const place = filled.length ? filled[(number * 7) % filled.length] : 0;
  const read = readNumber(grad.entries[place]);
  const name = grad.shape.length ? `(${vertex.gradient})${indexOf(grad.shape, place)}` : vertex.gradient;
  return { name, place, truth: read === null ? null : read.value };
}

// The index of an entry by its place among all: "[1, 0]".
function indexOf(shape, place) {
  const index = [];
  for (const length of [...shape].reverse()) {
    index.unshift(place % length);
    place = Math.floor(place / length);
  }
  return `[${index.join(", ")}]`;
}

class Practice {
  // `go` shows a step, with the value that is asked for; `say` tells the screen reader.
  constructor(story, times, go, say) {
    Object.assign(this, { story, go, say });
    this.questions = questionsOf(story, times);
    this.start = story.steps.findIndex((step) => step.phase === "seed");
    this.field = document.getElementById("answer");
    document.getElementById("question").addEventListener("submit", (event) => {
      event.preventDefault();
      this.check();
    });
    document.getElementById("hint").addEventListener("click", () => this.hint());
    document.getElementById("reveal").addEventListener("click", () => this.reveal());
    document.getElementById("again").addEventListener("click", () => this.begin());
  }

  get question() { return this.questions[this.number]; }

  // The last step that may be shown: what is asked for must not be.
  get limit() { return this.number === 0 ? this.start : this.questions[this.number - 1].at; }

  begin() {
    Object.assign(this, { number: 0, right: 0, asked: 0 });
    this.feedback("", "");
    this.ask();
    this.field.focus();
  }

  // Put the next question that can be asked; what cannot is shown on the way.
  ask() {
    Object.assign(this, { hints: 0, tries: 0 });
    while (this.question && this.question.truth === null) this.number += 1;
    const over = !this.question;
    document.getElementById("question").hidden = over;
    document.getElementById("again").hidden = !over;
    document.getElementById("hints").replaceChildren();
    this.field.value = "";
    this.score(over);
    if (over) this.go(this.story.steps.length - 1, undefined);
    else {
      write(document.getElementById("asked"), `${this.question.name} = ?`);
      this.go(this.limit, this.question.vertex);
    }
    return over ? `The end. ${document.getElementById("score").textContent}` : `Next: ${this.question.name}?`;
  }

  score(over) {
    const all = this.questions.filter((question) => question.truth !== null).length;
    const text = `${this.right} of ${this.asked} right at once${over ? "." : `, ${all - this.asked} to come.`}`;
    write(document.getElementById("score"), all ? `Score: ${text}` : "There is no gradient to ask for in this graph.");
  }

  check() {
    const answer = readNumber(this.field.value);
    if (answer === null) return this.wrong("That is not a number. Write 0.5, -1/3 or 2 * -3.", false);
    const verdict = judge(answer, this.question.truth);
    if (verdict === "right") return this.next(`Right: ${this.solution()}`, "right", this.tries === 0 && this.hints === 0);
    return this.wrong(this.advice(verdict, answer), true);
  }

  reveal() { this.next(`It is ${this.solution()}`, "", false); }

  next(text, className, counts) {
    this.asked += 1;
    this.right += counts ? 1 : 0;
    this.number += 1;
    this.feedback(text, className);
    this.say(`${text}. ${this.ask()}`);
    this.field.focus();
  }

  wrong(text, counts) {
    this.tries += counts ? 1 : 0;
    this.feedback(text, "wrong");
    this.say(text);
    this.field.select();
    this.field.focus();
  }

  feedback(text, className) {
    const line = document.getElementById("feedback");
    line.className = className;
    write(line, text);
    line.hidden = !text;
  }

  // The gradient with its calculation: "dg/dx = dg/dp * dp/dx = -3 * 1 = -3".
  solution() {
    const { vertex, name, place } = this.question;
    const uses = usesOf(this.story, vertex);
    const grad = this.story.vertices[vertex].grad;
    const steps = [name, joined(uses.map((use) => use.term))];
    if (uses.every((use) => use.product !== null)) steps.push(joined(uses.map((use) => use.product)));
    else if (uses.length > 1) steps.push(joined(uses.map((use) => use.brings.entries?.[place] ?? "…")));
    return [...steps, grad?.entries?.[place] ?? "0"].filter((text) => text).join(" = ");
  }

  // What a wrong answer may come from.
  advice(verdict, answer) {
    const { vertex, place } = this.question;
    const { symbol } = this.story.vertices[vertex];
    if (verdict === "sign") return "The number is right, its sign is not.";
    if (verdict === "rough") return "Nearly: give one more digit, or a fraction.";
    const uses = usesOf(this.story, vertex);
    const is = (text) => text !== null && text !== undefined && judge(answer, readNumber(text)?.value ?? NaN) === "right";
    if (uses.length > 1 && uses.some((use) => is(use.brings.entries?.[place]))) {
      return `That is what one use of ${symbol} brings. It is used ${uses.length} times: add up.`;
    }
    if (uses.length === 1 && uses[0].local !== null) {
      const target = this.story.vertices[uses[0].target];
      if (is(uses[0].local)) return `That is the local derivative. Multiply it by ${target.gradient}, which comes from above.`;
      if (is(target.grad.entries?.[0])) return `That is ${target.gradient}, which comes from above. Multiply it by the local derivative.`;
    }
    return "Not yet. Try again, or take a hint.";
  }

  // First the rule, then the numbers.
  hint() {
    const { vertex, name } = this.question;
    const uses = usesOf(this.story, vertex);
    const box = document.getElementById("hints");
    this.hints += 1;
    if (this.hints === 1) {
      const rule = uses.length ? `${name} = ${joined(uses.map((use) => use.term))}` : `Nothing leads from ${name} to the result.`;
      this.tell(box, [rule, ...new Set(uses.slice(0, 4).map((use) => use.because))]);
    } else if (this.hints === 2) {
      const scalar = uses.length > 0 && uses.every((use) => use.product !== null);
      this.tell(box, [scalar ? `Now calculate ${joined(uses.map((use) => use.product))}` : this.numbers(uses)]);
      if (!scalar) putTables(box, this.arrays(uses));
    } else this.say("There are no more hints.");
    this.field.focus();
  }

  tell(box, lines) {
    box.append(...lines.map((line) => element("p", "", line)));
    this.say(lines.join(". "));
  }

  numbers(uses) {
    const calls = new Set(uses.map((use) => use.target));
    const known = [...calls].slice(0, 4).map((i) => this.story.vertices[i]);
    return known.map((vertex) => `${vertex.gradient} = ${vertex.grad.text}`).join(", ") || "The gradient is 0.";
  }

  // The arrays behind the question: the gradients from above, and the operands of the calls.
  arrays(uses) {
    const { vertices, edges } = this.story;
    const calls = [...new Set(uses.map((use) => use.target))].slice(0, 4);
    const operands = new Set(edges.filter((edge) => calls.includes(edge.target)).map((edge) => edge.source));
    return [...calls.map((i) => [vertices[i].gradient, vertices[i].grad, "gradient"]),
      ...[...operands].map((i) => valueTable(vertices[i]))];
  }
}

// Terms as a sum, the middle of a long one left out.
function joined(terms) {
  return (terms.length > 6 ? [...terms.slice(0, 4), "…", terms.at(-1)] : terms).join(" + ");
}
