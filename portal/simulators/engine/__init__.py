"""How one rule runs three ways: on numbers, on unknowns (sound intervals) and on numpy columns.

Rules import their helpers from `portal.simulators.engine.logic` alone.
"""
