// The report's behaviour: charts with axes to choose, a table to sort and filter, a point to pick.
"use strict";

const charts = JSON.parse(document.getElementById("charts").textContent);
const root = document.documentElement;
const plots = [...document.querySelectorAll(".plot")];
// Named one by one, since others send the chart to its maker.
const buttons = [["toImage", "zoom2d", "pan2d", "resetScale2d"]];
const config = { responsive: true, displaylogo: false, plotlyServerURL: "", modeBarButtons: buttons };

// Charts

const colour = name => getComputedStyle(root).getPropertyValue("--" + name).trim();

/** The same value with every "@name" replaced by the page's colour of that name. */
function themed(value) {
  if (typeof value === "string" && value[0] === "@") return colour(value.slice(1));
  if (Array.isArray(value)) return value.map(themed);
  if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, themed(v)]));
  return value;
}

function chosen(plot, axis) {
  const radio = plot.closest("figure").querySelector(`input[data-axis=${axis}]:checked`);
  return charts[plot.id][axis][radio ? radio.value : 0];
}

function layout(plot, chart, x, y) {
  const axis = { gridcolor: "@rule", zeroline: false, linecolor: "@muted", ticks: "outside", tickcolor: "@rule" };
  const base = {
    margin: { l: 64, r: 12, t: 12, b: 52 }, paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: "system-ui, Liberation Sans, sans-serif", size: 13, color: "@ink" },
    hoverlabel: { align: "left", bgcolor: "@card", bordercolor: "@muted", font: { color: "@ink" } },
  };
  // Paper is narrower than the screen, and plotly's own resizing comes too late for it.
  const size = root.classList.contains("printing") ? { width: plot.clientWidth, height: plot.clientHeight } : { autosize: true };
  return { ...base, ...size, ...chart.layout, ...x.layout, ...y.layout,
    xaxis: { ...axis, ...x.layout.xaxis }, yaxis: { ...axis, ...y.layout.yaxis } };
}

function draw(plot) {
  const chart = charts[plot.id], x = chosen(plot, "x"), y = chosen(plot, "y");
  const traces = chart.data.map((trace, i) => (
    { ...trace, x: x.values[i], y: y.values[i], mode: x.modes?.[i] ?? y.modes?.[i] ?? trace.mode }));
  Plotly.react(plot, themed(traces), themed(layout(plot, chart, x, y)), config);
  document.querySelector(`[data-about=${plot.id}]`).textContent = y.about || "";
}

const drawAll = () => plots.forEach(draw);

drawAll();
for (const radio of document.querySelectorAll("input[data-axis]")) {
  radio.addEventListener("change", () => draw(radio.closest("figure").querySelector(".plot")));
}
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
addEventListener("beforeprint", () => { root.classList.add("printing"); drawAll(); });
addEventListener("afterprint", () => { root.classList.remove("printing"); drawAll(); plots.forEach(plot => Plotly.Plots.resize(plot)); });

// The table

const table = document.getElementById("points");
const body = table.tBodies[0];

const cellValue = (row, column) => row.cells[column].dataset.value ?? row.cells[column].textContent.trim();

/** Numbers by size, words by letters, what is missing last. */
function compare(a, b) {
  if (a === "" || b === "") return (a === "") - (b === "");
  return a !== "" && !isNaN(a) && !isNaN(b) ? a - b : a.localeCompare(b);
}

function sort(header) {
  const rising = header.getAttribute("aria-sort") !== "ascending";
  const rows = [...body.rows].sort((a, b) => {
    const [one, two] = [cellValue(a, header.cellIndex), cellValue(b, header.cellIndex)];
    return rising || one === "" || two === "" ? compare(one, two) : compare(two, one);
  });
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  header.setAttribute("aria-sort", rising ? "ascending" : "descending");
  body.append(...rows);
}

function filter(text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  for (const row of body.rows) row.hidden = !words.every(word => row.textContent.toLowerCase().includes(word));
  const left = [...body.rows].filter(row => !row.hidden).length;
  document.getElementById("matches").textContent = words.length ? `${left} of ${body.rows.length}` : "";
}

for (const header of table.tHead.rows[0].cells) header.addEventListener("click", () => sort(header));
document.getElementById("filter").addEventListener("input", event => filter(event.target.value));

// Picking a point, in the table or in a chart

function pick(point) {
  const command = document.getElementById("export");
  if (!command) return;
  command.textContent = command.textContent.replace(/( POINT=.*)?$/, () => ` POINT=${point}`);
  for (const row of body.rows) row.classList.toggle("picked", row.dataset.point === point);
}

body.addEventListener("click", event => {
  const row = event.target.closest("tr");
  if (row) pick(row.dataset.point);
});
for (const plot of plots) {
  plot.on("plotly_click", event => event.points[0].customdata && pick(event.points[0].customdata));
}
