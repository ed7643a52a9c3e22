title = "Glofitamab"
text = """Each row is one cell of the label's table for glofitamab: what has to be done before the next dose is given, after the event is over.
Where the label tells apart first and repeated, or short and long, each has its row."""
source = "HOPA guide of 2025-08-18 to the US labels"
given = "drug glofitamab standard; 0h dose SUD1"
CASES = """
                                       | when                                                                                                                                               | allowed | earliest | exactly                                                           | text
CRS 1                                  | 30h well T 38.4; 31h crs 0                                                                                                                         | no      | 103h     | withhold_until_resolved symptom_free_72h                          | slower
CRS 1, a minute before 72 h            | 30h well T 38.4; 31h crs 0; 102h59m tick                                                                                                           | no      | 103h     | withhold_until_resolved symptom_free_72h                          |
CRS 1, after 72 h                      | 30h well T 38.4; 31h crs 0; 103h tick                                                                                                              | yes     | 103h     | withhold_until_resolved symptom_free_72h                          |
CRS 2, first                           | 30h well T 38.4 B 80/50; 31h crs 0; 103h tick                                                                                                      | yes     | 103h     | withhold_until_resolved symptom_free_72h consider_hospitalization | first.*slower
CRS 2, recurrent, as grade 3           | 30h well T 38.4 B 80/50; 31h crs 0; 60h well T 38.4 B 80/50; 61h crs 0; 133h tick                                                                  | yes     | 133h     | withhold_until_resolved symptom_free_72h hospitalize_24h          | again.*as grade 3
CRS 3, first                           | 30h well T 38.4; 30h support O2 face_mask 8; 31h support none; 31h crs 0; 103h tick                                                                | yes     | 103h     | withhold_until_resolved symptom_free_72h hospitalize_24h          | first.*slower
CRS 3, recurrent                       | 30h well T 38.4; 30h support O2 face_mask 8; 31h support none; 31h crs 0; 60h well T 38.4; 60h support O2 face_mask 8; 61h support none; 61h crs 0 | no      | -        | discontinue_permanently                                           | again
CRS 4                                  | 30h well T 38.4; 30h support O2 cpap; 31h support none; 31h crs 0                                                                                  | no      | -        | discontinue_permanently                                           | discontinue permanently
ICANS 1                                | 30h ice 8                                                                                                                                          | yes     | -        | proceed                                                           | continue
ICANS 2, still grade 2                 | 30h ice 5; 33h ice 5                                                                                                                               | no      | -        | withhold_until_resolved                                           | no worse than grade 1
ICANS 2, down to grade 1               | 30h ice 5; 32h ice 8                                                                                                                               | yes     | 32h      | withhold_until_resolved                                           | no worse than grade 1
ICANS 3, down to grade 1, waits 7 days | 30h ice 2; 32h ice 8; 160h ice 8                                                                                                                   | no      | 200h     | withhold_until_resolved                                           | 7 days
ICANS 3, grade 3 for 7 days            | 30h ice 2; 198h tick                                                                                                                               | no      | -        | withhold_until_resolved                                           | for 7 days
ICANS 3, grade 3 for longer            | 30h ice 2; 198h1m tick                                                                                                                             | no      | -        | withhold_until_resolved ask_pharmacist                            | longer than 7 days.*consider discontinuing
ICANS 4                                | 30h neuro unarousable; 32h neuro spontaneous                                                                                                       | no      | -        | discontinue_permanently                                           | discontinue permanently
"""


def test_glofitamab_next_dose(case):
    case.holds()
