"""The IMV of June 2026 as somebody would write it in numpy for this one day: the floor of the bench.

Whole cents, every figure of 2026 written out, the conditions in one expression, no explanation, no dates.
"""

import numpy as np

BASE = 880_320  # cents a year


def imv_2026(home: dict[str, np.ndarray]) -> np.ndarray:
    """Cents a month for each household; the arrays are those of `plain_arrays`."""
    members = home["adults"] + home["minors"]
    scale = np.minimum(10 + 3 * (members - 1), 22) * 10
    scale = scale + np.where(home["mono"] & (home["minors"] >= 1), 22, 0) + np.where(home["disability65"], 22, 0)
    guaranteed = BASE * scale // 1200
    age, alone = home["holder_age"], members < 2
    adult = (age >= 18) | ((age >= 16) & home["emancipated"])
    holder = (
        (age >= 23)
        | (adult & (home["minors"] >= 1))
        | (adult & (home["gender_violence"] | home["trafficking"] | home["former_prisoner"] | home["orphan"]))
        | ((age >= 18) & home["former_care"])
    )
    assets = np.minimum(10 + 4 * (members - 1), 26)
    year = BASE // 12 * 12
    income = np.where(
        home["pensions"] <= home["monthly_income"],
        home["monthly_income"],
        np.maximum(home["monthly_income"], home["pensions"]),
    )
    met = (
        holder
        & (home["residence_year"] | home["residence_exception"])
        & (~alone | home["independent_living"] | home["gender_violence"] | home["trafficking"])
        & (alone | home["unit_6_months"])
        & ~home["company_director"]
        & (home["net_assets"] * 10 < 3 * year * assets)
        & (home["gross_assets"] * 10 <= 6 * year * assets)
        & (home["pensions"] < guaranteed)
        & (income <= guaranteed - 1000)
    )
    return np.where(met, np.maximum(guaranteed - income, 0), 0)


def plain_arrays(values: dict) -> dict[str, np.ndarray]:
    """The bare arrays behind columns: whole numbers, cents, truths."""
    return {name: column if isinstance(column, np.ndarray) else column.values for name, column in values.items()}
