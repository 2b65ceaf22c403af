// Elements of the page. Text from outside becomes text and nothing else: there is no way here to give markup.

export function find(id) {
  return document.getElementById(id);
}

/** An element with classes ("p.quiet"), attributes and children: elements, texts or nothing. */
export function make(name, attributes = {}, ...children) {
  const [tag, ...classes] = name.split('.');
  const element = document.createElement(tag);
  if (classes.length > 0) {
    element.className = classes.join(' ');
  }
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== null && value !== false) {
      element.setAttribute(key, value === true ? '' : String(value));
    }
  }
  element.append(...children.filter(child => child !== null && child !== undefined && child !== ''));
  return element;
}

/** Sets a text only where it differs, so that selections and screen readers are left in peace. */
export function write(element, text) {
  const wanted = String(text);
  if (element.textContent !== wanted) {
    element.textContent = wanted;
  }
}

export function show(element, visible) {
  element.hidden = !visible;
}

export function notice(text, kind = '') {
  const element = find('notice');
  element.className = `notice ${kind}`;
  write(element, text);
  show(element, text !== '');
}
