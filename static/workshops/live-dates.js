// Shows beside the form which dates come of what is typed. Without this script they come after "Show the dates".

const WAIT = 400; // milliseconds after the last key

for (const form of document.querySelectorAll("form[data-live-dates]")) {
  const result = form.querySelector("[data-live-dates-result]");
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
      // The same dates again would only make a screen reader speak.
      if (result.innerHTML !== text) result.innerHTML = text;
      result.hidden = false;
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
