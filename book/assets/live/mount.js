// Find the mount points of the page and let the figures stand there.
(() => {
  "use strict";
  const live = (window.live ??= {});

  /** The settings that Python wrote into a mount point, where they fit. */
  function given(mount) {
    const settings = {};
    for (const [name, value] of Object.entries(JSON.parse(mount.dataset.settings))) {
      const fit = live.accept(name, value);
      if (fit === undefined) throw new RangeError(`${name} cannot be ${value}`);
      settings[name] = fit;
    }
    return settings;
  }

  const picture = (mount) => mount.closest("figure, .cell_output")?.querySelector(".live-still");

  function mountFigure(mount) {
    const Kind = live.figures[mount.dataset.figure];
    const holder = mount.closest("figure");
    const id = holder?.id || mount.dataset.figure;
    const note = [...mount.childNodes];
    mount.classList.add("live-mounted"); // its style, so that the figure measures its final width
    const figure = new Kind(mount, id, given(mount));
    for (const node of note) node.remove();
    if (picture(mount)) picture(mount).hidden = true;
    mount.setAttribute("role", "group");
    mount.setAttribute("aria-label", Kind.title);
    live.mounted.push(figure);
    watch(figure, mount);
  }

  function watch(figure, mount) {
    const near = new IntersectionObserver((entries) => { // painted before it is seen, but not all at once
      if (!entries.some((entry) => entry.isIntersecting)) return;
      near.disconnect();
      if (!figure.painted) figure.paint();
    }, { rootMargin: "100% 0px" });
    near.observe(mount);
    let width = 0;
    new ResizeObserver(() => {
      if (mount.clientWidth === width) return;
      width = mount.clientWidth;
      figure.repaint();
    }).observe(mount);
    new IntersectionObserver((entries) => { // several at once if the page was busy: the last one counts
      figure.visible = entries[entries.length - 1].isIntersecting;
      if (!figure.visible) return;
      figure.seen?.();
      live.wake(figure);
    }).observe(mount);
  }

  for (const mount of document.querySelectorAll(".live-figure")) {
    try {
      mountFigure(mount);
    } catch (error) { // the picture stands in; the console says why
      mount.classList.remove("live-mounted");
      picture(mount)?.classList.add("live-needed");
      console.error(`${mount.dataset.figure} cannot be mounted:`, error);
    }
  }

  // Their sizes at once, in one layout: the page must not move when they get painted.
  live.canvases.map((canvas) => [canvas, canvas.room()]).forEach(([canvas, room]) => canvas.fit(room));

  // Zoom, or another screen: the bitmaps follow.
  function watchRatio() {
    matchMedia(`(resolution: ${devicePixelRatio}dppx)`).addEventListener("change", () => {
      live.mounted.forEach((figure) => figure.repaint());
      watchRatio();
    }, { once: true });
  }
  watchRatio();

  let waysBack = [];
  addEventListener("to-paper", () => { waysBack = live.mounted.map((figure) => figure.toPaper()); });
  addEventListener("from-paper", () => { for (const back of waysBack.splice(0)) back(); });

  new MutationObserver(() => live.mounted.forEach((figure) => figure.repaint()))
    .observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });

  // The new address, not that of the page: a figure may have written its own there in the meantime.
  addEventListener("hashchange", ({ newURL }) => {
    const { hash } = new URL(newURL);
    for (const figure of live.mounted) {
      if (!live.isInAddress(figure.id, hash)) continue;
      figure.adopt({ ...figure.defaults, ...live.readAddress(figure.id, figure.defaults, hash) });
      figure.mount.scrollIntoView({ block: "nearest" });
    }
  });

  const named = live.mounted.find((figure) => live.isInAddress(figure.id));
  const show = () => named.mount.scrollIntoView({ block: "start", behavior: "instant" });
  if (named) addEventListener("load", show);
})();
