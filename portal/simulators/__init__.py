"""Simulators: what a person may be entitled to, why, and what to bring.

`rules/<benefit>.py` says the rule once; `data/<benefit>.yaml` its dated parameters; `words/<benefit>.py` its words.
`engine/` runs a rule on numbers, on unknowns and on columns of a whole city. Nothing here knows a database, and
only `views.py` and `forms.py` know Flask.
"""
