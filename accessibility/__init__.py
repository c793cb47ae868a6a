"""An accessibility audit in a real browser: axe-core and checks of its own, honest about what it did not test.

Knows nothing of the product it audits; could be published alone. Entry: `python -m accessibility TARGET`.
"""
