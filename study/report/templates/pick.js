// One point is picked, in a chart, in the table, by limits or by the address: all of the page then shows that one.

const panel = document.getElementById("point");
const strips = JSON.parse(document.getElementById("strips").textContent); // by point id: its strip, and that of its dense generator
const limits = [...document.querySelectorAll("input[data-limit]")];

/** The lines of a point's hover; nothing where no chart knows it. */
function told(id) {
  for (const trace of charts.front.data) {
    const at = trace.customdata?.indexOf(id) ?? -1;
    if (at >= 0) return trace.text[at].split("<br>");
  }
}

function pick(id) {
  picked = id;
  for (const row of rows()) row.classList.toggle("picked", row.dataset.point === id);
  plots.filter(plot => charts[plot.id].data.some(trace => trace.customdata)).forEach(draw);
  document.getElementById("facts").innerHTML = told(id).slice(0, SHORT).join("<br>");
  document.getElementById("settings").innerHTML = told(id).slice(SHORT).join("<br>");
  show("dense", strips[id]?.dense);
  show("pruned", strips[id]?.own);
  const command = document.getElementById("export");
  command.textContent = command.textContent.replace(/ POINT=.*$/, () => ` POINT=${id}`);
}

function show(which, number) {
  const figure = document.getElementById(which), shown = figure.querySelector(".tiles");
  figure.classList.toggle("empty", number === undefined);
  if (shown && number !== undefined) shown.className = `tiles strip-${number}`;
}

/** By a reader: the address keeps it. */
function choose(id) {
  history.replaceState(null, "", "#" + id);
  pick(id);
}

function fromAddress() {
  const id = location.hash.slice(1);
  pick(told(id) ? id : panel.dataset.answer);
}

// Limits: the smallest point of the front that keeps them all

const most = input => input.value * input.dataset.unit;
const held = (row, input) => cellValue(row, column(input.dataset.limit));
const keeps = (row, input) => input.value === "" || (held(row, input) !== "" && held(row, input) <= most(input));
const least = (some, input) => some.sort((a, b) => compare(held(a, input), held(b, input)))[0];

function limit() {
  const fitting = rows().filter(row => limits.every(input => keeps(row, input)));
  for (const row of rows()) row.classList.toggle("beyond", !fitting.includes(row));
  document.getElementById("fitting").textContent = fitting.length ? "" : limits.map(alone).join(" ");
  if (fitting.length && limits.some(input => input.value !== "")) choose(least(fitting, limits[0]).dataset.point);
}

/** What one limit leaves of the other, where both can't be kept. */
function alone(input, i) {
  if (input.value === "") return "";
  const other = limits[1 - i], row = least(rows().filter(row => keeps(row, input)), other);
  const told = `at most ${input.value} ${input.dataset.said}`;
  return row ? `With ${told}, ${row.cells[column(other.dataset.limit)].textContent} is the least.` : `No point has ${told}.`;
}

// Copying

async function copy(button) {
  const text = button.previousElementSibling;
  try {
    await navigator.clipboard.writeText(text.textContent);
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = "Copy"), 1500);
  } catch { // not allowed here: leave it selected for the reader's own keys
    getSelection().selectAllChildren(text);
  }
}

for (const button of document.querySelectorAll("button[data-copy]")) button.addEventListener("click", () => copy(button));

drawAll();
if (panel) {
  body.addEventListener("click", event => choose(event.target.closest("tr").dataset.point));
  for (const input of limits) input.addEventListener("input", limit);
  addEventListener("hashchange", fromAddress);
  fromAddress();
  for (const plot of plots) plot.on("plotly_click", event => event.points[0].customdata && choose(event.points[0].customdata));
}
