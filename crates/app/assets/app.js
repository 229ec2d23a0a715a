// Comptoir in the browser: convenience only. Every page works without this file, and nothing here
// formats a number or a date: texts are read from the page or sent ready by the server.
"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("js");

  // Theme: before the first paint, so that a dark page never flashes white.
  const stored = () => { try { return localStorage.getItem("theme"); } catch { return null; } };
  const applyTheme = (theme) => {
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else delete root.dataset.theme;
  };
  applyTheme(stored());

  const all = (selector, scope = document) => [...scope.querySelectorAll(selector)];

  const theme = () => {
    for (const control of all("[data-theme-control]")) {
      control.value = stored() || "auto";
      control.addEventListener("change", () => {
        try { localStorage.setItem("theme", control.value); } catch { /* private browsing */ }
        applyTheme(control.value);
      });
    }
  };

  // Filters: submit on change, without the dates that a preset overrides. The form itself is an ordinary GET.
  const filters = () => {
    for (const form of all("form[data-filters]")) {
      const clean = () => {
        for (const dates of all(".dates", form)) {
          const select = dates.previousElementSibling?.querySelector("select");
          const custom = select?.value === "custom";
          for (const input of all("input", dates)) input.disabled = !custom;
        }
      };
      form.addEventListener("submit", clean);
      form.addEventListener("change", (event) => {
        clean();
        if (event.target.matches("select") && event.target.value !== "custom") form.requestSubmit();
      });
      clean();
    }
  };

  // Open menus and definitions: one at a time; Escape or a click elsewhere closes them.
  const menus = () => {
    const close = (except) => all("details[data-menu][open]").forEach((menu) => {
      if (menu !== except) menu.open = false;
    });
    document.addEventListener("click", (event) => close(event.target.closest("details[data-menu]")));
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      const open = document.activeElement?.closest("details[data-menu][open]");
      close();
      open?.querySelector("summary")?.focus();
    });
  };

  // Charts: the tooltip is a row of the data table, shown beside its column.
  const chart = (figure) => {
    const links = all(".hits a, .walk a", figure);
    const table = figure.querySelector(".figures table");
    if (!links.length || !table) return;
    const heads = all("thead th", table);
    const rows = all("tbody tr", table);
    const tip = document.createElement("div");
    tip.className = "tip";
    tip.id = `${figure.id}-tip`;
    tip.setAttribute("role", "tooltip");
    tip.hidden = true;
    figure.append(tip);
    let shown = null;
    let leaving = 0;

    const hide = () => {
      clearTimeout(leaving);
      tip.hidden = true;
      shown?.classList.remove("on");
      shown?.removeAttribute("aria-describedby");
      shown = null;
    };
    const show = (link) => {
      clearTimeout(leaving);
      if (shown === link) return;
      hide();
      const cells = [...(rows[link.dataset.row]?.cells ?? [])];
      if (!cells.length) return;
      const title = document.createElement("strong");
      title.textContent = cells[0].textContent;
      const list = document.createElement("dl");
      cells.slice(1).forEach((cell, index) => {
        if (!cell.textContent.trim()) return;
        const name = document.createElement("dt");
        name.append(...[...heads[index + 1].childNodes].map((node) => node.cloneNode(true)));
        const value = document.createElement("dd");
        value.append(...[...cell.childNodes].map((node) => node.cloneNode(true)));
        list.append(name, value);
      });
      tip.replaceChildren(title, list);
      tip.hidden = false;
      shown = link;
      link.classList.add("on");
      link.setAttribute("aria-describedby", tip.id);
      const frame = figure.getBoundingClientRect();
      const column = (link.querySelector(".step") ?? link).getBoundingClientRect();
      const beside = column.right - frame.left + 2;
      const before = column.left - frame.left - tip.offsetWidth - 2;
      const fits = frame.left + beside + tip.offsetWidth < root.clientWidth - 8;
      // A bar is as wide as the chart: its figures stand under it.
      const rowwise = figure.dataset.chart === "rows";
      const left = rowwise ? column.width * 0.4 : fits ? beside : before;
      const most = Math.max(0, root.clientWidth - frame.left - tip.offsetWidth - 8);
      tip.style.left = `${Math.min(Math.max(left, 0), most)}px`;
      tip.style.top = `${rowwise ? column.bottom - frame.top + 2 : column.top - frame.top + 8}px`;
    };
    const later = () => { clearTimeout(leaving); leaving = setTimeout(hide, 120); };

    links.forEach((link, index) => {
      link.addEventListener("pointerenter", (event) => { if (event.pointerType !== "touch") show(link); });
      link.addEventListener("pointerleave", later);
      link.addEventListener("focus", () => {
        links.forEach((other) => other.setAttribute("tabindex", other === link ? "0" : "-1"));
        show(link);
      });
      link.addEventListener("blur", later);
      link.addEventListener("keydown", (event) => {
        const to = { ArrowLeft: index - 1, ArrowUp: index - 1, ArrowRight: index + 1, ArrowDown: index + 1, Home: 0, End: links.length - 1 }[event.key];
        if (event.key === "Escape") hide();
        else if (links[to]) { event.preventDefault(); links[to].focus(); }
      });
      // On a touch screen the first tap shows the figures, the second opens what is behind.
      let touched = false;
      link.addEventListener("pointerdown", (event) => { touched = event.pointerType === "touch" && shown !== link; });
      link.addEventListener("click", (event) => { if (touched) { event.preventDefault(); touched = false; show(link); } });
    });
    tip.addEventListener("pointerenter", () => clearTimeout(leaving));
    tip.addEventListener("pointerleave", later);
    document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
  };

  const legends = () => document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-series]");
    if (!button) return;
    const pressed = button.getAttribute("aria-pressed") === "true";
    for (const one of all("button[data-series]", button.parentElement)) {
      one.setAttribute("aria-pressed", String(one === button && !pressed));
    }
  });

  // A table of links is one tab stop: arrow keys go from cell to cell.
  const cells = (table) => table.addEventListener("keydown", (event) => {
    const cell = event.target.closest("td");
    const steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    if (!cell || !steps) return;
    const row = table.rows[cell.parentElement.rowIndex + steps[0]];
    const to = row?.cells[cell.cellIndex + steps[1]]?.querySelector("a");
    if (!to) return;
    event.preventDefault();
    for (const link of all("a[tabindex='0']", table)) link.tabIndex = -1;
    to.tabIndex = 0;
    to.focus();
  });

  // Live activity: the server sends rows ready made; a row with a known key replaces the earlier one.
  const live = (list) => {
    const ol = list.querySelector("ol");
    const none = list.querySelector(".none");
    const keep = Number(list.dataset.keep) || 12;
    const place = (html) => {
      const holder = document.createElement("template");
      holder.innerHTML = html;
      const row = holder.content.firstElementChild;
      if (!row?.dataset.key) return;
      const old = [...ol.children].find((one) => one.dataset.key === row.dataset.key);
      if (old && old.dataset.at > row.dataset.at) return;
      // Only what is new or has moved on draws the eye; a refreshed "5 min ago" does not.
      if (old?.dataset.at === row.dataset.at) { old.replaceWith(row); return; }
      old?.remove();
      row.classList.add("fresh");
      const next = [...ol.children].find((one) => one.dataset.at < row.dataset.at);
      ol.insertBefore(row, next ?? null);
      while (ol.children.length > keep) ol.lastElementChild.remove();
      if (none) none.hidden = ol.children.length > 0;
    };
    let waiting = [];
    let paused = false;
    let stream = null;
    const open = () => {
      stream?.close();
      stream = new EventSource(list.dataset.live);
      stream.addEventListener("row", (event) => {
        if (!paused) place(event.data);
        else if (waiting.push(event.data) > 200) waiting.shift();
      });
    };
    open();
    list.querySelector("[data-pause]")?.addEventListener("click", (event) => {
      paused = !paused;
      event.currentTarget.setAttribute("aria-pressed", String(paused));
      list.classList.toggle("paused", paused);
      if (!paused) { waiting.forEach(place); waiting = []; }
    });
    // A page kept for the back button must not hold a connection.
    window.addEventListener("pagehide", () => stream.close());
    window.addEventListener("pageshow", (event) => { if (event.persisted) open(); });
  };

  // Import: drop a file, watch it leave; the answer is the next page.
  const upload = (form) => {
    const drop = form.querySelector(".drop");
    const input = form.querySelector("input[type=file]");
    const bar = form.querySelector("progress");
    const chosen = form.querySelector(".chosen");
    const say = () => { chosen.textContent = input.files[0]?.name ?? ""; };
    input.addEventListener("change", say);
    for (const kind of ["dragenter", "dragover"]) drop.addEventListener(kind, (event) => { event.preventDefault(); drop.classList.add("over"); });
    for (const kind of ["dragleave", "drop"]) drop.addEventListener(kind, () => drop.classList.remove("over"));
    drop.addEventListener("drop", (event) => {
      event.preventDefault();
      if (event.dataTransfer.files.length) { input.files = event.dataTransfer.files; say(); }
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const request = new XMLHttpRequest();
      request.open("POST", form.action);
      request.upload.addEventListener("progress", (sent) => {
        bar.hidden = false;
        if (sent.lengthComputable) bar.value = (100 * sent.loaded) / sent.total;
      });
      request.addEventListener("load", () => {
        if (request.responseURL && request.status < 400 && request.responseURL !== form.action) location.assign(request.responseURL);
        else {
          const page = new DOMParser().parseFromString(request.responseText, "text/html");
          document.querySelector("main").replaceWith(page.querySelector("main") ?? page.body);
          all("[data-upload]").forEach(upload);
        }
      });
      request.addEventListener("error", () => form.submit());
      request.send(new FormData(form));
    });
  };

  // Progress: ask again every half second; the server's fragment replaces ours until it redirects.
  const poll = (holder) => {
    const ask = async () => {
      try {
        const answer = await fetch(holder.dataset.poll, { headers: { accept: "text/html" } });
        if (answer.redirected) { location.assign(answer.url); return; }
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const next = page.querySelector("[data-poll]");
        if (!next) { location.assign(holder.dataset.poll); return; }
        const bar = next.querySelector("progress");
        if (bar.hasAttribute("value")) holder.querySelector("progress").value = bar.value;
        holder.querySelector("[role=status]").textContent = next.querySelector("[role=status]").textContent;
        // What stands around the bar, where it comes with it; the buttons stay, with their focus.
        const around = holder.closest("article");
        for (const part of around ? [".state", ".figures"] : []) {
          around.querySelector(part).replaceWith(page.querySelector(part));
        }
        // A failure comes and goes with its remedy: that is another page.
        if (around && !around.querySelector(".trouble") !== !page.querySelector(".trouble")) { location.reload(); return; }
      } catch { /* the server is busy or restarting: ask again */ }
      setTimeout(ask, 500);
    };
    setTimeout(ask, 500);
  };

  document.addEventListener("DOMContentLoaded", () => {
    theme();
    filters();
    menus();
    legends();
    all("[data-chart]").forEach(chart);
    all("table[data-grid]").forEach(cells);
    all("[data-live]").forEach(live);
    all("[data-upload]").forEach(upload);
    all("[data-poll]").forEach(poll);
  });
})();
