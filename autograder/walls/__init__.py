"""The wall, what runs students' code behind it, and what the judge asks through it. Imports nothing of the judge's."""
