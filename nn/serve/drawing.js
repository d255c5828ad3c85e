"use strict";
// The pad: strokes by pointer or keyboard, drawn as the files are that the model knows, light on black or dark on white.

function makePad(pad, cursor, pen, {dark, shape}, changed) {
  pad.height = Math.max(1, Math.round((pad.width * shape[1]) / shape[2]));
  const context = pad.getContext("2d");
  const step = pad.width / 28;
  const width = 0.08 * Math.min(pad.width, pad.height); // about what MNIST's pens are to its digits
  const at = {x: pad.width / 2, y: pad.height / 2};
  let strokes = [];
  let stroke = null; // the one being drawn
  let byKeys = false;

  function paint() {
    context.fillStyle = dark ? "#fff" : "#000";
    context.fillRect(0, 0, pad.width, pad.height);
    context.fillStyle = context.strokeStyle = dark ? "#000" : "#fff";
    context.lineWidth = width;
    context.lineCap = context.lineJoin = "round";
    for (const points of strokes) {
      context.beginPath();
      context.arc(points[0].x, points[0].y, width / 2, 0, 2 * Math.PI); // a canvas draws no line of no length
      context.fill();
      context.beginPath();
      for (const point of points) context.lineTo(point.x, point.y);
      context.stroke();
    }
  }

  function begin(point) {
    stroke = [point];
    strokes.push(stroke);
    go(point);
  }

  function go(point) {
    if (stroke.at(-1) !== point) stroke.push(point);
    paint();
    changed();
  }

  function lift() {
    stroke = null;
    byKeys = false;
  }

  function clear() {
    strokes = [];
    lift();
    paint();
  }

  function undo() {
    strokes.pop();
    lift();
    paint();
    changed();
  }

  function place(event) {
    const box = pad.getBoundingClientRect();
    return {x: ((event.clientX - box.left) * pad.width) / box.width, y: ((event.clientY - box.top) * pad.height) / box.height};
  }

  pad.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !event.isPrimary) return;
    event.preventDefault();
    pad.focus({focusVisible: false});
    cursor.hidden = true;
    pad.setPointerCapture(event.pointerId);
    byKeys = false;
    begin(place(event));
    pen.textContent = "";
  });
  pad.addEventListener("pointermove", (event) => {
    if (!stroke || byKeys || !event.isPrimary) return;
    const passed = event.getCoalescedEvents?.() ?? [];
    for (const one of passed.length ? passed : [event]) go(place(one));
  });
  for (const name of ["pointerup", "pointercancel"]) pad.addEventListener(name, () => byKeys || lift());

  function show() {
    cursor.hidden = false;
    cursor.classList.toggle("down", byKeys);
    cursor.style.left = `${(100 * at.x) / pad.width}%`;
    cursor.style.top = `${(100 * at.y) / pad.height}%`;
    const [column, row] = [at.x, at.y].map((distance) => Math.round((10 * distance) / step) / 10);
    pen.textContent = `Pen ${byKeys ? "down" : "up"} at column ${column}, row ${row}`;
  }

  const MOVES = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};
  pad.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const move = MOVES[event.key];
    if (move) {
      const far = event.shiftKey ? step / 4 : step;
      at.x = Math.min(pad.width, Math.max(0, at.x + far * move[0]));
      at.y = Math.min(pad.height, Math.max(0, at.y + far * move[1]));
      if (byKeys) go({...at});
    } else if (event.key === " ") {
      if (event.repeat) return event.preventDefault();
      if (byKeys) lift();
      else {
        begin({...at});
        byKeys = true;
      }
    } else if (event.key === "Backspace") undo();
    else if (event.key === "Escape") lift();
    else return;
    event.preventDefault();
    show();
  });
  pad.addEventListener("blur", () => {
    cursor.hidden = true;
    pen.textContent = "";
    if (byKeys) lift();
  });
  pad.addEventListener("focus", () => pad.matches(":focus-visible") && show());

  async function preview(file) {
    // a picture of the file on the pad; what is no image is for the server to say
    clear();
    try {
      const image = await createImageBitmap(file);
      const scale = Math.min(pad.width / image.width, pad.height / image.height);
      const size = [image.width * scale, image.height * scale];
      context.drawImage(image, (pad.width - size[0]) / 2, (pad.height - size[1]) / 2, ...size);
    } catch {}
  }

  paint();
  return {
    clear,
    undo,
    preview,
    isEmpty: () => strokes.length === 0,
    blob: () => new Promise((done) => pad.toBlob(done, "image/png")),
  };
}
