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

/** Puts nodes to choose one of into that element, each with its name, a note, and whether it can be chosen and is. */
export function offer(id, nodes) {
  find(id).replaceChildren(...nodes.map(n => make('label.target', {},
    make('input', { type: 'radio', name: id, value: n.name, checked: n.chosen, disabled: !n.able }),
    make('span', {}, n.name),
    make('span.quiet', {}, n.note))));
}

/** The name of the node that is chosen there; empty if none is. */
export function chosen(id) {
  return find(id).querySelector('input:checked')?.value ?? '';
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
