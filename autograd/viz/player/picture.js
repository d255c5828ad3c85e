"use strict";
// The graph: boxes for values over curves for operands, and what of them is known at a step.

const WIDE = { width: 164, height: 68 };
const NARROW = { width: 126, height: 68 }; // on a phone
const AGAIN = { width: 96, height: 26 };
const MARGIN = 14;
const SMALLEST = 0.8; // a picture that would have to be smaller to fit is scrolled
const LARGEST = 1.3; // of one that would fit larger

// What Python told, its values put where they are spoken of.
function readStory() {
  const story = JSON.parse(document.getElementById("story").textContent);
  const put = (owner, ...keys) => keys.forEach((key) => { owner[key] = story.values[owner[key]] ?? null; });
  story.vertices.forEach((vertex) => put(vertex, "value", "grad"));
  story.edges.forEach((edge) => edge.brings !== undefined && put(edge, "brings", "sum"));
  return story;
}

// When each value, gradient and edge becomes known: the numbers of steps.
function timetable(story) {
  const valueAt = story.vertices.map((vertex) => (vertex.call === null ? 0 : Infinity));
  const gradAt = story.vertices.map(() => Infinity);
  const edgeAt = story.edges.map(() => Infinity);
  const uses = story.vertices.map(() => []); // the edges that bring a gradient, in the order of the steps
  story.steps.forEach((step, at) => {
    if (step.phase === "forward") valueAt[step.vertex] = at;
    else if (step.phase !== "given") gradAt[step.vertex] = at; // the last of its edges stays
    if (step.phase !== "backward") return;
    edgeAt[step.edge] = at;
    uses[step.vertex].push(step.edge);
  });
  return { valueAt, gradAt, edgeAt, uses };
}

class Picture {
  constructor(story, times, pick) {
    Object.assign(this, { story, times, scale: 1, chosen: null, across: null });
    this.view = document.getElementById("view");
    this.canvas = document.getElementById("canvas");
    this.svg = document.getElementById("edges");
    const layout = story.layout;
    this.nodes = story.vertices.map((vertex, i) => (layout.spots[i] ? this.box(vertex, i, pick) : null));
    this.again = layout.again.map(({ vertex }) => {
      const node = element("div", "node again", story.vertices[vertex].symbol);
      node.addEventListener("click", () => pick(vertex));
      return this.canvas.appendChild(node);
    });
    this.curves = story.edges.map((edge, i) => (layout.routes[i] ? this.curve(edge) : null));
    this.flow = this.canvas.appendChild(element("div", "flow"));
    this.canvas.setAttribute("aria-label", `Graph of ${story.vertices.length} values, from the inputs to `
      + `${story.vertices[story.root].symbol}.`);
  }

  box(vertex, i, pick) {
    const node = element("div", `node ${vertex.kind}`);
    node.classList.toggle("root", i === this.story.root);
    node.append(element("div", "name", vertex.call === null ? vertex.symbol : `${vertex.symbol} = ${vertex.call}`));
    node.append(element("div", "value"));
    if (vertex.kind !== "constant") node.append(element("div", "gradient"));
    node.title = shown(vertex.call === null ? vertex.symbol : `${vertex.symbol} = ${vertex.call}`);
    node.addEventListener("click", () => pick(i));
    return this.canvas.appendChild(node);
  }

  curve(edge) {
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("class", "edge");
    path.classList.toggle("constant", edge.brings === undefined);
    return this.svg.appendChild(path);
  }

  // ---- where things stand

  // Ranks run to the right where there is room for that, else downwards.
  arrange() {
    const wide = this.view.clientWidth;
    const across = wide >= 620;
    if (across !== this.across) {
      this.across = across;
      const { ranks, places } = this.story.layout;
      const { width, height } = this.room = across ? WIDE : NARROW;
      this.pitch = across ? { rank: width + 76, place: height + 16 } : { rank: height + 52, place: width + 12 };
      const along = (ranks - 1) * this.pitch.rank + (across ? width : height);
      const beside = places * this.pitch.place;
      this.size = across ? [along + 2 * MARGIN, beside + 2 * MARGIN] : [beside + 2 * MARGIN, along + 2 * MARGIN];
      this.put();
    }
    this.zoom(this.chosen ?? Math.min(LARGEST, Math.max(SMALLEST, wide / this.size[0])));
  }

  // The centre of a spot of the layout.
  at([rank, place]) {
    const along = MARGIN + (this.across ? this.room.width : this.room.height) / 2 + rank * this.pitch.rank;
    const beside = MARGIN + place * this.pitch.place;
    return this.across ? [along, beside] : [beside, along];
  }

  put() {
    const { spots, routes, again } = this.story.layout;
    this.svg.setAttribute("width", this.size[0]);
    this.svg.setAttribute("height", this.size[1]);
    this.nodes.forEach((node, i) => node && place(node, this.at(spots[i]), this.room));
    this.again.forEach((node, i) => place(node, this.at(again[i].spot), AGAIN));
    const repeated = new Set(again.map(({ edge }) => edge));
    const ports = this.ports();
    this.curves.forEach((path, i) => {
      if (path) path.setAttribute("d", this.through(routes[i], ports[i], repeated.has(i) ? AGAIN : this.room));
    });
  }

  // Where on its side an edge ends, from -0.5 to 0.5: the operands of a call in order.
  ports() {
    const ports = [];
    const byTarget = new Map();
    this.story.edges.forEach(({ target }, i) => byTarget.set(target, [...(byTarget.get(target) ?? []), i]));
    for (const all of byTarget.values()) {
      const drawn = all.filter((i) => this.story.layout.routes[i]);
      const beside = (i) => this.story.layout.routes[i].at(-2)[1];
      drawn.sort((one, other) => beside(one) - beside(other) || one - other);
      drawn.forEach((i, k) => { ports[i] = (k + 1) / (drawn.length + 1) - 0.5; });
    }
    return ports;
  }

  through(route, port, first) {
    const points = route.map((spot) => this.at(spot));
    const [x, y] = this.across ? [0, 1] : [1, 0]; // along the ranks, beside them
    points[0][x] += (this.across ? first.width : first.height) / 2;
    const end = points.at(-1);
    end[x] -= (this.across ? this.room.width : this.room.height) / 2 + 1;
    end[y] += port * (this.across ? this.room.height : this.room.width) * 0.7;
    let path = `M${points[0].map(Math.round)}`;
    for (let k = 1; k < points.length; k++) {
      const middle = (points[k - 1][x] + points[k][x]) / 2;
      const one = [...points[k - 1]], two = [...points[k]];
      one[x] = two[x] = middle;
      path += `C${[one, two, points[k]].flat().map(Math.round)}`;
    }
    return path;
  }

  zoom(scale) {
    this.scale = Math.min(2, Math.max(0.2, scale));
    const sizer = document.getElementById("sizer");
    this.canvas.style.transform = `scale(${this.scale})`;
    sizer.style.width = `${Math.ceil(this.size[0] * this.scale)}px`;
    sizer.style.height = `${Math.ceil(this.size[1] * this.scale)}px`;
  }

  // ---- what is known

  // The picture at a step; `asked` is the value whose gradient is the question of the practice, if there is one.
  show(at, asked) {
    const { story, times } = this;
    const step = story.steps[at];
    story.vertices.forEach((vertex, i) => this.nodes[i] && this.fill(this.nodes[i], vertex, i, at, asked));
    const focus = asked ?? step.vertex;
    const back = asked !== undefined || step.phase !== "forward";
    this.nodes.forEach((node, i) => node && mark(node, i === focus, back));
    this.again.forEach((node, i) => mark(node, asked === undefined && story.layout.again[i].edge === step.edge, back));
    story.edges.forEach((edge, i) => {
      const path = this.curves[i];
      if (!path) return;
      const value = asked === undefined && step.phase === "forward" && edge.target === step.vertex;
      const gradient = asked === undefined ? step.edge === i : edge.source === asked && edge.brings !== undefined;
      const done = times.edgeAt[i] <= at;
      path.classList.toggle("value", value);
      path.classList.toggle("gradient", gradient);
      path.classList.toggle("done", done);
      path.setAttribute("marker-end", value ? "url(#tip-value)" : gradient || done ? "" : "url(#tip)");
      path.setAttribute("marker-start", gradient || done ? "url(#tip-gradient)" : "");
    });
    this.label(asked === undefined ? step.edge : undefined);
    const again = asked === undefined && story.layout.again.find((other) => other.edge === step.edge);
    const spot = again ? again.spot : story.layout.spots[focus];
    if (spot) this.follow(spot);
  }

  fill(node, vertex, i, at, asked) {
    const valued = this.times.valueAt[i] <= at;
    const grad = gradientAt(this.story, this.times, i, at);
    node.classList.toggle("valued", valued);
    node.classList.toggle("graded", grad.complete);
    node.classList.toggle("partial", !grad.complete && grad.text !== "");
    write(node.querySelector(".value"), valued ? vertex.value.brief : "");
    if (vertex.kind !== "constant") write(node.querySelector(".gradient"), asked === i ? "?" : grad.text);
  }

  // The factor on the edge in hand: the local derivative, where that is one number.
  label(i) {
    const path = this.curves[i];
    const local = this.story.edges[i]?.local ?? null;
    this.flow.hidden = !path || local === null;
    if (this.flow.hidden) return;
    const middle = path.getPointAtLength(path.getTotalLength() / 2);
    write(this.flow, `× ${local}`);
    this.flow.style.left = `${middle.x}px`;
    this.flow.style.top = `${middle.y}px`;
  }

  follow(spot) {
    const [x, y] = this.at(spot);
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.view.scrollTo({
      left: x * this.scale - this.view.clientWidth / 2,
      top: y * this.scale - this.view.clientHeight / 2,
      behavior: still ? "instant" : "smooth",
    });
  }
}

// The gradient of a value at a step, short: complete, a sum with terms to come, or nothing yet.
function gradientAt(story, times, i, at) {
  const vertex = story.vertices[i];
  if (times.gradAt[i] <= at) return { complete: true, text: vertex.grad?.brief ?? "0" };
  const brought = times.uses[i].findLast((edge) => times.edgeAt[edge] <= at);
  return { complete: false, text: brought === undefined ? "" : `${story.edges[brought].sum.brief} + …` };
}

function mark(node, current, back) {
  node.classList.toggle("current", current);
  node.classList.toggle("back", current && back);
}

function place(node, [x, y], { width, height }) {
  node.style.width = `${width}px`;
  node.style.height = `${height}px`;
  node.style.left = `${x - width / 2}px`;
  node.style.top = `${y - height / 2}px`;
}

// ---- writing: whatever a user named comes in here, and only as text

function element(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) write(node, text);
  return node;
}

function write(node, text) {
  const written = shown(text);
  if (node.textContent !== written) node.textContent = written;
}

// Letters that run from right to left, each run isolated: they would turn the formula around them.
function shown(text) {
  return String(text).replace(/[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]+/g, "\u2068$&\u2069");
}
