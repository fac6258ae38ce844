"""How sure a figure is, and what speaks against it (method: How sure)."""


def of(study, of_need, row, members, recording, around):
    """The lowest of the grounds that hold, and their ids, the weightiest first."""
    found = [(level, name) for name, level in grounds(study, of_need, row, members, recording, around) if level]
    found.sort(key=lambda g: g[0] != "low")
    level = "high" if not found else "low" if found[0][0] == "low" else "fair"
    return level, [name for _, name in found]


def worse(share, low_above):
    return None if not share else "low" if share > low_above else "fair"


def grounds(study, of_need, row, members, recording, around):
    supply, people = of_need.supply, study.people[members]
    listed = supply.places["listed"]
    total = listed[around].sum()
    confirmed = listed[around & supply.confirmed].sum()
    assumed = listed[around & supply.assumed].sum()
    covered = (of_need.has_all[members] * people).sum() >= people.sum() > 0
    referrals, low, high = row["referrals"], row["referrals_low"], row["referrals_high"]
    months = row["complete_months"]
    known = row["supply_known_share"]
    yield "demand-unknown", worse(row["no_data_share"], 0.25)
    yield "months-missing", "low" if months is not None and months < 3 * len(study.period) else None
    yield "silent", worse(row["silent_share"], 0.25)
    yield "too-few", "low" if (low or 0 if referrals is None else referrals) < 5 else None
    yield "short-series", "low" if recording.quarters < 4 else None
    yield "no-list", None if known is None or known >= 0.9 else "low" if known < 0.5 else "fair"
    yield "nothing-listed", "fair" if total <= 0 and not covered else None
    yield "not-confirmed", "fair" if total > 0 and confirmed < total / 2 else None
    yield "assumed-places", "fair" if assumed > total / 2 else None
    yield "demand-range", "fair" if low is not None and high is not None and low != high else None
    yield "no-streets", "fair" if (row["streets_share"] or 0) < 0.9 else None
    yield "edge", "fair" if (row["edge_share"] or 0) > 0.1 else None
