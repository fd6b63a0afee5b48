"""Written answers marked by hand: mark."""

import argparse
import os
import sys
import webbrowser

from autograder.commands.options import DONE, HELP, NOT_ALL, Commands, Messages, between, with_class
from autograder.instance import CONFIG, MODEL_ANSWERS_LINE, Instance
from autograder.marking.desk import MarkingDesk
from autograder.marking.server import MarkingServer
from autograder.teams import mates

MARK = """\
Open a page on this computer on which a unit's written answers are marked by keyboard, all answers to one question after another, without
names and in an order of chance. Marks and comments go into the gradebook at once; Ctrl-C ends it. Press ? on the page for its keys."""


def register(commands: Commands) -> None:
    """Enter this command, with its options and its help."""
    command = with_class(commands.add_parser("mark", help=HELP["mark"], description=MARK))
    command.add_argument("--names", action="store_true", help="show whose answer it is")
    command.add_argument("--no-browser", action="store_true", help="open no browser, and only print the address")
    command.add_argument("--port", type=between(0, 65535), default=0, metavar="N", help="the port to listen on (default: any that is free)")
    command.set_defaults(command=mark)


def mark(options: argparse.Namespace, messages: Messages) -> int:
    instance = Instance.open(options.dir)
    unit = instance.unit(options.unit)
    desk = MarkingDesk(instance, unit, names=options.names, mates=mates(instance, unit))
    if not desk.questions:
        messages.say(f"There is no written answer to mark in {desk.unit}. Next: autograder grade {options.dir} {desk.unit}")
        return NOT_ALL
    if not instance.shows_model_answers:
        messages.say(
            "In this class formgrader shows no model answers beside the students'. "
            f"To have it do so: autograder update {options.dir}, or add to {instance.root / CONFIG}: {MODEL_ANSWERS_LINE}"
        )
    with MarkingServer(desk, int(options.port)) as server:
        try:
            messages.say(f"{waiting_for(desk.waiting())}. The page is at\n    {server.address}\nCtrl-C here ends it.")
            if not options.no_browser and has_desktop():
                webbrowser.open(server.address)
            server.serve_forever()
        except KeyboardInterrupt:
            messages.say("")
    waiting = desk.waiting()
    left = f"{waiting_for(waiting)}: the same command goes on" if waiting else "Every answer is marked"
    messages.say(f"{desk.unit}: {left}.\nNext: autograder feedback {options.dir} {desk.unit}")
    return NOT_ALL if waiting else DONE


def waiting_for(count: int) -> str:
    return f"{count} answer{' waits' if count == 1 else 's wait'} for a mark"


def has_desktop() -> bool:
    """Whether a browser can open a window: in a terminal alone, one would open in the terminal."""
    return sys.platform != "linux" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
