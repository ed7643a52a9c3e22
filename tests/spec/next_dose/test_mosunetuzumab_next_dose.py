title = "Mosunetuzumab"
text = """Each row is one cell of the label's table for mosunetuzumab: what has to be done before the next dose is given, after the event is over.
Where the label tells apart first and repeated, or short and long, each has its row."""
source = "HOPA guide of 2025-08-18 to the US labels"
given = "drug mosunetuzumab iv; 0h dose SUD1"
CASES = """
                                     | when                                                                                                                                               | allowed | earliest | exactly                                                                                      | text
CRS 1                                | 30h well T 38.4; 31h crs 0; 103h tick                                                                                                              | yes     | 103h     | withhold_until_resolved symptom_free_72h premedicate                                         | same rate
CRS 1, a minute before 72 h          | 30h well T 38.4; 31h crs 0; 102h59m tick                                                                                                           | no      | 103h     | withhold_until_resolved symptom_free_72h premedicate                                         |
CRS 2, first                         | 30h well T 38.4 B 80/50; 31h crs 0; 103h tick                                                                                                      | yes     | 103h     | withhold_until_resolved symptom_free_72h premedicate consider_hospitalization reduce_rate_50 | half the rate
CRS 2, recurrent, as grade 3         | 30h well T 38.4 B 80/50; 31h crs 0; 60h well T 38.4 B 80/50; 61h crs 0; 133h tick                                                                  | yes     | 133h     | withhold_until_resolved symptom_free_72h premedicate reduce_rate_50 hospitalize_24h          | again.*as grade 3
CRS 3, first                         | 30h well T 38.4; 30h support O2 face_mask 8; 31h support none; 31h crs 0; 103h tick                                                                | yes     | 103h     | withhold_until_resolved symptom_free_72h premedicate reduce_rate_50 hospitalize_24h          | half the rate
CRS 3, recurrent                     | 30h well T 38.4; 30h support O2 face_mask 8; 31h support none; 31h crs 0; 60h well T 38.4; 60h support O2 face_mask 8; 61h support none; 61h crs 0 | no      | -        | discontinue_permanently                                                                      | again
CRS 4                                | 30h well T 38.4; 30h support O2 cpap; 31h support none; 31h crs 0                                                                                  | no      | -        | discontinue_permanently                                                                      | discontinue permanently
ICANS 1                              | 30h ice 8                                                                                                                                          | yes     | -        | proceed                                                                                      | continue
ICANS 2, down to grade 1, waits 72 h | 30h ice 5; 32h ice 8; 103h ice 8                                                                                                                   | no      | 104h     | withhold_until_resolved symptom_free_72h                                                     | no worse than grade 1
ICANS 2, 72 h later                  | 30h ice 5; 32h ice 8; 103h ice 8; 104h tick                                                                                                        | yes     | 104h     | withhold_until_resolved symptom_free_72h                                                     |
ICANS 3, first                       | 30h ice 2; 32h ice 10; 104h tick                                                                                                                   | yes     | 104h     | withhold_until_resolved symptom_free_72h                                                     | first
ICANS 3, recurrent                   | 30h ice 2; 32h ice 10; 60h ice 2; 62h ice 10                                                                                                       | no      | -        | discontinue_permanently                                                                      | come back
any ICANS after grade 3              | 30h ice 2; 32h ice 10; 60h ice 8                                                                                                                   | no      | -        | discontinue_permanently                                                                      | come back
ICANS 4                              | 30h neuro unarousable; 32h neuro spontaneous                                                                                                       | no      | -        | discontinue_permanently                                                                      | discontinue permanently
"""


def test_mosunetuzumab_next_dose(case):
    case.holds()
