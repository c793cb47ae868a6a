"""Runs inside the bench's own environment, with openfisca-core and its country template; prints JSON.

The comparable benefit is the template's `housing_allowance` + `basic_income` + `income_tax`: dated parameters, an
age, a salary, a rent and a household. Alma imports nothing of this.
"""

import json
import sys
import time

import numpy as np
from openfisca_core.simulation_builder import SimulationBuilder
from openfisca_country_template import CountryTaxBenefitSystem

MONTH = "2017-01"
WANTED = ("basic_income", "income_tax")


def household(system):
    builder = SimulationBuilder()
    case = {
        "persons": {"one": {"birth": {"ETERNITY": "1980-01-01"}, "salary": {MONTH: 500}}},
        "households": {"home": {"adults": ["one"], "rent": {MONTH: 400}}},
    }
    simulation = builder.build_from_entities(system, case)
    for variable in WANTED:
        simulation.calculate(variable, MONTH)
    simulation.calculate("housing_allowance", "2016-01")


def city(system, count, births, salaries, rents):
    builder = SimulationBuilder()
    builder.create_entities(system)
    builder.declare_person_entity("person", range(count))
    homes = builder.declare_entity("household", range(count))
    builder.join_with_persons(homes, np.arange(count), np.full(count, "first_parent"))
    simulation = builder.build(system)
    simulation.set_input("birth", "ETERNITY", births)
    simulation.set_input("salary", MONTH, salaries)
    simulation.set_input("rent", "2016-01", rents)
    started = time.perf_counter()
    for variable in WANTED:
        simulation.calculate(variable, MONTH)
    simulation.calculate("housing_allowance", "2016-01")
    return time.perf_counter() - started


def main():
    count, rounds = int(sys.argv[1]), int(sys.argv[2])
    system = CountryTaxBenefitSystem()
    dice = np.random.default_rng(1)
    births = (np.datetime64("1940-01-01") + dice.integers(0, 25_000, count)).astype("datetime64[D]")
    salaries = dice.integers(0, 3000, count).astype(np.float32)
    rents = dice.integers(0, 1500, count).astype(np.float32)
    household(system)
    for line in sys.stdin:  # one measurement for each line that arrives, so that both sides take turns
        if line.strip() == "household":
            started = time.perf_counter()
            for _ in range(rounds):
                household(system)
            spent = (time.perf_counter() - started) / rounds
        elif line.strip() == "city":
            spent = city(system, count, births, salaries, rents)
        else:
            break
        print(json.dumps(spent), flush=True)


if __name__ == "__main__":
    main()
