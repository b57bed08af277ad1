// A displayed formula that is wider than the screen scrolls. Let the keyboard reach it.
(() => {
  "use strict";

  const markWideFormulas = () => {
    for (const formula of document.querySelectorAll('mjx-container[display="true"]')) {
      if (formula.scrollWidth > formula.clientWidth) formula.tabIndex = 0;
      else formula.removeAttribute("tabindex");
    }
  };

  window.addEventListener("load", () => {
    window.MathJax?.startup?.promise.then(markWideFormulas);
    window.addEventListener("resize", markWideFormulas);
  });
})();
