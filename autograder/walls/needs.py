"""Which cells of a notebook an answer needs: those that bind or change a name that it uses, and what they use in their turn.

So a cell in which a student trains something for an hour costs no answer its time. A cell is read, never run, and where it could
do anything (`exec`, `from module import *`, what Python cannot read) it is needed.
"""

import ast
import symtable
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from autograder.walls.cells import readable, written_module

OPAQUE = frozenset({"exec", "eval", "globals", "vars", "setattr", "delattr", "__import__", "importlib"})
LASTING = ("set", "seed", "append", "insert", "update", "register")  # how calls begin that change a module: np.random.seed, sys.path.append
Names = frozenset[str]


@dataclass(frozen=True)
class Facts:
    """What a cell does with the names of the notebook.

    `functions` are the names it binds to functions and `imports` those it binds to modules or what is in them; a module itself is
    called `import NAME`. `touches` are names that it hands to a call, or calls a method of; `changes` those that it certainly
    changes in place.
    """

    uses: Names = frozenset()
    binds: Names = frozenset()
    functions: Names = frozenset()
    imports: Names = frozenset()
    touches: Names = frozenset()
    changes: Names = frozenset()
    opaque: bool = False


def needed(answer: str, above: Sequence[Facts], below: Sequence[Facts]) -> list[int]:
    """The places of the cells that an answer needs, those `below` its check counted on from those above.

    A cell below serves only for names that no cell above binds. All those above are needed where none binds the answer at all.
    """
    return with_names(answer, above, below)[0]


def needed_together(answers: Sequence[tuple[str, int, Sequence[int]]], cells: Sequence[Facts]) -> tuple[list[int], tuple[str, ...]]:
    """The places of the cells that any of the answers needs, and the answers that had better be run apart.

    An answer is its name, how many of the cells stand above its check, and the places of those below that it may need. It is to be run
    apart where a cell below, which it does not need and another does, may change what it uses.
    """
    alone = {}
    for name, above, below in answers:
        places = [*range(above), *below]
        found, names = with_names(name, cells[:above], [cells[place] for place in below])
        alone[name] = {places[place] for place in found}, names
    run = set().union(*(found for found, _ in alone.values()))
    effects = [cell.binds | changes for cell, changes in zip(cells, effects_of(cells), strict=True)]

    def disturbed(name: str, above: int) -> bool:
        found, names = alone[name]
        return any(place >= above and (cells[place].opaque or effects[place] & names) for place in run - found)

    return sorted(run), tuple(name for name, above, _ in answers if disturbed(name, above))


def with_names(answer: str, above: Sequence[Facts], below: Sequence[Facts]) -> tuple[list[int], Names]:
    """What is `needed`, and the names that an answer and those cells use."""
    cells = [*above, *below]
    bound_above: Names = frozenset().union(*(cell.binds for cell in above))
    effects = [*map(frozenset.union, (cell.binds for cell in cells), effects_of(cells))]
    names, found = {answer}, set()
    while True:
        more = {
            place
            for place, cell in enumerate(cells)
            if place not in found
            and ((cell.opaque and place < len(above)) or effects[place] & (names if place < len(above) else names - bound_above))
        }
        if not more:
            break
        found |= more
        names |= {name for place in more for name in cells[place].uses}
    places = sorted(found) if any(answer in cells[place].binds for place in found) else list(range(len(above)))
    return places, frozenset(names)


def effects_of(cells: Sequence[Facts]) -> list[Names]:
    """The names that each cell changes, by itself or through the functions that it calls."""
    solid: Names = frozenset().union(*(cell.functions | cell.imports for cell in cells))  # neither calls nor methods change these
    effects = [cell.changes | (cell.touches - solid) for cell in cells]
    while True:
        by_function: dict[str, Names] = {}
        for cell, changed in zip(cells, effects, strict=True):
            by_function |= {name: by_function.get(name, frozenset()) | changed for name in cell.functions}
        grown = [changed.union(*(by_function.get(name, ()) for name in cell.uses)) for cell, changed in zip(cells, effects, strict=True)]
        if grown == effects:
            return effects
        effects = grown


def facts_of(source: str) -> Facts:
    """What a cell does, read from its text."""
    if module := written_module(source):
        name, text = module
        return Facts(binds=frozenset({f"import {name}"}), uses=frozenset(modules_in(text)))
    try:
        text, _ = readable(source, "<cell>")
        tree, scopes = ast.parse(text), list(scopes_of(symtable.symtable(text, "<cell>", "exec")))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return Facts(opaque=True)
    symbols = [symbol for scope in scopes for symbol in scope.get_symbols() if scope is scopes[0] or symbol.is_global()]
    uses = frozenset(symbol.get_name() for symbol in symbols if symbol.is_referenced())
    known = frozenset(symbol.get_name() for symbol in symbols)  # and not a name of some function's own
    nodes = list(ast.walk(tree))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return Facts(
        uses=uses | frozenset(modules_in(text)),
        binds=frozenset(symbol.get_name() for symbol in symbols if symbol.is_assigned() or symbol.is_imported()),
        functions=frozenset(node.name for node in tree.body if isinstance(node, kinds)),
        imports=frozenset(symbol.get_name() for symbol in symbols if symbol.is_imported()),
        touches=frozenset(touched(nodes)) & known,
        changes=frozenset(changed(nodes)) & known,
        opaque=bool(uses & OPAQUE) or any(isinstance(node, ast.alias) and node.name == "*" for node in nodes),
    )


def scopes_of(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    """A scope and all within it."""
    waiting = [table]
    while waiting:
        scope = waiting.pop()
        yield scope
        waiting += scope.get_children()


def modules_in(text: str) -> Iterator[str]:
    """The modules that a text imports, as names."""
    try:
        nodes = list(ast.walk(ast.parse(text)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in nodes:
        modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            modules = [node.module or ""]
        yield from (f"import {module.partition('.')[0]}" for module in modules)


def touched(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """The names that are handed to a call, or of which a method is called."""
    for node in nodes:
        if isinstance(node, ast.Call):
            handed = [*node.args, *(keyword.value for keyword in node.keywords)]
            yield from filter(None, map(root, [node.func] * isinstance(node.func, ast.Attribute) + handed))


def changed(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """The names whose attributes or items are stored to, and those of modules that are told to change."""
    for node in nodes:
        if isinstance(node, (ast.Attribute, ast.Subscript)) and not isinstance(node.ctx, ast.Load):
            yield root(node)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr.startswith(LASTING):
            yield root(node.func)


def root(node: ast.AST) -> str:
    """The name that an expression begins with: `a` of `a.b[0].c()`; "" where it begins with none."""
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call, ast.Starred)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""
