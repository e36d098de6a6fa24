// Puts everything to work.

document.addEventListener("mouseover", (event) => {
  const cell = event.target.closest?.("td[data-value]");
  if (cell && !cell.title) cell.title = cell.dataset.value;
});

/** Opens what holds the part that a link leads to. */
function reveal() {
  const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
  if (!target) return;
  for (const details of target.querySelectorAll(".fold")) details.open = true;
}
addEventListener("hashchange", reveal);
reveal();

let closed = [];
addEventListener("beforeprint", () => {
  closed = [...document.querySelectorAll("details:not([open])")];
  for (const details of closed) details.open = true;
});
addEventListener("afterprint", () => { for (const details of closed) details.open = false; });

for (const table of document.querySelectorAll("table")) enhance(table);
const charts = { timeline, sites, threads, diff, estimates, budgets, series };
for (const figure of document.querySelectorAll("figure[data-chart]")) {
  try {
    charts[figure.dataset.chart](figure);
  } catch (problem) {
    // The table beside it and the still picture stand; the page goes on.
    console.error(figure.dataset.chart, problem);
  }
}
