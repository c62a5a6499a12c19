// Runs before anything is painted, so that a chosen theme shows without a flash.
try {
  const theme = localStorage.getItem("theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch { /* Storage may be forbidden; then the system's theme holds. */ }
