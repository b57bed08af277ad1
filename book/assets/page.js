// What every page needs: what scrolls is reached by the keyboard, and the button that prints.
(() => {
  "use strict";

  const WIDE = "pre, .cell_output > .output, .jp-RenderedHTMLCommon, .pst-scrollable-table-container, div.math > math";

  // All are measured before one is changed; what is folded tells its size when it is unfolded.
  const observer = new ResizeObserver((entries) => {
    const scrolls = entries.map(({ target: t }) => t.scrollWidth > t.clientWidth || t.scrollHeight > t.clientHeight);
    entries.forEach(({ target }, i) => {
      if (scrolls[i]) target.tabIndex = 0;
      else target.removeAttribute("tabindex");
    });
  });

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll(WIDE).forEach((part) => observer.observe(part));
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) print();
  });
})();
