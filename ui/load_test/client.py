"""A browser's tab without the drawing: it speaks to a server as a page of Streamlit does.

It runs pages, sets widgets, and asks again for what the server wants to be asked for again. What
it waits for is the server's last message of a run, by which a browser has all there is to draw.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

PATIENCE = 120.0  # seconds: a run that takes longer is lost
FIRST = "home"  # the page whose address has no path


@asynccontextmanager
async def connected(url: str, *, compression: str | None = "deflate") -> AsyncIterator["Tab"]:
    """A tab of a server until the end of this; it answers pings as browsers do, and sends none."""
    address = url.replace("http", "ws", 1) + "/_stcore/stream"
    async with connect(
        address, max_size=None, ping_interval=None, compression=compression
    ) as socket:
        tab = Tab(socket)
        try:
            yield tab
        finally:
            tab.rest()
            tab.ear.cancel()


class Tab:
    """One visitor's connection."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.page = self.query = ""
        self.sliders: dict[str, tuple[Any, str]] = {}  # by key: the slider, its fragment
        self.buttons: dict[str, tuple[Any, str]] = {}
        self.ticking: dict[str, asyncio.Task[None]] = {}  # by fragment, that asks again
        self.runs = 0  # of scripts and fragments
        self.running = False  # the whole page
        self.elements = 0
        self.keys: set[str] = set()  # of controls that a link can set
        self.errors: list[str] = []  # tracebacks, and pages that are not there
        self._states: dict[str, WidgetState] = {}  # of what was moved, by id
        self._asked: tuple[str, asyncio.Future[float]] | None = None  # fragment, and its end
        self.ear = asyncio.create_task(self._listen())  # it ends with the connection

    async def _listen(self) -> None:
        """Take in what the server says."""
        try:
            async for message in self.socket:
                assert isinstance(message, bytes)
                self._hear(ForwardMsg.FromString(message))
        finally:
            if self._asked and not self._asked[1].done():
                self._asked[1].set_exception(ConnectionError("the server closed the connection"))

    async def open(self, page: str, query: str) -> float:
        """Open a page with a query; seconds until it has run."""
        self.page, self.query, self._states = "" if page == FIRST else page, query, {}
        return await self._ask("", [])

    async def move(self, draw: random.Random) -> float:
        """Move one of the page's sliders; seconds until the page has followed."""
        slider, fragment = self.sliders[draw.choice(sorted(self.sliders))]
        state = WidgetState(id=slider.id)
        if slider.options:
            state.string_array_value.data.append(draw.choice(slider.options))
        else:
            steps = round((slider.max - slider.min) / slider.step)
            state.double_array_value.data.append(
                slider.min + slider.step * draw.randint(0, max(steps, 0))
            )
        self._states[slider.id] = state
        return await self._ask(fragment, [])

    async def press(self, key: str) -> float:
        """Press a button; seconds until the page has followed."""
        button, fragment = self.buttons[key]
        return await self._ask(fragment, [WidgetState(id=button.id, trigger_value=True)])

    async def _ask(self, fragment: str, triggers: list[WidgetState]) -> float:
        begun, end = time.perf_counter(), asyncio.get_running_loop().create_future()
        self._asked = fragment, end
        await self._send(fragment, triggers)
        async with asyncio.timeout(PATIENCE):
            ended: float = await end
        return ended - begun

    async def _send(self, fragment: str, triggers: list[WidgetState], again: bool = False) -> None:
        message = BackMsg()
        ask = message.rerun_script
        ask.page_name, ask.query_string = self.page, self.query
        ask.fragment_id, ask.is_auto_rerun = fragment, again
        ask.widget_states.widgets.extend([*self._states.values(), *triggers])
        await self.socket.send(message.SerializeToString())

    def _hear(self, message: ForwardMsg) -> None:
        fragments = list(message.metadata.run.fragment_ids)
        match message.WhichOneof("type"):
            case "new_session" if not fragments:
                self.running = True
                self.sliders, self.buttons = {}, {}
                self.rest()
            case "page_not_found":
                self.errors.append("page not found")
            case "delta" if message.delta.HasField("new_element"):
                self._note(message.delta.new_element, message.delta.fragment_id)
            case "auto_rerun":
                tick = self._tick(message.auto_rerun.fragment_id, message.auto_rerun.interval)
                self.rest(message.auto_rerun.fragment_id)
                self.ticking[message.auto_rerun.fragment_id] = asyncio.create_task(tick)
            case "script_finished":
                self.runs += 1
                self.running = False
                if message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                    self._end(fragments)
            case _:
                pass

    def _end(self, fragments: list[str]) -> None:
        """What was asked for has run, unless that was something else."""
        if self._asked and (not fragments or fragments == [self._asked[0]]):  # all, or its part
            end, self._asked = self._asked[1], None
            if not end.done():  # given up
                end.set_result(time.perf_counter())

    def _note(self, new: Any, fragment: str) -> None:
        """Keep the widgets that can be moved and pressed, and what went wrong."""
        kind = new.WhichOneof("type")
        element = getattr(new, kind)
        self.elements += 1
        if key := getattr(element, "query_param_key", ""):
            self.keys.add(key)
        if kind == "exception":
            self.errors.append(f"{element.type}: {element.message}")
        elif kind == "slider" and len(element.default) == 1 and not element.disabled:
            self.sliders[_key(element)] = element, fragment
        elif kind == "button" and not element.disabled:
            self.buttons[_key(element)] = element, fragment

    async def _tick(self, fragment: str, seconds: float) -> None:
        while True:
            await asyncio.sleep(seconds)
            await self._send(fragment, [], again=True)

    def rest(self, fragment: str | None = None) -> None:
        """Ask no more for a fragment, or for any."""
        for each in list(self.ticking) if fragment is None else [fragment]:
            if task := self.ticking.pop(each, None):
                task.cancel()


def _key(widget: Any) -> str:
    return str(widget.id.split("-", 2)[-1])
