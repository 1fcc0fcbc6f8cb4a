"""A browser tab without the drawing: it follows links to a server, and reads what comes back."""

from dataclasses import dataclass, field
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

PATIENCE = 60.0  # seconds


@dataclass
class Visit:
    """What a page has sent."""

    errors: list[str] = field(default_factory=list)  # tracebacks
    elements: int = 0
    keys: set[str] = field(default_factory=set)  # of controls that the link can set


def follow(url: str, page: str, query: list[tuple[str, str]]) -> Visit:
    """Follow a link in a new tab, until its page has run to the end."""
    ask = BackMsg()
    ask.rerun_script.page_name = "" if page == "home" else page
    ask.rerun_script.query_string = urlencode(query)
    visit = Visit()
    address = url.replace("http", "ws", 1) + "/_stcore/stream"
    with connect(address, max_size=None, compression=None) as tab:
        tab.send(ask.SerializeToString())
        while _read(ForwardMsg.FromString(tab.recv(timeout=PATIENCE)), visit):
            pass
    return visit


def _read(message: ForwardMsg, visit: Visit) -> bool:
    """Note what a message says; False at the end, which a page that runs again has not reached."""
    if message.HasField("script_finished"):
        return message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN
    if message.HasField("page_not_found"):
        visit.errors.append("page not found")
    if message.delta.HasField("new_element"):
        kind = message.delta.new_element.WhichOneof("type")
        element = getattr(message.delta.new_element, kind)
        visit.elements += 1
        if kind == "exception":
            visit.errors.append(f"{element.type}: {element.message}")
        if key := getattr(element, "query_param_key", ""):
            visit.keys.add(key)
    return True
