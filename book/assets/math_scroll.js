// A displayed formula that is wider than its place scrolls. Let the keyboard reach it.
(() => {
  "use strict";

  const observer = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
      else target.removeAttribute("tabindex");
    }
  });

  window.addEventListener("load", () => {
    window.MathJax?.startup?.promise.then(() => {
      document.querySelectorAll('mjx-container[display="true"]').forEach((f) => observer.observe(f));
    });
  });
})();
