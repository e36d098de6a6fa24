// What charts are made of: elements, tooltips, keys, legends.

function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

const text = (x, y, content, style = "", anchor = "start") =>
  svg("text", { x, y, class: style, "text-anchor": anchor }, content);

function button(label, name, action) {
  const node = element("button", { type: "button", "aria-label": name, title: name }, label);
  node.addEventListener("click", action);
  return node;
}

const tip = element("div", { class: "tip", hidden: "" });
const spoken = element("div", { class: "unseen", "aria-live": "polite" });
document.body.append(tip, spoken);

// A page that scrolls under a resting mouse must not take away what keys point at.
let isOfKeys = false;

/** Shows what a mouse points at while it moves. */
function hover(node, lines) {
  node.addEventListener("pointermove", (event) => {
    if (event.movementX === 0 && event.movementY === 0) return;
    showTip(event.clientX, event.clientY, lines(event));
  });
}

const leave = (picture) =>
  picture.addEventListener("pointerleave", () => { if (!isOfKeys) hideTip(); });

/** Shows lines beside a place of the window; what keys point at is spoken as well. */
function showTip(x, y, lines, isSpoken = false) {
  tip.textContent = lines.join("\n");
  tip.hidden = false;
  isOfKeys = isSpoken;
  const box = tip.getBoundingClientRect();
  const left = x + 14 + box.width > innerWidth ? x - box.width - 14 : x + 14;
  tip.style.left = `${Math.max(4, left)}px`;
  tip.style.top = `${Math.max(4, Math.min(y + 12, innerHeight - box.height - 4))}px`;
  if (isSpoken) spoken.textContent = lines.slice(0, 4).join(", ");
}

const hideTip = () => { tip.hidden = true; };

/** The drawing area of a figure: one picture with the figure's main numbers as its name. */
function canvas(figure, height) {
  const plot = figure.querySelector(".plot");
  const width = Math.max(240, plot.clientWidth);
  const picture = svg("svg", {
    width, height, viewBox: `0 0 ${width} ${height}`, role: "img", tabindex: 0,
    "aria-label": figure.dataset.label,
  });
  const before = plot.contains(document.activeElement) ? document.activeElement : null;
  const focusVisible = before?.matches(":focus-visible");
  plot.replaceChildren(picture);
  if (before) picture.focus({ preventScroll: true, focusVisible });
  return { picture, width, plot };
}

/** Keys of a chart, by name; a function that returns false leaves the key to the browser. */
function keys(picture, actions) {
  picture.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const action = actions[event.key];
    if (action && action(event) !== false) event.preventDefault();
  });
  picture.addEventListener("blur", hideTip);
}

const place = (picture, x, y) => {
  const box = picture.getBoundingClientRect();
  return [box.left + x, box.top + y];
};

/** Draws now, and again when the width changes. */
function follow(figure, draw) {
  let width = 0;
  const redraw = () => {
    const now = figure.clientWidth;
    if (now === 0 || now === width) return;
    width = now;
    draw();
  };
  redraw();
  new ResizeObserver(() => requestAnimationFrame(redraw)).observe(figure);
}

function legend(figure, items) {
  const list = element("ul", { class: "legend" });
  for (const [style, label] of items) {
    const swatch = svg("svg", { viewBox: "0 0 14 14", "aria-hidden": "true" },
      svg("rect", { class: style, width: 14, height: 14 }));
    list.append(element("li", {}, swatch, label));
  }
  figure.append(list);
}

const tools = (figure, ...nodes) => figure.prepend(element("div", { class: "tools" }, ...nodes));
const hint = (figure, words) => figure.append(element("p", { class: "hint" }, words));
