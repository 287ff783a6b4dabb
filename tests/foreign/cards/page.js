// Renders a card with Microsoft's renderer and measures what came out. Runs inside the page.
"use strict";

window.sent = [];

/** Renders the card in a host of that width; returns what the parser complained about. */
window.show = (card, host, width) => {
  document.querySelectorAll(".host, style.theme").forEach((old) => old.remove());
  const style = document.head.appendChild(document.createElement("style"));
  style.className = "theme";
  style.textContent = host.css;
  const frame = document.body.appendChild(document.createElement("div"));
  frame.className = "host";
  frame.style.width = `${width}px`;
  frame.style.boxSizing = "border-box";

  const markdown = window.markdownit({ linkify: true });
  AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
    result.outputHtml = markdown.render(text);
    result.didProcess = true;
  };
  // 3.0.6 checks this property with one global regular expression, which remembers where it stopped.
  AdaptiveCards.AdaptiveCard.langProperty.regEx.lastIndex = 0;
  const made = new AdaptiveCards.AdaptiveCard();
  made.hostConfig = new AdaptiveCards.HostConfig(host.config);
  made.onExecuteAction = (action) => {
    if (action.getJsonTypeName() === "Action.Execute")
      window.sent.push({ type: "Action.Execute", verb: action.verb, data: action.data });
  };
  const context = new AdaptiveCards.SerializationContext();
  made.parse(card, context);
  const rendered = made.render();
  if (rendered) frame.appendChild(rendered);
  const complaints = [];
  for (let place = 0; place < context.eventCount; place++) complaints.push(context.getEventAt(place).message);
  for (const failure of made.validateProperties().validationEvents) complaints.push(failure.message);
  if (!rendered) complaints.push("nothing was rendered");
  return complaints;
};

/** Presses the card's own button of that name: it stands in the last action set that belongs to no inner card. */
window.press = (title) => {
  const all = [...document.querySelectorAll(".host button")].filter((button) => button.textContent === title);
  if (all.length !== 1) throw new Error(`${all.length} buttons say ${title}`);
  all[0].click();
};

/** The card as it comes, then with each of these buttons pressed: what the parser said, and what is seen. */
window.inspect = (card, host, width, openers) => {
  const complaints = window.show(card, host, width);
  const states = { "as it comes": window.measure() };
  for (const title of openers) {
    window.press(title);
    states[title] = window.measure();
    window.press(title);
  }
  return { complaints, states };
};

const visible = (element) => {
  const box = element.getBoundingClientRect();
  return box.width > 0 && box.height > 0 && getComputedStyle(element).visibility !== "hidden";
};

const channels = (colour) => {
  const [red, green, blue, alpha = 1] = colour.match(/[\d.]+/g).map(Number);
  return { rgb: [red, green, blue], alpha };
};

const over = (front, back) => front.rgb.map((part, place) => part * front.alpha + back[place] * (1 - front.alpha));

const behind = (element) => {
  if (!element) return [255, 255, 255];
  const own = channels(getComputedStyle(element).backgroundColor);
  return own.alpha === 1 ? own.rgb : over(own, behind(element.parentElement));
};

const luminance = (rgb) => {
  const [red, green, blue] = rgb.map((part) => {
    const share = part / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};

const ratio = (front, back) => {
  const [lighter, darker] = [luminance(front), luminance(back)].sort((a, b) => b - a);
  return (lighter + 0.05) / (darker + 0.05);
};

/** How far to the right something can be seen: up to the nearest ancestor that cuts off what overflows. */
const limit = (element) => {
  let right = Infinity;
  for (let one = element; one; one = one.parentElement)
    if (getComputedStyle(one).overflowX !== "visible")
      right = Math.min(right, one.getBoundingClientRect().right);
  return right;
};

const texts = (frame) => {
  const walker = document.createTreeWalker(frame, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.textContent.trim() && visible(node.parentElement)) found.push(node);
  }
  return found;
};

/** What the card looks like just now. */
window.measure = () => {
  const frame = document.querySelector(".host");
  const edge = frame.getBoundingClientRect();
  const wide = [];
  for (const element of frame.querySelectorAll("*")) {
    if (!visible(element)) continue;
    const box = element.getBoundingClientRect();
    if (box.right > edge.right + 0.5 || box.left < edge.left - 0.5) wide.push(element.outerHTML.slice(0, 200));
  }
  const faint = [];
  for (const node of texts(frame)) {
    const box = document.createRange();  // the words of a button are looked at below
    box.selectNodeContents(node);
    for (const piece of node.parentElement.closest("button") ? [] : box.getClientRects())
      if (piece.right > limit(node.parentElement) + 0.5) wide.push(node.textContent.slice(0, 200));
    const style = getComputedStyle(node.parentElement);
    const back = behind(node.parentElement);
    const found = ratio(over(channels(style.color), back), back);
    if (found < 4.5) faint.push(`${found.toFixed(2)}: ${node.textContent.slice(0, 80)}`);
  }
  const fields = [...frame.querySelectorAll("input, select, textarea")].filter(visible);
  const label = (field) => {
    const named = (field.getAttribute("aria-labelledby") || "").split(" ")
      .map((id) => document.getElementById(id)?.textContent || "").join(" ").trim();
    return named || field.getAttribute("aria-label") || "";
  };
  const buttons = [...frame.querySelectorAll("button")].filter(visible);
  return {
    wide,
    faint,
    unlabelled: fields.filter((field) => !label(field)).map((field) => field.outerHTML.slice(0, 200)),
    labels: fields.map(label),
    buttons: buttons.map((button) => button.textContent),
    cut: buttons.filter((button) => button.scrollWidth > button.clientWidth + 1).map((button) => button.textContent),
    strange: [...frame.querySelectorAll("a, img, iframe, script, b, i, em, strong, ul, ol, code, at")]
      .map((element) => element.outerHTML.slice(0, 200)),
    text: texts(frame).map((node) => node.textContent).join("\n"),
    height: Math.round(edge.height),
  };
};
