// Tables that sort, filter, and show 200 rows until asked.

const collator = new Intl.Collator("en", { numeric: true });

function enhance(table) {
  const body = table.tBodies[0];
  const original = [...body.rows];
  if (original.length < 2) return;
  const limit = 200;
  let [order, isAll, needle] = [original, false, ""];
  const status = element("output", { "aria-live": "polite" });
  const more = button("", "", () => { isAll = true; update(); });
  const name = table.closest(".scroll").getAttribute("aria-label");
  const filter = element("input", {
    type: "search", placeholder: "filter rows", "aria-label": `filter rows of ${name}`,
  });
  filter.addEventListener("input", () => { needle = filter.value.trim().toLowerCase(); update(); });
  const needsFilter = original.length > 5 || table.closest(".twin");
  table.closest(".scroll").before(
    element("div", { class: "tools" }, ...(needsFilter ? [filter] : []), status, more));

  function update() {
    const matches = (row) => row.textContent.toLowerCase().includes(needle);
    const found = needle ? order.filter(matches) : order;
    const shown = new Set(isAll ? found : found.slice(0, limit));
    for (const row of order) row.hidden = !shown.has(row);
    const hidden = found.length - shown.size;
    more.hidden = hidden === 0;
    more.textContent = `show all ${found.length} rows`;
    more.setAttribute("aria-label", more.textContent);
    more.title = more.textContent;
    table.closest(".scroll").dataset.left = hidden ? `${hidden} more rows are not printed` : "";
    status.textContent = needle || hidden ? `${shown.size} of ${original.length} rows` : "";
  }

  function sort(head, column) {
    const isNumber = original.some((row) => row.cells[column]?.dataset.value !== undefined);
    const now = head.getAttribute("aria-sort");
    const first = isNumber ? "descending" : "ascending";
    const second = isNumber ? "ascending" : "descending";
    const next = now === first ? second : now === second ? null : first;
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    if (next === null) order = original;
    else {
      head.setAttribute("aria-sort", next);
      const sign = next === "ascending" ? 1 : -1;
      order = [...original].sort(
        (a, b) => sign * compare(a.cells[column], b.cells[column], sign, isNumber));
    }
    body.append(...order);
    update();
  }

  /** Cells without a number come last, whichever way. */
  function compare(a, b, sign, isNumber) {
    if (!isNumber) return collator.compare(a?.textContent ?? "", b?.textContent ?? "");
    const [left, right] = [a?.dataset.value, b?.dataset.value];
    if (left === undefined || right === undefined) {
      return sign * ((left === undefined ? 1 : 0) - (right === undefined ? 1 : 0));
    }
    return Number(left) - Number(right);
  }

  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const control = element("button", { type: "button", class: "sort" }, head.textContent);
    control.addEventListener("click", () => sort(head, column));
    head.replaceChildren(control);
  });
  update();
}
