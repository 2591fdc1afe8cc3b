// Before the first paint: the theme chosen here or on the desk, else the system's.
(() => {
  const root = document.documentElement;
  const key = "mantine-color-scheme-value";
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => {
    try {
      const value = localStorage.getItem(key);
      return value === "dark" || value === "light" ? value : null;
    } catch {
      return null;
    }
  };
  const show = () =>
    root.setAttribute("data-mantine-color-scheme", chosen() ?? (dark.matches ? "dark" : "light"));
  show();
  dark.addEventListener("change", show);
  addEventListener("DOMContentLoaded", () => {
    for (const button of document.querySelectorAll("[data-theme-toggle]")) {
      button.hidden = false;
      button.addEventListener("click", () => {
        const now = root.getAttribute("data-mantine-color-scheme") === "dark" ? "light" : "dark";
        try {
          // What the system says is not kept: the page goes on following it.
          if ((now === "dark") === dark.matches) localStorage.removeItem(key);
          else localStorage.setItem(key, now);
        } catch {
          // It holds for this page then.
        }
        root.setAttribute("data-mantine-color-scheme", now);
      });
    }
  });
})();
