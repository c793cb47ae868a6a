"""Faults planted one by one in Alma's own pages, to see whether the audit finds them: `python -m tests.mutations`.

`faults*.yaml` say what is planted, where, and which rules may find it; `web` serves the pages with the fault in them;
`hunt` audits the page with and without it. A fault is found when a rule of its list says something new at its page.
"""
