"use strict";
// The page: asks the server about the drawing or the file, one question at a time, and shows the last answer.

const element = (id) => document.getElementById(id);
const about = JSON.parse(element("model").textContent);
const BUSY = 120; // milliseconds between a stroke's questions
let file = null; // the image that was chosen instead of a drawing
let picked = null; // the class whose gradient is shown; null for the likeliest
let last = null; // the last answer
let asking = false;
let again = false;
let turn = 0; // of the pictures: an answer about an older one is not shown

const pad = makePad(element("pad"), element("cursor"), element("pen"), about, () => {
  file = null;
  changed();
});
const showBars = makeBars(element("bars"), (k) => {
  picked = picked === k ? null : k;
  ask();
});

function changed() {
  turn++;
  if (!file && pad.isEmpty()) show(null);
  else if (asking) again = true;
  else ask();
}

async function ask() {
  if (asking) {
    again = true;
    return;
  }
  asking = true;
  const asked = turn;
  const query = new URLSearchParams(element("centre").checked && about.centring ? {centre: 1} : {});
  if (picked !== null) query.set("class", picked);
  try {
    const body = file ?? (await pad.blob());
    if (body.size > about.limit) throw new Error(`The file is too large: ${about.limit / 2 ** 20} MiB are the most.`);
    const response = await fetch(`predict?${query}`, {method: "POST", body}).catch(() => {
      throw new Error("The server does not answer. Does it still run?");
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.error);
    if (asked === turn || again) show(!file && pad.isEmpty() ? null : answer);
  } catch (error) {
    if (asked === turn) show(null, error.message);
  }
  await new Promise((done) => setTimeout(done, again ? BUSY : 0));
  asking = false;
  if (again) {
    again = false;
    if (file || !pad.isEmpty()) ask();
  }
}

function show(answer, problem = "") {
  last = answer;
  element("problem").hidden = !problem;
  element("problem").textContent = problem;
  const text = answer ? verdict(answer) : problem ? "" : "Nothing is drawn yet.";
  if (element("verdict").textContent !== text) element("verdict").textContent = text;
  showBars(answer);
  element("hint").hidden = element("why").hidden = !answer;
  if (answer) explain(answer);
}

function explain(answer) {
  const [, height, width] = answer.shape;
  const name = answer.classes[answer.chosen];
  showSeen(element("seen"), answer);
  element("size").textContent = `(${width} × ${height})`;
  element("seen").setAttribute("aria-label", `The image as the model sees it, ${width} by ${height} pixels`);
  element("of").textContent = `What speaks for and against ${name}`;
  const swatches = ["against", "zero", "for"].map((part) => document.querySelector(`#scale .${part}`));
  const {most, words} = showSaliency(element("saliency"), answer, swatches);
  element("least").textContent = signed(-most);
  element("most").textContent = signed(most);
  element("legend").textContent =
    `The gradient of the ${answer.score} of ${name} over each pixel, per unit of brightness (black 0, white 1): where it ` +
    `is orange (+), a brighter pixel would raise it; where it is blue (−), lower it.`;
  element("strongest").textContent = words;
}

function take(chosen) {
  if (!chosen) return;
  file = chosen;
  picked = null;
  pad.preview(file);
  changed();
}

element("clear").addEventListener("click", () => {
  file = picked = null;
  pad.clear();
  changed();
});
element("undo").addEventListener("click", () => {
  pad.undo();
});
element("centre").addEventListener("change", () => changed());
element("choose").addEventListener("click", () => element("file").click());
element("file").addEventListener("change", (event) => {
  take(event.target.files[0]);
  event.target.value = ""; // the same file can be chosen again
});
document.addEventListener("dragover", (event) => {
  event.preventDefault();
  element("field").classList.add("over");
});
document.addEventListener("dragleave", (event) => event.relatedTarget || element("field").classList.remove("over"));
document.addEventListener("drop", (event) => {
  event.preventDefault();
  element("field").classList.remove("over");
  take(event.dataTransfer.files[0]);
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => last && explain(last));

function tell() {
  element("name").textContent = about.name;
  document.title = `${about.name}: draw`;
  element("task").textContent = about.texts.task;
  element("task").hidden = !about.texts.task;
  element("centring").hidden = !about.centring;
  const figures = Object.entries(about.figures).map(([name, value]) => [name, typeof value === "number" ? Number(value.toPrecision(4)) : value]);
  const {data, limits, license} = about.texts;
  const classes = about.classes.length > 30 ? `${about.classes.slice(0, 30).join(", ")}, …` : about.classes.join(", ");
  const rows = [["Classes", classes], ["Reads", about.input], ...figures, ["Data", data], ["Limits", limits], ["License", license]];
  for (const [title, text] of rows.filter((pair) => pair[1] !== "")) {
    for (const [tag, content] of [["dt", title], ["dd", text]]) {
      const part = document.createElement(tag);
      part.textContent = content;
      element("about").append(part);
    }
  }
}

tell();
show(null);
