title = "Tarlatamab"
text = """Each row is one cell of the label's table for tarlatamab: what has to be done before the next dose is given, after the event is over.
Where the label tells apart first and repeated, or short and long, each has its row."""
source = (
    "HOPA guide of 2025-08-18 to the US labels; imdelltrahcp.com for CRS grades 1 and 4; recurrent grade 3 recalled"
)
given = "drug tarlatamab standard; 0h dose step-up dose -"
CASES = """
                                      | when                                                                                                                                               | allowed | earliest | exactly                                         | text
CRS 1                                 | 30h well T 38.4; 31h crs 0                                                                                                                         | yes     | 31h      | withhold_until_resolved                         | next scheduled
CRS 2                                 | 30h well T 38.4 B 80/50; 31h crs 0                                                                                                                 | yes     | 31h      | withhold_until_resolved observe_24h             | 22 to 24 h from the start
CRS 3, first                          | 30h well T 38.4; 30h support O2 face_mask 8; 31h support none; 31h crs 0                                                                           | yes     | 31h      | withhold_until_resolved premedicate observe_24h | 22 to 24 h from the start
CRS 3, recurrent                      | 30h well T 38.4; 30h support O2 face_mask 8; 31h support none; 31h crs 0; 60h well T 38.4; 60h support O2 face_mask 8; 61h support none; 61h crs 0 | no      | -        | discontinue_permanently                         | uncertain
CRS 4                                 | 30h well T 38.4; 30h support O2 cpap; 31h support none; 31h crs 0                                                                                  | no      | -        | discontinue_permanently                         | discontinue permanently
ICANS 1                               | 30h ice 8; 32h ice 10                                                                                                                              | yes     | 32h      | withhold_until_resolved                         | next scheduled
ICANS 2                               | 30h ice 5; 32h ice 10                                                                                                                              | yes     | 32h      | withhold_until_resolved observe_24h             | 22 to 24 h
ICANS 3, first, down in time          | 30h ice 2; 32h ice 10                                                                                                                              | yes     | 32h      | withhold_until_resolved observe_24h             | 22 to 24 h
ICANS 3, a minute short of 7 days     | 30h ice 2; 197h59m tick                                                                                                                            | no      | -        | withhold_until_resolved observe_24h             | within 7 days
ICANS 3, not down in 7 days           | 30h ice 2; 198h tick                                                                                                                               | no      | -        | discontinue_permanently                         | 7 days
ICANS 3, recurrent                    | 30h ice 2; 32h ice 10; 60h ice 2; 62h ice 10                                                                                                       | no      | -        | discontinue_permanently                         | again
ICANS 3, within 7 days of resuming    | 30h ice 2; 32h ice 10; 7d dose first full dose -; 9d ice 2                                                                                         | no      | -        | discontinue_permanently                         | within 7 days of resuming
a dose after it: the schedule goes on | 30h ice 2; 32h ice 10; 7d dose first full dose -; 9d tick                                                                                          | -       | -        | proceed                                         | no episode
ICANS 4                               | 30h neuro unarousable; 32h neuro spontaneous                                                                                                       | no      | -        | discontinue_permanently                         | discontinue permanently
"""


def test_tarlatamab_next_dose(case):
    case.holds()
