"""The wall of WebAssembly, made ready: wasm-setup."""

import argparse

from autograder.commands.options import DONE, HELP, Commands, Messages
from autograder.walls.sandbox import Sandbox
from autograder.walls.wasm import compiled
from autograder.walls.zygote import WASM

WASM_SETUP = """\
Compile Python and numpy for the wall of WebAssembly, once for each version. It is experimental, and for machines where bubblewrap cannot be
had. It takes two to six minutes and 2.5 GB of memory, and keeps 300 MB."""


def register(commands: Commands) -> None:
    """Enter this command and its help."""
    command = commands.add_parser("wasm-setup", help=HELP["wasm-setup"], description=WASM_SETUP)
    command.set_defaults(command=wasm_setup)


def wasm_setup(options: argparse.Namespace, messages: Messages) -> int:
    if not compiled.is_set_up():
        messages.say("Compiling Python and numpy. This takes two to six minutes and 2.5 GB of memory; do not grade meanwhile.")
        compiled.set_up()
    messages.say(f"The native code is at {compiled.place()}. Whoever can change it can run code as you: keep that directory your own.")
    with Sandbox(wall=WASM):
        messages.say("WebAssembly works here, and holds. To use it: autograder grade DIR UNIT --wall wasm")
    return DONE
