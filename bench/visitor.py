"""A visitor without a browser: speaks to the server over its websocket as Streamlit's page in a browser does.

It keeps what the page would keep (widget values, the address, messages the server need not send again) and finds
controls by their kind and label, so that it knows nothing of how a page is built.
"""

from __future__ import annotations

import asyncio
import json
import struct
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

PATIENCE = 60.0  # seconds until a picture counts as never drawn
CACHED = 40  # messages that the page keeps, and the server then only names
TRIGGERS = "$$STREAMLIT_INTERNAL_KEY_{}__events"  # the widget that carries a component's triggers


@dataclass
class Control:
    """A widget as the server has described it last."""

    kind: str
    label: str
    id: str
    fragment: str
    disabled: bool


@dataclass
class Visitor:
    """One session on one page.

    Raises:
        TimeoutError: a picture did not come within PATIENCE.
    """

    url: str  # ws://host:port
    page: str  # as in the address, without the slash
    query: str = ""
    asks: bool = False  # whether it asks for all scales after each first look, as someone who takes the slider does
    received: int = 0  # bytes
    messages: int = 0
    failures: list[str] = field(default_factory=list)  # exceptions that the page showed

    def __post_init__(self) -> None:
        self.controls: dict[str, Control] = {}
        self._states: dict[str, WidgetState] = {}
        self._cached: dict[str, tuple[str, str, str]] = {}  # hash: what the message held
        self._script = ""
        self._drawn, self._finished = asyncio.Event(), asyncio.Event()
        self._first_look: tuple[str, str] | None = None
        self._socket: ClientConnection | None = None
        self._reader: asyncio.Task[None] | None = None

    async def open(self) -> float:
        """Seconds from the first byte sent to the first picture."""
        began = time.perf_counter()
        self._socket = await connect(
            f"{self.url}/_stcore/stream", compression=None, max_size=None, proxy=None, open_timeout=PATIENCE
        )
        self._reader = asyncio.create_task(self._read())
        await self._ask("", lambda _states: None)
        return await self._picture(began)

    async def change(self, value: int) -> float:
        """Set the seed, where the page has one, and else press a preset; seconds to the new picture."""
        await asyncio.wait_for(self._finished.wait(), PATIENCE)  # a visitor sees that the page is still busy
        began = time.perf_counter()
        control = self._seed()
        if control is not None:
            self._states[control.id].string_value = f"{value}"
            await self._ask(control.fragment, lambda _states: None)
        else:
            presets = [one for one in self.controls.values() if one.kind == "button" and self._is_preset(one)]
            control = presets[value % len(presets)]
            pressed = WidgetState(id=control.id, trigger_value=True)
            await self._ask(control.fragment, lambda states: states.append(pressed))
        return await self._picture(began)

    async def tell(self, widgets: Iterable[str], **value: Any) -> None:
        """Tell one value of several widgets, as no page does, and wait until the run of the whole page has ended."""
        told = {widget: WidgetState(id=widget, **value) for widget in widgets}

        def change(states: Any) -> None:
            for state in [one for one in states if one.id in told]:
                states.remove(state)
            states.extend(told.values())

        await self._ask("", change)
        await self.settled()

    @property
    def components(self) -> list[str]:
        """The widgets that carry what pictures ask."""
        return [TRIGGERS.format(component) for component in {component for component, *_ in self._cached.values()}]

    async def settled(self) -> None:
        """Wait until the page is no longer busy."""
        await asyncio.wait_for(self._finished.wait(), PATIENCE)

    async def close(self) -> None:
        if self._reader is not None:
            self._reader.cancel()
        if self._socket is not None:
            await self._socket.close()

    def _seed(self) -> Control | None:
        return next(
            (
                one
                for one in self.controls.values()
                if one.kind == "text_input" and "seed" in one.label.lower() and not one.disabled
            ),
            None,
        )

    def _is_preset(self, control: Control) -> bool:
        return (
            bool(control.label)
            and control.label not in ("Present", "Leave")
            and ": " not in control.label
            and not control.disabled
        )

    async def _picture(self, began: float) -> float:
        await asyncio.wait_for(self._drawn.wait(), PATIENCE)
        taken = time.perf_counter() - began
        if self.asks and self._first_look is not None:
            await self.trigger(*self._first_look, "whole", 1)
        return taken

    async def trigger(self, component: str, fragment: str, event: str, value: object) -> None:
        """What a picture asks: `stage.ask(event, value)`."""
        words = json.dumps([{"event": event, "value": value}])
        asked = WidgetState(id=TRIGGERS.format(component), json_trigger_value=words)
        await self._ask(fragment, lambda states: states.append(asked))

    async def _ask(self, fragment: str, change: Callable[[Any], None]) -> None:
        self._drawn.clear(), self._finished.clear()
        self._first_look = None
        message = BackMsg()
        state = message.rerun_script
        state.query_string, state.fragment_id = self.query, fragment
        if self._script:
            state.page_script_hash = self._script
        else:
            state.page_name = self.page
        state.widget_states.widgets.extend(self._states.values())
        change(state.widget_states.widgets)
        state.cached_message_hashes.extend(self._cached)
        state.context_info.url = f"{self.url.replace('ws', 'http', 1)}/{self.page}"
        state.context_info.timezone, state.context_info.locale = "UTC", "en-GB"
        assert self._socket is not None
        await self._socket.send(message.SerializeToString())

    async def _read(self) -> None:
        assert self._socket is not None
        async for frame in self._socket:
            assert isinstance(frame, bytes)
            self.received += len(frame)
            self.messages += 1
            message = ForwardMsg.FromString(frame)
            self._take(message)

    def _take(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            self._element(message)
        elif kind == "ref_hash":
            if message.ref_hash in self._cached:
                self._shown(*self._cached[message.ref_hash])
        elif kind == "navigation":
            self._script = message.navigation.page_script_hash
        elif kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        elif kind == "script_finished":
            self._finished.set()

    def _element(self, message: ForwardMsg) -> None:
        element, fragment = message.delta.new_element, message.delta.fragment_id
        kind = element.WhichOneof("type")
        described = getattr(element, kind)
        if kind == "exception":
            self.failures.append(f"{self.page}: {described.type} {described.message}")
        elif kind == "bidi_component":
            first_look = described.id if _is_first_look(described.bytes) else ""
            if message.metadata.cacheable:
                self._cached[message.hash] = (described.id, fragment, first_look)
                if len(self._cached) > CACHED:
                    del self._cached[next(iter(self._cached))]
            self._shown(described.id, fragment, first_look)
        elif getattr(described, "id", "") and hasattr(described, "label"):
            disabled = getattr(described, "disabled", False)
            self.controls[described.id] = Control(kind, described.label, described.id, fragment, disabled)
            value = VALUES.get(kind)
            if value is not None and (described.id not in self._states or described.set_value):
                self._states[described.id] = WidgetState(id=described.id, **value(described))

    def _shown(self, component: str, fragment: str, first_look: str) -> None:
        if first_look:
            self._first_look = (component, fragment)
        self._drawn.set()


def _is_first_look(data: bytes) -> bool:
    """Whether a lab's message holds fewer scales than its slider has."""
    if len(data) < 4:
        return False
    (length,) = struct.unpack_from("<I", data)
    try:
        header = json.loads(data[4 : 4 + length])
    except ValueError:
        return False
    return isinstance(header, dict) and "runs" in header and header["runs"] < len(header.get("scales", ()))


def _selected(described: Any) -> dict[str, object]:
    if described.set_value:
        return {"string_value": described.raw_value}
    chosen = described.options and described.HasField("default")  # else it is one that nothing is chosen in yet
    return {"string_value": described.options[described.default]} if chosen else {}


def _pressed(described: Any) -> dict[str, object]:
    chosen = described.raw_values if described.set_value else [described.options[k].content for k in described.default]
    return {"string_array_value": {"data": list(chosen)}}


def _typed(described: Any) -> dict[str, object]:
    return {"string_value": described.value if described.set_value else described.default}


VALUES: dict[str, Callable[[Any], dict[str, object]]] = {  # kind of widget: the value that the page reports for it
    "selectbox": _selected,
    "button_group": _pressed,
    "checkbox": lambda described: {"bool_value": described.value if described.set_value else described.default},
    "text_input": _typed,
    "text_area": _typed,
}
