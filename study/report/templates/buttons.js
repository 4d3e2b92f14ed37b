// What every page has: tables that go as CSV, commands that are copied.

/** What a cell holds: all digits of a number, where the number is all it holds. */
const exact = cell => "value" in cell.dataset && !("range" in cell.dataset) ? cell.dataset.value : cell.textContent.trim();
const quoted = text => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

function download(name, table) {
  const lines = [...table.rows].filter(row => !row.hidden).map(row => [...row.cells].map(cell => quoted(exact(cell))).join(","));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([lines.join("\n") + "\n"], { type: "text/csv" }));
  link.download = `${name}.csv`;
  link.click();
  URL.revokeObjectURL(link.href);
}

for (const button of document.querySelectorAll("button[data-csv]")) {
  button.addEventListener("click", () => download(button.dataset.csv, button.parentElement.querySelector("table")));
}

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
