// On paper every page is light, whatever its theme. Scripts that draw or fold hear `to-paper`, once
// the page is light, and `from-paper`; in between live.onPaper holds.
(() => {
  "use strict";
  const live = (window.live ??= {}), root = document.documentElement;
  const media = matchMedia("print");
  let screen = null; // how it was there

  function toPaper() {
    if (live.onPaper) return;
    live.onPaper = true;
    screen = { theme: root.dataset.theme, left: scrollX, top: scrollY };
    root.dataset.theme = "light";
    for (const image of document.querySelectorAll('img[loading="lazy"]')) {
      if (!image.closest("[hidden]")) image.loading = "eager";
    }
    dispatchEvent(new Event("to-paper"));
  }

  function fromPaper() {
    if (!live.onPaper) return;
    live.onPaper = false;
    root.dataset.theme = screen.theme;
    dispatchEvent(new Event("from-paper"));
    scrollTo({ ...screen, behavior: "instant" });
  }

  addEventListener("beforeprint", toPaper);
  media.addEventListener("change", () => (media.matches ? toPaper() : fromPaper()));
  // Firefox says so while the page still has the style of paper, and tells of the change later.
  addEventListener("afterprint", () => { if (!media.matches) fromPaper(); });
})();
