"""The wall of WebAssembly: CPython and numpy as one WebAssembly module, run by wasmtime. Optional, and experimental.

`compiled` makes the module's native code once, and finds it again. `engine` is the process that runs guests; `wasi` answers all that a
guest can ask of it, from bytes in its memory. `guest` is what runs inside.
"""
