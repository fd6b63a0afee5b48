"""Grading that can be trusted: builds on nbgrader, and judges across a wall."""

import sys

# jsonschema, which nbformat imports, spends two seconds loading a grammar for internationalised addresses, and does without it where it is
# not installed. No notebook holds one: let it be absent.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
