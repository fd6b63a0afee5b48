// A widget's state: the traits that controls, Python and, on a page of its own, the address all read and set.

import { fits } from "./schema.js";

/**
 * `state.name` is a trait's value. `state.set({ name: value })` changes it here and in Python, `state.watch(act)` calls `act(names)` once
 * after each change, wherever it came from, and `state.close()` ends that.
 */
export function stateOf(model, names) {
  const [watching, heard] = [[], []];
  let [changed, saving] = [null, false];
  const tell = (which) => watching.forEach((act) => act(which));
  const state = {
    names,
    set(values) {
      changed = new Set();
      for (const [name, value] of Object.entries(values)) model.set(name, value);
      const which = changed;
      changed = null;
      if (!which.size) return;
      tell(which);
      if (saving) return; // one message to the kernel a frame, however fast a slider moves
      saving = true;
      requestAnimationFrame(() => {
        saving = false;
        model.save_changes();
      });
    },
    watch: (act) => watching.push(act),
    close: () => heard.forEach(([event, act]) => model.off(event, act)),
    asText: () => names.map((name) => `${name}=${inPython(model.get(name))}`).join(", "),
  };
  for (const name of names) {
    Object.defineProperty(state, name, { get: () => model.get(name) });
    const act = () => (changed ? changed.add(name) : tell(new Set([name])));
    model.on(`change:${name}`, act);
    heard.push([`change:${name}`, act]);
  }
  return state;
}

/** A value as it is typed in Python. */
export function inPython(value) {
  if (Array.isArray(value)) return `[${value.map(inPython).join(", ")}]`;
  if (value && typeof value === "object") {
    return `{${Object.entries(value).map((pair) => pair.map(inPython).join(": ")).join(", ")}}`;
  }
  return { true: "True", false: "False", null: "None" }[value] ?? JSON.stringify(value);
}

/**
 * A model where there is no kernel: values, and who listens to them. With an `address` (a window), those that have changed stand in its
 * fragment, as `#h=0.5&curve="x³"`, and are read from there, as far as the frame's schema allows; `refused` are sentences on the others.
 */
export function pageModel(values, address = null) {
  const [now, text, listeners] = [structuredClone(values), JSON.stringify, {}];
  const touched = new Set(); // no others can differ, and data can be long
  let writing = 0;
  const differs = (name) => touched.has(name) && text(now[name]) !== text(values[name]);
  const model = {
    get: (name) => now[name],
    set(name, value) {
      if (text(now[name]) === text(value)) return;
      now[name] = value;
      touched.add(name);
      (listeners[`change:${name}`] ?? []).forEach((act) => act());
    },
    save_changes() { // browsers take longer to note an address than a widget to draw, and refuse to do it often
      if (!address) return;
      model.set("refused", []); // what was asked for no longer stands there
      if (!writing) writing = setTimeout(write, 250);
    },
    on: (event, act) => (listeners[event] ??= []).push(act),
    off: (event, act) => { listeners[event] = (listeners[event] ?? []).filter((each) => each !== act); },
  };
  function write() {
    writing = 0;
    const changed = Object.keys(values).filter(differs).map((name) => `${name}=${encodeURIComponent(text(now[name]))}`);
    address.history.replaceState(null, "", `#${changed.join("&")}`);
  }
  function read() {
    const { found, refused } = fromFragment(address.location.hash, values.frame.schema);
    for (const [name, value] of Object.entries({ ...found, refused })) model.set(name, value);
  }
  if (address) {
    read();
    address.addEventListener("hashchange", read);
  }
  return model;
}

/** What a fragment says of a state: what is found of it, and what is refused, in words. */
export function fromFragment(fragment, schema) {
  const [found, refused] = [{}, []];
  for (const part of fragment.slice(1).split("&").filter(Boolean)) {
    const [name, ...rest] = part.split("=");
    const said = decoded(rest.join("="));
    if (!Object.hasOwn(schema, name)) refused.push(`There is no ${decoded(name)} to set here.`);
    else if (fits(parsed(said), schema[name])) found[name] = parsed(said);
    else refused.push(`${name} must be ${schema[name].description}, got ${shortened(said) || "nothing"}.`);
  }
  return { found, refused };
}

const shortened = (text) => (text.length > 60 ? `${text.slice(0, 60)}…` : text);

/** A text of an address; one that somebody has cut, as it stands there. */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A value from its JSON, undefined where that is none. */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
