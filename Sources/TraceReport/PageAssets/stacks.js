// Who asked for the memory at the peak: call stacks as an icicle, to open and search.

/** A frame without the module's offset, which tells nobody anything. */
const readable = (frame) => plain(frame).replace(/ in \S*\+0x[0-9a-f]+$/, "") || "(nameless)";

function sites(figure) {
  const data = report.traces[figure.dataset.index].sites;
  const root = node(`all at ${data.at}`, null);

  function node(name, parent) {
    return { name, parent, bytes: 0, blocks: 0, depth: parent ? parent.depth + 1 : 0,
      children: new Map(), shares: new Map() };
  }

  function add(target, site) {
    target.bytes += site.bytes;
    target.blocks += site.blockCount;
    target.shares.set(site.category, (target.shares.get(site.category) ?? 0) + site.bytes);
  }

  function child(parent, name) {
    let found = parent.children.get(name);
    if (!found) parent.children.set(name, found = node(name, parent));
    return found;
  }

  for (const site of data.sites) {
    if (site.bytes <= 0) continue;
    const frames = site.frames.length ? site.frames.map(readable).reverse()
      : ["(no call stack)", site.category];
    let at = root;
    add(at, site);
    for (const name of frames) add(at = child(at, name), site);
  }
  if (data.restBytes > 0) {
    const rest = {
      bytes: data.restBytes, blockCount: data.restBlockCount, category: "smaller sites",
    };
    add(root, rest);
    add(child(root, `(${counted(data.restCount, "smaller site")})`), rest);
  }
  const styled = (item) => {
    let best = null;
    for (const [id, value] of item.shares) if (value > (item.shares.get(best) ?? -1)) best = id;
    return `k${codeOf(best)}`;
  };
  const lineage = (item) => (item.parent ? [...lineage(item.parent), item] : [item]);

  const row = 20;
  const back = [];
  let [top, cursor, wanted, drawn] = [root, null, "", []];

  function draw() {
    const plot = figure.querySelector(".plot");
    const width = Math.max(240, plot.clientWidth);
    const boxes = lineage(top).map((item) => ({ item, x: 0, w: width }));
    const place = (item, x, w) => {
      let at = x;
      for (const next of [...item.children.values()].sort((a, b) => b.bytes - a.bytes)) {
        const part = (next.bytes / item.bytes) * w;
        if (part < 1) break;
        boxes.push({ item: next, x: at, w: part });
        place(next, at, part);
        at += part;
      }
    };
    place(top, 0, width);
    const deep = Math.max(...boxes.map((box) => box.item.depth)) + 1;
    const scrolled = plot.scrollTop;
    const { picture } = canvas(figure, deep * row + 2);
    plot.scrollTop = scrolled;
    drawn = boxes;
    for (const box of boxes) {
      const { item } = box;
      const group = svg("g", { class: `frame${item.depth < top.depth ? " up" : ""}` },
        svg("rect", {
          class: styled(item), x: box.x, y: item.depth * row, width: box.w, height: row,
        }));
      const room = Math.floor((box.w - 8) / 6.7);
      if (room >= 4) {
        const name = item.name.length > room ? `${item.name.slice(0, room - 1)}\u2026` : item.name;
        group.append(text(box.x + 4, item.depth * row + 14, name));
      }
      group.addEventListener("click", () => open(item));
      hover(group, () => lines(item));
      box.group = group;
      picture.append(group);
    }
    leave(picture);
    picture.dataset.root = top.name;
    paint();
    keys(picture, {
      ArrowDown: () => step((b, c) => b.item.parent === c.item),
      ArrowUp: () => step((b, c) => b.item === c.item.parent),
      ArrowRight: () => step((b, c) => b.item.depth === c.item.depth && b.x > c.x),
      ArrowLeft: () => step((b, c) => b.item.depth === c.item.depth && b.x < c.x, true),
      Enter: () => open(cursor ?? top),
      Escape: () => {
        if (back.length === 0) return false;
        top = cursor = back.pop();
        draw();
        speak();
      },
    });
  }

  /** Marks what was searched for and what the keys point at. */
  function paint() {
    const needle = wanted.toLowerCase();
    for (const { item, group } of drawn) {
      group.classList.toggle("hit", needle !== "" && item.name.toLowerCase().includes(needle));
      group.classList.toggle("at", item === cursor);
    }
  }

  function step(isNext, fromEnd = false) {
    const current = drawn.find((box) => box.item === cursor);
    if (!current) cursor = top;
    else {
      const found = drawn.filter((box) => isNext(box, current)).sort((a, b) => a.x - b.x);
      const next = fromEnd ? found.at(-1) : found[0];
      if (!next) return;
      cursor = next.item;
    }
    paint();
    speak();
  }

  function speak() {
    const box = drawn.find((candidate) => candidate.item === cursor);
    if (!box) return;
    box.group.scrollIntoView({ block: "nearest" });
    const [x, y] = place(box.group.ownerSVGElement, box.x, (box.item.depth + 1) * row);
    showTip(x, y, lines(cursor), true);
  }

  function lines(item) {
    const share = `${bytes(item.bytes)}, ${percent(item.bytes, root.bytes)} of all`;
    const result = [item.name, `${share}, ${counted(item.blocks, "block")}`];
    for (const [id, value] of [...item.shares].sort((a, b) => b[1] - a[1]).slice(0, 4)) {
      result.push(`${bytes(value)}  ${id}`);
    }
    return result;
  }

  function open(item) {
    if (item === top) return;
    back.push(top);
    top = cursor = item;
    hideTip();
    draw();
    spoken.textContent = `showing ${item.name}, ${bytes(item.bytes)}`;
  }

  /** Each byte once: a frame inside a frame that matches adds nothing. */
  function found(item, needle) {
    if (item.name.toLowerCase().includes(needle)) return [item.bytes, 1];
    let [sum, number] = [0, 0];
    for (const next of item.children.values()) {
      const [more, frames] = found(next, needle);
      sum += more;
      number += frames;
    }
    return [sum, number];
  }

  const search = element("input", {
    type: "search", placeholder: "search functions",
    "aria-label": "search functions in the call stacks",
  });
  const answer = element("output", { "aria-live": "polite" });
  search.addEventListener("input", () => {
    wanted = search.value.trim();
    paint();
    const [sum, number] = wanted ? found(root, wanted.toLowerCase()) : [0, 0];
    answer.textContent = wanted
      ? `${counted(number, "frame")} with ${bytes(sum)} (${percent(sum, root.bytes)})` : "";
  });
  tools(figure, search, answer,
    button("back", "Back to the frame before", () => {
      if (back.length === 0) return;
      top = back.pop();
      draw();
    }),
    button("all", "Show all call stacks", () => { back.length = 0; top = root; draw(); }));
  const ids = [...root.shares].sort((a, b) => b[1] - a[1]);
  legend(figure, ids.slice(0, 10)
    .map(([id, value]) => [`k${codeOf(id)}`, `${id} ${bytes(value)}`]));
  hint(figure, "The first function is at the top, the one that asked is at the bottom. " +
    "Click or Enter opens a frame, Escape goes back, arrows move.");
  figure.querySelector(".plot").classList.add("tall");
  follow(figure, draw);
}
