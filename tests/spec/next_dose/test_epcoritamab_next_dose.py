title = "Epcoritamab"
text = """Each row is one cell of the label's table for epcoritamab: what has to be done before the next dose is given, after the event is over.
Where the label tells apart first and repeated, or short and long, each has its row."""
source = "HOPA guide of 2025-08-18 to the US labels"
given = "drug epcoritamab dlbcl_2step; 0h dose SUD1"
CASES = """
                   | when                                                                                                                                               | allowed | earliest | exactly                                                      | text
CRS 1              | 30h well T 38.4; 31h crs 0                                                                                                                         | yes     | 31h      | withhold_until_resolved                                      |
CRS 2              | 30h well T 38.4 B 80/50; 31h crs 0                                                                                                                 | yes     | 31h      | withhold_until_resolved premedicate consider_hospitalization | 15 mg.*3 days
CRS 3, first       | 30h well T 38.4; 30h support O2 face_mask 8; 31h support none; 31h crs 0                                                                           | yes     | 31h      | withhold_until_resolved premedicate hospitalize_24h          | 15 mg.*3 days.*no hours
CRS 3, recurrent   | 30h well T 38.4; 30h support O2 face_mask 8; 31h support none; 31h crs 0; 60h well T 38.4; 60h support O2 face_mask 8; 61h support none; 61h crs 0 | no      | -        | discontinue_permanently                                      | again
CRS 4              | 30h well T 38.4; 30h support O2 cpap; 31h support none; 31h crs 0                                                                                  | no      | -        | discontinue_permanently                                      | discontinue permanently
ICANS 1            | 30h ice 8; 32h ice 10                                                                                                                              | yes     | 32h      | withhold_until_resolved                                      |
ICANS 2            | 30h ice 5; 32h ice 10                                                                                                                              | yes     | 32h      | withhold_until_resolved                                      |
ICANS 3, first     | 30h ice 2; 32h ice 10                                                                                                                              | yes     | 32h      | withhold_until_resolved                                      | first
ICANS 3, recurrent | 30h ice 2; 32h ice 10; 60h ice 2; 62h ice 10                                                                                                       | no      | -        | discontinue_permanently                                      | again
ICANS 4            | 30h neuro unarousable; 32h neuro spontaneous                                                                                                       | no      | -        | discontinue_permanently                                      | discontinue permanently
"""


def test_epcoritamab_next_dose(case):
    case.holds()
