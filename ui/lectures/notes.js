// The lecturer's notes, in a second window of the same browser (`?notes=1`) that follows the first and leads it too. The
// two talk to each other and to nobody else: no server knows which scene a lecturer is at.

import { element, write } from "../kit/browser/elements.js";

const CHANNEL = "unrolled-lectures";

/**
 * @param {Element} host
 * @param {Stage} stage
 * @param {{ state(): { gone: number, since: number | null }, follow(other: { gone: number, since: number | null }): void }} timer
 * @param {{ place(): Record<string, unknown>, arrive(place: any): void, onward(way: number): void, go(scene: number): void }} way
 */
export function createNotes(host, stage, timer, way) {
  const root = element(host, "section", "notes");
  const words = element(root, "p", "words");
  const answer = element(root, "p", "told");
  const after = element(root, "p", "after");
  const channel = new BroadcastChannel(CHANNEL);
  let ready = false;
  let sent = "";

  const isNotes = () => Boolean(stage.envelope.view.notes);
  function tell(anew = false) {
    if (isNotes()) {
      if (!ready) channel.postMessage({ hello: true });
      ready = true;
      return;
    }
    const place = { ...way.place(), timer: timer.state() };
    const said = JSON.stringify(place);
    if (said === sent && !anew) return;
    sent = said;
    channel.postMessage({ place });
  }
  channel.onmessage = ({ data }) => {
    if (!stage.alive()) return channel.close();
    if (isNotes()) {
      if (!data.place) return;
      timer.follow(data.place.timer);
      way.arrive(data.place);
    } else if (data.hello) tell(true);
    else if (data.turn) way.onward(data.turn);
    else if (data.scene) way.go(data.scene);
  };

  return {
    tell: () => tell(),
    /** Turns the first window. @param {{ turn: number } | { scene: number }} where */
    lead: (where) => channel.postMessage(where),
    /** @param {any} told @param {boolean} revealed */
    draw(told, revealed) {
      const { scenes, at } = told;
      write(words, scenes[at - 1].notes);
      write(answer, `${revealed ? "Revealed" : "Answer"}: ${[told.answer.says, told.answer.because].filter(Boolean).join(". ")}`);
      write(after, at < scenes.length ? `Next: ${scenes[at].title}. ${scenes[at].question}` : "This is the last scene.");
    },
  };
}
