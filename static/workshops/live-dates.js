// Shows beside the form which dates come of what is typed. Without this script they come after "Show the dates".

const WAIT = 400; // milliseconds after the last key

for (const form of document.querySelectorAll("form[data-live-dates]")) {
  const result = form.querySelector("[data-live-dates-result]");
  const status = form.querySelector("[data-live-dates-status]");
  let timer = 0;
  let request = new AbortController();

  const refresh = async () => {
    request.abort();
    request = new AbortController();
    const body = new FormData(form);
    body.set("step", "dates");
    try {
      const response = await fetch(window.location.href, { method: "POST", body, signal: request.signal });
      if (!response.ok) return;
      const text = await response.text();
      result.innerHTML = text;
      result.hidden = false;
      // A screen reader says how many dates, conflicts and gaps there are, and not every date after every key.
      const summary = [...result.querySelectorAll("[data-summary]")].map((part) => part.textContent.trim()).join(". ");
      if (status.textContent !== summary) status.textContent = summary;
    } catch (problem) {
      if (problem.name !== "AbortError") result.hidden = true;
    }
  };

  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(refresh, WAIT);
  };

  form.addEventListener("input", later);
  form.addEventListener("change", later);
  refresh();
}
