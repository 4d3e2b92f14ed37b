// The charts: axes to choose, the page's colours, a ring around the point that is picked.

const charts = JSON.parse(document.getElementById("charts").textContent);
const root = document.documentElement;
const plots = [...document.querySelectorAll(".plot")];
const dark = matchMedia("(prefers-color-scheme: dark)");
const narrow = matchMedia("(max-width: 40rem)"), touched = matchMedia("(pointer: coarse)");
const SHORT = 3; // lines of a hover that leave room on a telephone

let picked = null; // id of a point

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

/** A label that stands beside the chart, where there is no room beside it. */
const inside = label => ({ ...label, x: 1, xanchor: "right", yanchor: "bottom", text: label.text.replaceAll("<br>", " ") });

function layout(plot, chart, x, y) {
  const labels = y.layout.annotations ?? [];
  const axis = { gridcolor: "@rule", zeroline: false, linecolor: "@muted", ticks: "outside", tickcolor: "@rule" };
  const base = {
    margin: { l: 64, r: narrow.matches ? 12 : labels.length ? 140 : 44, t: 12, b: 52 }, paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: "system-ui, Liberation Sans, sans-serif", size: 13, color: "@ink" },
    hoverlabel: { align: "left", bgcolor: "@card", bordercolor: "@muted", font: { color: "@ink" } },
    modebar: { orientation: "v", bgcolor: "rgba(0,0,0,0)", color: "@muted", activecolor: "@accent" },
    dragmode: touched.matches ? false : "zoom", // a finger scrolls the page
  };
  // Paper is narrower than the screen, and plotly's own resizing comes too late for it.
  const size = root.classList.contains("printing") ? { width: plot.clientWidth, height: plot.clientHeight } : { autosize: true };
  return { ...base, ...size, ...chart.layout, ...x.layout, ...y.layout, annotations: narrow.matches ? labels.map(inside) : labels,
    xaxis: { ...axis, ...x.layout.xaxis }, yaxis: { ...axis, ...y.layout.yaxis } };
}

// Buttons are named one by one, since others send the chart to its maker.
const config = () => ({ responsive: true, displaylogo: false, plotlyServerURL: "", displayModeBar: !narrow.matches,
  modeBarButtons: [["toImage", "zoom2d", "pan2d", "resetScale2d"]] });

const shortened = text => narrow.matches && text?.map(lines => lines?.split("<br>").slice(0, SHORT).join("<br>"));

function drawn(trace, i, x, y) {
  const mode = x.modes?.[i] ?? y.modes?.[i] ?? trace.mode;
  return { ...trace, x: x.values[i], y: y.values[i], mode, text: (trace.customdata && shortened(trace.text)) || trace.text };
}

/** Around the picked point wherever the chart shows it: as the search scored it, and as it was scored again. */
function ring(chart, x, y) {
  const places = chart.data.map((trace, i) => [i, trace.customdata?.indexOf(picked) ?? -1]).filter(([, at]) => at >= 0);
  return { type: "scatter", name: "picked", mode: "markers", hoverinfo: "skip", showlegend: false, cliponaxis: false,
    x: places.map(([i, at]) => x.values[i][at]), y: places.map(([i, at]) => y.values[i][at]),
    marker: { size: 19, symbol: "circle-open", color: "@accent", line: { width: 2.5 } } };
}

function draw(plot) {
  const chart = charts[plot.id], x = chosen(plot, "x"), y = chosen(plot, "y");
  const traces = [...chart.data.map((trace, i) => drawn(trace, i, x, y)), ring(chart, x, y)];
  Plotly.react(plot, themed(traces), themed(layout(plot, chart, x, y)), config());
  document.querySelector(`[data-about=${plot.id}]`).textContent = y.about || "";
}

const drawAll = () => plots.forEach(draw);

for (const radio of document.querySelectorAll("input[data-axis]")) {
  radio.addEventListener("change", () => draw(radio.closest("figure").querySelector(".plot")));
}
for (const changing of [dark, narrow]) changing.addEventListener("change", drawAll);
addEventListener("beforeprint", () => { root.classList.add("printing"); drawAll(); });
addEventListener("afterprint", () => { root.classList.remove("printing"); drawAll(); plots.forEach(plot => Plotly.Plots.resize(plot)); });
