"use strict";
// Beside the picture: the step in formulas and numbers, the code, the table of all values.

// The heading of a step.
function headingOf(story, at) {
  const step = story.steps[at];
  const words = { given: "Given", forward: "Forward", seed: "Backward begins", backward: "Backward", none: "Backward" };
  return `${words[step.phase]}: step ${at + 1} of ${story.steps.length}`;
}

// The lines of a step, each with the class that it is shown in.
function linesOf(story, at) {
  const step = story.steps[at];
  const vertex = story.vertices[step.vertex];
  switch (step.phase) {
    case "given": return givenLines(story);
    case "forward": return [
      ["formula", `${vertex.symbol} = ${vertex.call}`],
      ["numbers", `= ${[...new Set([vertex.numbers, vertex.value.text])].filter((text) => text !== null).join(" = ")}`],
      ...placeLines(vertex),
    ];
    case "seed": return [
      ["formula", `${vertex.gradient} = ${vertex.grad.text}`],
      ["because", vertex.value.shape.length ? `${vertex.symbol} is summed: each of its entries counts once`
        : `${vertex.symbol} changes with itself one to one`],
      ...placeLines(vertex),
    ];
    case "none": return [
      ["formula", `${vertex.gradient} = 0`],
      ["because", `no gradient flows from ${story.vertices[story.root].symbol} to ${vertex.symbol}`],
    ];
    default: return backwardLines(story, at);
  }
}

function givenLines(story) {
  const given = story.vertices.filter((vertex) => vertex.call === null && vertex.symbol !== vertex.value.text);
  const lines = given.slice(0, 12).map((vertex) => ["numbers", `${vertex.symbol} = ${vertex.value.text}`]);
  if (given.length > 12) lines.push(["because", `and ${given.length - 12} more, in the table below`]);
  return lines.length ? lines : [["because", "no inputs"]];
}

function backwardLines(story, at) {
  const step = story.steps[at];
  const edge = story.edges[step.edge];
  const vertex = story.vertices[step.vertex];
  const uses = usesOf(story, step.vertex);
  const done = uses.slice(0, uses.indexOf(edge) + 1);
  const lines = [["formula", `${vertex.gradient} ${uses.length > 1 ? "+=" : "="} ${edge.term}`]];
  lines.push(["numbers", edge.product === null ? `= ${edge.brings.text}` : `= ${edge.product} = ${edge.brings.text}`]);
  lines.push(["because", `because ${edge.because}`]);
  if (uses.length > 1) {
    const scalar = done.length > 1 && done.length <= 6 && done.every((use) => use.product !== null);
    const terms = scalar ? `${done.map((use) => use.brings.text).join(" + ")} = ` : "";
    const rest = uses.length - done.length;
    lines.push(["sum", `${vertex.gradient} ${rest ? "so far" : ""}: ${terms}${edge.sum.text} `.replace(" :", ":")
      + `(use ${done.length} of ${uses.length}${rest ? `, ${rest} to come` : ", complete"})`]);
  }
  return [...lines, ...placeLines(story.vertices[edge.target])];
}

// The edges that bring gradient to a value, in the order of the steps.
function usesOf(story, i) {
  return story.steps.filter((step) => step.phase === "backward" && step.vertex === i).map((step) => story.edges[step.edge]);
}

function placeLines(vertex) {
  const lines = [];
  if (vertex.where?.text) lines.push(["source", vertex.where.text, `${vertex.where.file}, line ${vertex.where.line}`]);
  if (vertex.modules.length) lines.push(["because", `in ${vertex.modules.at(-1)}`]);
  return lines;
}

// The small arrays of a step in full.
function tablesOf(story, at) {
  const step = story.steps[at];
  const vertex = story.vertices[step.vertex];
  if (step.phase === "given") return [];
  if (step.phase === "forward") return [[vertex.symbol, vertex.value, "value"]];
  if (step.phase !== "backward") return vertex.grad ? [[vertex.gradient, vertex.grad, "gradient"]] : [];
  const edge = story.edges[step.edge];
  const target = story.vertices[edge.target];
  const tables = [[target.gradient, target.grad, "gradient"]];
  for (const other of story.edges.filter((found) => found.target === edge.target && found !== edge)) {
    if (other.source !== edge.source) tables.push(valueTable(story.vertices[other.source]));
  }
  return [...tables, [edge.sum ? `${vertex.gradient} so far` : vertex.gradient, edge.sum ?? edge.brings, "gradient"]];
}

// A value as a table, but for a constant that the formula shows.
function valueTable(vertex) {
  return vertex.symbol === vertex.value.text ? null : [vertex.symbol, vertex.value, "value"];
}

// An array of at most two dimensions with its entries, or null.
function arrayTable(told) {
  if (told === null) return null;
  const [name, value, className] = told;
  const { shape, entries } = value;
  if (!entries?.length || shape.length < 1 || shape.length > 2) return null;
  const table = element("table");
  table.append(element("caption", "", `${name} (${shape.join("×")})`));
  const columns = shape.at(-1);
  for (let row = 0; row < entries.length; row += columns) {
    const cells = entries.slice(row, row + columns).map((entry) => element("td", "", entry));
    const line = element("tr");
    line.append(...cells);
    table.append(line);
  }
  const box = element("div", `array ${className}`);
  box.append(table);
  return box;
}

// Put tables into a box; one that must be scrolled is reached by Tab.
function putTables(box, told) {
  const tables = told.map(arrayTable).filter((table) => table);
  box.append(...tables);
  for (const table of tables) if (table.scrollWidth > table.clientWidth) table.tabIndex = 0;
}

function showStep(story, at) {
  write(document.getElementById("phase"), headingOf(story, at));
  const lines = linesOf(story, at).map(([className, text, place]) => {
    const line = element("p", className, text);
    if (place) line.dataset.place = place;
    return line;
  });
  document.getElementById("lines").replaceChildren(...lines);
  const tables = document.getElementById("tables");
  tables.replaceChildren();
  putTables(tables, tablesOf(story, at));
}

// ---- the code

function layCode(story) {
  document.getElementById("listing").append(...story.code.map((text) => element("li", "", text)));
}

// Mark the lines of a step: of a forward step those of the call, of a backward step those of what the edge brings.
function showCode(story, at) {
  const listing = document.getElementById("listing");
  const step = story.steps[at];
  const back = step.phase === "backward";
  let lines = [];
  if (back) lines = story.edges[step.edge].lines;
  else if (step.phase === "forward" || step.phase === "seed") lines = story.vertices[step.vertex].forward;
  [...listing.children].forEach((line, i) => {
    const current = lines.includes(i + 1);
    line.classList.toggle("current", current);
    line.classList.toggle("back", current && back);
    if (current) line.setAttribute("aria-current", "step");
    else line.removeAttribute("aria-current");
  });
  const first = listing.children[Math.min(...lines) - 1];
  if (first) listing.scrollTop = first.offsetTop - listing.clientHeight / 3;
}

// ---- the table of all values

function layTable(story, pick) {
  document.getElementById("rows").append(...story.vertices.map((vertex, i) => {
    const row = element("tr");
    const name = element("th");
    name.scope = "row";
    const jump = element("button", "", vertex.symbol);
    jump.type = "button";
    jump.addEventListener("click", () => pick(i));
    name.append(jump);
    row.hidden = vertex.kind === "constant" && vertex.symbol === vertex.value.text;
    row.append(name, element("td", "", vertex.call ?? vertex.kind), element("td"), element("td"));
    return row;
  }));
}

function showTable(story, times, at) {
  [...document.getElementById("rows").children].forEach((row, i) => {
    const vertex = story.vertices[i];
    write(row.children[2], times.valueAt[i] <= at ? vertex.value.text : "");
    write(row.children[3], times.gradAt[i] <= at ? vertex.grad?.text ?? "0" : "");
  });
}
