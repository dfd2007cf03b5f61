// Runs before the first paint: "system" becomes light or dark as the device says. Not a module on purpose.
(() => {
  const root = document.documentElement;
  const device = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    const chosen = root.dataset.theme;
    root.dataset.bsTheme = chosen === "light" || chosen === "dark" ? chosen : device.matches ? "dark" : "light";
  };
  apply();
  device.addEventListener("change", apply);
  document.addEventListener("tl:theme", apply);
})();
