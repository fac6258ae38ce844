"""How sure a figure is, and what speaks against it (method: How sure)."""

FEW = 5


def of(here, row):
    """The lowest of the grounds that hold, and their ids: those that make it low first, each in the order of the table."""
    found = [(level, name) for name, level in grounds(here, row) if level]
    found.sort(key=lambda ground: ground[0] != "low")
    level = found[0][0] if found else "high"
    return level, [name for _, name in found]


def part(share):
    return None if not share else "low" if share > 0.25 else "fair"


def grounds(here, row):
    """Every ground and the level it takes a figure to, None where it does not hold; the last columns rest on nothing else."""
    of, supply = here.of, here.of.supply
    around = here.reached(supply.around)
    listed = supply.places["listed"]
    total = listed[around].sum()
    confirmed, assumed = listed[around & supply.confirmed].sum(), listed[around & supply.assumed].sum()
    complete = (of.has_all[here.members] * here.people).sum() >= here.people.sum() > 0
    low, high = row["referrals_low"], row["referrals_high"]
    asked = (low or 0) if row["referrals"] is None else row["referrals"]
    known = row["supply_known_share"] or 0
    at_the_end = (here.by_cell * of.edge).sum() > 0.1 * here.by_cell.sum()
    yield "demand-unknown", part(row["no_data_share"])
    yield "months-missing", "low" if row["lacking"] else None
    yield "silent", part(row["silent_share"])
    yield "too-few", "low" if asked < FEW - 1e-6 else None
    yield "short-series", "low" if here.recording.quarters < 4 else None
    yield "no-list", None if known >= 0.9 else "low" if known < 0.5 else "fair"
    yield "nothing-listed", "fair" if total <= 0 and not complete else None
    yield "not-confirmed", "fair" if total > 0 and confirmed < total / 2 else None
    yield "assumed-places", "fair" if assumed > total / 2 else None
    yield "demand-range", "fair" if low is not None and high is not None and low != high else None
    yield "no-streets", "fair" if (row["streets_share"] or 0) < 0.9 else None
    yield "edge", "fair" if at_the_end else None
