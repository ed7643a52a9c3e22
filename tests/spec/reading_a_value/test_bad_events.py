title = "Bad events"
text = """What the gateway would quarantine is a bad event of a replayed timeline; the error names its index,
counted from 0. Nothing is guessed: neither a unit nor a time zone."""
source = "engineering default, 2026-11-21, unsigned"
given = "0h dose SUD1"
CASES = """
                             | when                                                                         | error
no unit                      | 1h T 38.4 unitless                                                           | event 1
an unknown unit              | 1h T 311 K                                                                   | event 1
a time without a zone        | 1h json {"type": "tick", "at": "2026-03-02T11:00:00"}                        | event 1
no time                      | 1h json {"type": "tick", "at": null}                                         | event 1
no vital group               | 1h json {"type": "reading"}                                                  | event 1
not a number                 | 1h T NaN                                                                     | event 1
infinite                     | 1h B Infinity/60                                                             | event 1
words where a number belongs | 1h json {"type": "reading", "temperature": {"value": "warm", "unit": "Cel"}} | event 1
an unknown type              | 1h json {"type": "horoscope"}                                                | event 1
a clinician's grade 6        | 1h crs 6                                                                     | event 1
the second of two            | 1h well; 2h T 38.4 unitless                                                  | event 2
"""


def test_a_bad_event_is_refused_by_its_index(case):
    case.holds()
