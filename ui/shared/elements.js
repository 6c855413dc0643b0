// An element of the page, with its words as text and never as markup.

export function element(parent, tag, className, content, title) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (content !== undefined) made.textContent = content;
  if (title) made.title = title;
  if (parent) parent.append(made);
  return made;
}
