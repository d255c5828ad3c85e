"use strict";
// What an answer looks like: a bar for each class, the image that the model sees, and the gradient over its pixels.

const MOST_BARS = 20;
const CELL = 280; // how wide a picture is drawn, at least
const MARKED = 0.35; // of the largest gradient; from there on a pixel has its sign, for eyes that see no colour

const signed = (value) => (value > 0 ? "+" : value < 0 ? "−" : "") + Number(Math.abs(value).toPrecision(3));

function numberOf(answer, k) {
  const value = (answer.probabilities ?? answer.values)[k];
  if (value === null) return "not a number";
  return answer.probabilities ? `${(100 * value).toFixed(1)} %` : signed(value);
}

function ranked(answer) {
  const numbers = answer.probabilities ?? answer.values;
  return [...numbers.keys()].sort((a, b) => (numbers[b] ?? -Infinity) - (numbers[a] ?? -Infinity));
}

function verdict(answer) {
  const [first, second] = ranked(answer);
  const name = (k) => `${answer.classes[k]} (${numberOf(answer, k)})`;
  if ((answer.probabilities ?? answer.values)[first] === null) return "The model returns no numbers for this.";
  return `${answer.probabilities ? "Read as" : "Largest:"} ${name(first)}` + (second === undefined ? "" : `, then ${name(second)}`);
}

function makeBars(list, choose) {
  const rows = new Map();

  function row(k, name) {
    const button = document.createElement("button");
    button.type = "button";
    const parts = {};
    for (const part of ["name", "track", "number"]) {
      parts[part] = document.createElement("span");
      parts[part].className = part;
      button.append(parts[part], " ");
    }
    parts.name.textContent = button.title = name;
    parts.track.setAttribute("aria-hidden", "true");
    parts.bar = parts.track.appendChild(document.createElement("span"));
    parts.bar.className = "bar";
    button.addEventListener("click", () => choose(k));
    const item = document.createElement("li");
    item.append(button);
    return {item, button, ...parts};
  }

  return (answer) => {
    const numbers = answer?.probabilities ?? answer?.values ?? [];
    const most = answer?.probabilities ? 1 : Math.max(...numbers.map((value) => Math.abs(value ?? 0)));
    const few = numbers.length <= MOST_BARS;
    const shown = few ? [...numbers.keys()] : ranked(answer).slice(0, MOST_BARS);
    const focused = document.activeElement;
    const items = shown.map((k) => {
      if (!rows.has(k)) rows.set(k, row(k, answer.classes[k]));
      const {item, button, bar, number} = rows.get(k);
      bar.style.width = `${(100 * Math.abs(numbers[k] ?? 0)) / (most || 1)}%`;
      number.textContent = numberOf(answer, k);
      button.setAttribute("aria-pressed", String(k === answer.chosen));
      return item;
    });
    if (items.length !== list.children.length || items.some((item, i) => item !== list.children[i])) {
      list.replaceChildren(...items);
      if (list.contains(focused)) focused.focus();
    }
  };
}

function resize(canvas, [, height, width]) {
  const cell = Math.max(1, Math.ceil(CELL / width));
  canvas.width = width * cell;
  canvas.height = height * cell;
  return cell;
}

function showSeen(canvas, {seen, shape}) {
  const [channels, height, width] = shape;
  const cell = resize(canvas, shape);
  const context = canvas.getContext("2d");
  for (let i = 0; i < height * width; i++) {
    const [r, g, b] = [0, 1, 2].map((c) => seen[(channels === 3 ? c : 0) * height * width + i]);
    context.fillStyle = `rgb(${r} ${g} ${b})`;
    context.fillRect((i % width) * cell, Math.floor(i / width) * cell, cell, cell);
  }
}

function summed({saliency, shape}) {
  // the gradient of a pixel is that of its channels together
  const size = shape[1] * shape[2];
  return Array.from({length: size}, (_, i) => {
    let sum = 0;
    for (let c = 0; c < shape[0]; c++) sum += saliency[c * size + i] ?? 0;
    return sum;
  });
}

const colour = (element) => getComputedStyle(element).backgroundColor.match(/[\d.]+/g).slice(0, 3).map(Number);

function showSaliency(canvas, answer, swatches) {
  const {shape} = answer;
  const width = shape[2];
  const values = summed(answer);
  const most = Math.max(...values.map(Math.abs));
  const [against, zero, for_] = swatches.map(colour); // those of the legend, in either theme
  const cell = resize(canvas, shape);
  const context = canvas.getContext("2d");
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.font = `bold ${cell}px monospace`;
  values.forEach((value, i) => {
    const strength = most ? Math.abs(value) / most : 0;
    const end = value < 0 ? against : for_;
    context.fillStyle = `rgb(${zero.map((from, c) => Math.round(from + strength * (end[c] - from))).join(" ")})`;
    const [x, y] = [(i % width) * cell, Math.floor(i / width) * cell];
    context.fillRect(x, y, cell, cell);
    if (cell >= 8 && strength > MARKED) {
      context.fillStyle = strength > 0.6 ? `rgb(${zero.join(" ")})` : getComputedStyle(canvas).color;
      context.fillText(value < 0 ? "−" : "+", x + cell / 2, y + cell / 2);
    }
  });
  outline(context, answer, cell, getComputedStyle(canvas).color);
  return {most, words: strongest(values, width)};
}

function outline(context, {seen, shape}, cell, ink) {
  // where the strokes end, for a reader who compares the two pictures
  const [channels, height, width] = shape;
  if (channels !== 1 || cell < 4) return;
  const inside = (x, y) => x >= 0 && y >= 0 && x < width && y < height && seen[y * width + x] > 127;
  context.strokeStyle = ink;
  context.beginPath();
  for (let y = 0; y <= height; y++) {
    for (let x = 0; x <= width; x++) {
      if (inside(x, y) !== inside(x - 1, y)) context.rect(x * cell, y * cell, 0, cell);
      if (inside(x, y) !== inside(x, y - 1)) context.rect(x * cell, y * cell, cell, 0);
    }
  }
  context.stroke();
}

function strongest(values, width) {
  const place = (value) => {
    const i = values.indexOf(value);
    return `row ${Math.floor(i / width) + 1}, column ${(i % width) + 1} (${signed(value)})`;
  };
  const [most, least] = [Math.max(...values), Math.min(...values)];
  const parts = [most > 0 && `most for it: ${place(most)}`, least < 0 && `most against it: ${place(least)}`].filter(Boolean);
  return parts.length ? `A brighter pixel speaks ${parts.join("; ")}.` : "No pixel changes it: the gradient is 0 everywhere.";
}
