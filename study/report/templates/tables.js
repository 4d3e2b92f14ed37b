// The front's table can be sorted and filtered.

const table = document.getElementById("points");
const body = table.tBodies[0];
const rows = () => [...body.rows];

const column = name => [...table.tHead.rows[0].cells].findIndex(header => header.dataset.column === name);
const cellValue = (row, at) => row.cells[at].dataset.value;

/** Numbers by size, words by letters, what is missing last. */
function compare(a, b) {
  if (a === "" || b === "") return (a === "") - (b === "");
  return !isNaN(a) && !isNaN(b) ? a - b : a.localeCompare(b);
}

function sort(header) {
  const rising = header.getAttribute("aria-sort") !== "ascending";
  const sorted = rows().sort((a, b) => {
    const [one, two] = [cellValue(a, header.cellIndex), cellValue(b, header.cellIndex)];
    return rising || one === "" || two === "" ? compare(one, two) : compare(two, one);
  });
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  header.setAttribute("aria-sort", rising ? "ascending" : "descending");
  body.append(...sorted);
}

function filter(text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  for (const row of rows()) row.hidden = !words.every(word => row.textContent.toLowerCase().includes(word));
  const left = rows().filter(row => !row.hidden).length;
  document.getElementById("matches").textContent = words.length ? `${left} of ${rows().length}` : "";
}

for (const header of table.tHead.rows[0].cells) header.addEventListener("click", () => sort(header));
document.getElementById("filter").addEventListener("input", event => filter(event.target.value));
