// A second stage for the same page: its view is what its element says.

import { mountable } from "../../../ui/kit/browser/stage.js";

export default mountable("other", (stage) => ({ receive() {}, draw() {}, view: () => ({ row: Number(stage.root.dataset.row ?? 1) }) }));
