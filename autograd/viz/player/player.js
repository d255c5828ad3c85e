"use strict";
// The page: which step is shown, and what changes it. `at` is the step; all else follows from it.

(() => {
  const story = readStory();
  const button = (id) => document.getElementById(id);
  const slider = button("slider");
  const times = timetable(story);
  const end = story.steps.length - 1;
  const picture = new Picture(story, times, jump);
  const practice = new Practice(story, times, show, say);
  let at = 0;
  let timer = null;
  let practising = false;

  // ---- the step

  function show(step, asked) {
    at = step;
    picture.show(at, asked);
    showStep(story, at);
    showCode(story, at);
    showTable(story, times, at);
    slider.value = at;
    slider.setAttribute("aria-valuetext", headingOf(story, at));
    const limit = furthest();
    dim(at === 0, "first", "back");
    dim(at >= limit, "next", "last");
    dim(practising, "play");
  }

  // Not `disabled`: a button would lose the focus, and with it the keys.
  function dim(idle, ...ids) { ids.forEach((id) => button(id).setAttribute("aria-disabled", String(idle))); }

  function furthest() { return practising && practice.question ? practice.limit : end; }

  function go(step) {
    const limit = furthest();
    if (practising && step > limit) return say(`First the question: ${practice.question.name}?`);
    const to = Math.min(limit, Math.max(0, step));
    const asking = practising && practice.question && to === limit;
    show(to, asking ? practice.question.vertex : undefined);
    return say(`${headingOf(story, at)}. ${linesOf(story, at).map((line) => line[1]).join(". ")}`);
  }

  // To the step at which a value got its gradient, or its value if that is what comes next.
  function jump(vertex) {
    pause();
    const known = times.gradAt[vertex];
    go(at < times.valueAt[vertex] || known > furthest() ? times.valueAt[vertex] : known);
  }

  // To the screen reader; a text that is there already would not be read again.
  function say(text) {
    const said = document.getElementById("said");
    write(said, said.textContent === shown(text) ? `${text}\u00a0` : text);
  }

  // ---- playing

  function play() {
    if (practising) return;
    if (at >= end) go(0);
    button("play").textContent = "Pause";
    schedule();
  }

  function schedule() {
    timer = setTimeout(() => {
      go(at + 1);
      if (at >= end) pause();
      else schedule();
    }, Number(document.getElementById("speed").value));
  }

  function pause() {
    clearTimeout(timer);
    timer = null;
    button("play").textContent = "Play";
  }

  const toggle = () => (timer === null ? play() : pause());

  function step(by) {
    pause();
    go(at + by);
  }

  // ---- what the user does

  function mode(practise) {
    pause();
    practising = practise && practice.start >= 0;
    button("watch").setAttribute("aria-pressed", String(!practising));
    button("practise").setAttribute("aria-pressed", String(practising));
    document.getElementById("practice").hidden = !practising;
    document.getElementById("now").hidden = false;
    if (practising) {
      practice.begin();
      say(practice.question ? `Practice. ${practice.question.name}?` : "Practice.");
    } else go(at);
  }

  function theme() {
    const dark = getComputedStyle(document.documentElement).colorScheme === "dark"
      || (document.documentElement.style.colorScheme === "" && matchMedia("(prefers-color-scheme: dark)").matches);
    document.documentElement.style.colorScheme = dark ? "light" : "dark";
    button("theme").textContent = dark ? "Dark" : "Light";
  }

  function key(event) {
    const target = event.target;
    if (event.altKey || event.ctrlKey || event.metaKey || target.closest("input, select, #view, #listing, .array")) return;
    if (event.key === " " && target.closest("button, summary")) return; // presses it
    const action = { ArrowRight: () => step(1), ArrowLeft: () => step(-1), Home: () => step(-at),
      End: () => step(furthest() - at), " ": toggle }[event.key];
    if (action) {
      event.preventDefault();
      action();
    }
  }

  button("first").addEventListener("click", () => step(-at));
  button("back").addEventListener("click", () => step(-1));
  button("play").addEventListener("click", toggle);
  button("next").addEventListener("click", () => step(1));
  button("last").addEventListener("click", () => step(furthest() - at));
  button("watch").addEventListener("click", () => mode(false));
  button("practise").addEventListener("click", () => mode(true));
  button("theme").addEventListener("click", theme);
  button("smaller").addEventListener("click", () => { picture.zoom(picture.chosen = picture.scale / 1.25); });
  button("larger").addEventListener("click", () => { picture.zoom(picture.chosen = picture.scale * 1.25); });
  button("fit").addEventListener("click", () => {
    picture.zoom(picture.chosen = picture.view.clientWidth / picture.size[0]);
  });
  slider.addEventListener("input", () => {
    pause();
    go(Math.min(Number(slider.value), furthest()));
  });
  document.addEventListener("keydown", key);
  let width = 0;
  new ResizeObserver(() => {
    if (width === picture.view.clientWidth) return;
    width = picture.view.clientWidth;
    picture.arrange();
    picture.show(at, practising && practice.question && at === practice.limit ? practice.question.vertex : undefined);
  }).observe(picture.view);

  // ---- the beginning

  const root = story.vertices[story.root];
  write(document.getElementById("title"), `Gradients of ${root.symbol}${root.call === null ? "" : ` = ${root.call}`}`);
  document.title = document.getElementById("title").textContent;
  document.getElementById("notes").append(...story.notes.map((note) => element("p", "note", note)));
  button("theme").textContent = matchMedia("(prefers-color-scheme: dark)").matches ? "Light" : "Dark";
  if (practice.questions.every((question) => question.truth === null)) {
    button("practise").disabled = true;
    button("practise").title = "No gradient here is a number, or an array small enough to ask for.";
  }
  slider.max = end;
  layCode(story);
  layTable(story, jump);
  picture.arrange();
  show(0, undefined);
})();
