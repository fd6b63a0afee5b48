"""How Sphinx makes the book; `book` calls it."""

project = "Backpropagation, from the formula to the mark"
author = "the authors of the backpropagation course"
language = "en"
html_title = "Backpropagation"

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.githubpages", "website.formulas", "website.docstrings"]

highlight_language = "none"

# Notebooks were executed before, with right answers, and come without these. Widgets are pages of their own: nothing is loaded for them.
nb_execution_mode = "off"
nb_ipywidgets_js: dict[str, dict] = {}
nb_output_stderr = "remove"
nb_merge_streams = True  # lines that one cell prints, as one block
myst_enable_extensions = ["dollarmath", "amsmath"]
myst_dmath_double_inline = True
myst_heading_anchors = 3
suppress_warnings = ["myst.header"]  # a unit may go from its title to a heading of the third rank

html_math_renderer = "mathml"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
autodoc_member_order = "bysource"
add_module_names = False
python_use_unqualified_type_names = True

html_theme = "furo"
html_theme_options = {"sidebar_hide_name": False}
templates_path = ["_templates"]
html_static_path = ["_static"]
html_css_files = ["book.css"]
html_js_files = [("book.js", {"defer": "defer"})]
html_favicon = "_static/favicon.svg"
html_copy_source = html_show_sourcelink = html_show_copyright = False
html_domain_indices = False
pygments_style, pygments_dark_style = "a11y-high-contrast-light", "a11y-high-contrast-dark"
