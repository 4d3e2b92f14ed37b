// One point is picked, in a chart, in the table, by limits or by the address: all of the page then shows that one.

const panel = document.getElementById("point");
const strips = JSON.parse(document.getElementById("strips").textContent); // by point id: its strip, and that of its dense generator
const { kinds, candidates } = JSON.parse(document.getElementById("limits").textContent); // candidates from dense to smallest
const inputs = [...document.querySelectorAll("input[data-limit]")];

/** The lines of a point's hover; nothing where no chart knows it. */
function told(id) {
  for (const trace of charts.front.data) {
    const at = trace.customdata?.indexOf(id) ?? -1;
    if (at >= 0) return trace.text[at].split("<br>");
  }
}

/** `asked` is what the command asks for. */
function pick(id, asked = `POINT=${id}`) {
  picked = id;
  for (const row of rows()) row.classList.toggle("picked", row.dataset.point === id);
  plots.filter(plot => charts[plot.id].data.some(trace => trace.customdata)).forEach(draw);
  document.getElementById("facts").innerHTML = told(id).slice(0, SHORT).join("<br>");
  document.getElementById("settings").innerHTML = told(id).slice(SHORT).join("<br>");
  show("dense", strips[id]?.dense);
  show("pruned", strips[id]?.own);
  const command = document.getElementById("export");
  command.textContent = `${command.dataset.begins} ${asked}`;
}

function show(which, number) {
  const figure = document.getElementById(which), shown = figure.querySelector(".tiles");
  figure.classList.toggle("empty", number === undefined);
  if (shown && number !== undefined) shown.className = `tiles strip-${number}`;
}

/** By a reader: the address keeps it. */
function keep(id, asked) {
  history.replaceState(null, "", "#" + id);
  pick(id, asked);
}

/** By hand, which limits would gainsay. */
function choose(id) {
  for (const input of inputs) input.value = "";
  weigh([]);
  keep(id);
}

function fromAddress() {
  const id = location.hash.slice(1);
  pick(told(id) ? id : panel.dataset.answer);
}

// Limits: the smallest point of the front that keeps them all. `make pick` takes the same, with the same meaning.

const keeps = ({ name, kind, value }, { values }) => name in values && (kind.least ? values[name] >= value : values[name] <= value);
const broken = (limits, point) => limits.filter(limit => !keeps(limit, point));
const named = (limits, between = " and ") => limits.map(limit => limit.text).join(between);

/** What is to be kept small, and how many times too much of it a point has. */
const amount = (kind, value) => kind.of + (kind.least ? -value : value);
const excess = ({ name, kind, value }, { values }) => (name in values ? amount(kind, values[name]) / amount(kind, value) : Infinity);

/** A unit is a power of ten: so written, a number is read to the last bit as `make pick` reads it. */
function read(input) {
  const name = input.dataset.limit, kind = kinds[name], number = String(Number(input.value));
  return { name, kind, value: Number(`${number}e${kind.power}`), text: `${name}=${number}${kind.unit}` };
}

const given = () => inputs.filter(input => input.value !== "").map(read);
const possible = ({ kind, value }) => value >= 0 && amount(kind, value) > 0;

function limit() {
  const limits = given().filter(possible), smallest = weigh(limits).at(-1);
  if (!limits.length) pick(picked);
  else if (smallest) keep(smallest.id, named(limits, " "));
}

/** Show and give what keeps them. */
function weigh(limits) {
  const keeping = candidates.filter(point => !broken(limits, point).length);
  for (const row of rows()) row.classList.toggle("beyond", !keeping.some(point => point.id === row.dataset.point));
  const wrong = given().filter(each => !possible(each)).map(({ text, kind }) => `${text}: give ${kind.give}.`);
  document.getElementById("fitting").textContent = [...wrong, ...(limits.length ? [verdict(limits, keeping)] : [])].join(" ");
  return keeping;
}

function verdict(limits, keeping) {
  if (!keeping.length) return none(limits);
  const after = candidates[candidates.indexOf(keeping.at(-1)) + 1];
  return after ? `The next smaller, ${after.id}, is stopped by ${why(limits, after)}.` : "It is the smallest of all.";
}

/** By limits that no point keeps even alone, or else by all. */
function none(limits) {
  const alone = limits.filter(limit => !candidates.some(point => keeps(limit, point))), wanted = alone.length ? alone : limits;
  const farthest = point => Math.max(...wanted.map(limit => excess(limit, point)));
  const nearest = candidates.reduce((best, point) => (farthest(point) < farthest(best) ? point : best));
  return `No point of the front keeps ${named(wanted)}${wanted.length > 1 ? " together" : ""}; the nearest, ${nearest.id}, breaks ${why(wanted, nearest)}.`;
}

function why(limits, point) {
  const those = broken(limits, point);
  return `${named(those)}: ${those.map(({ name }) => point.told[name] ?? "unknown").join(", ")}`;
}

drawAll();
if (panel) {
  body.addEventListener("click", event => choose(event.target.closest("tr").dataset.point));
  for (const input of inputs) input.addEventListener("input", limit);
  addEventListener("hashchange", fromAddress);
  fromAddress();
  for (const plot of plots) plot.on("plotly_click", event => event.points[0].customdata && choose(event.points[0].customdata));
}
