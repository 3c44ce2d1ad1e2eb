// What the tests' hands and eyes need inside the page. Evaluated before each step; it keeps nothing there.
const visible = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
const words = (text) => (text ?? "").replace(/[\s\u00a0\u202f]+/g, " ").trim();
const named = (element) => {
  const by = element.getAttribute("aria-labelledby");
  if (by) return words(by.split(/\s+/).map((id) => document.getElementById(id)?.innerText).join(" "));
  return words(element.getAttribute("aria-label") || element.innerText || element.value || element.title);
};
// The innermost open dialog hides the rest of the page from a person: from the tests too.
const ground = () => [...document.querySelectorAll("dialog[open], [role=dialog], [role=alertdialog]")].filter(visible).pop() ?? document.body;
const all = (selector) => [...ground().querySelectorAll(selector)].filter(visible);
const acting = "button, a[href], summary, [role=button], [role=tab], [role=option], [role=menuitem], [role=link], [role=row], [role=radio], [role=checkbox], [role=switch], input[type=submit]";
const find = {
  css: (selector) => all(selector)[0],
  named: (name) => all(acting).find((one) => named(one) === words(name)) ?? all(acting).find((one) => named(one).includes(words(name))),
  labelled: (name) => {
    const labels = all("label, legend");
    const label = labels.find((one) => words(one.innerText) === words(name)) ?? labels.find((one) => words(one.innerText).startsWith(words(name)));
    const control = label?.control ?? label?.querySelector("input, select, textarea");
    return control ?? all("input, select, textarea, [role=listbox], [role=combobox]").find((one) => named(one) === words(name));
  },
};
