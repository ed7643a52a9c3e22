title = "Tebentafusp"
text = """Each row is one cell of the label's table for tebentafusp: what has to be done before the next dose is given, after the event is over.
Where the label tells apart first and repeated, or short and long, each has its row."""
source = "HOPA guide of 2025-08-18 to the US labels"
given = "drug tebentafusp standard; 0h dose dose 1 -"
CASES = """
                          | when                                                                     | allowed | earliest | exactly                                         | text
CRS 1: nothing said       | 30h well T 38.4; 31h crs 0                                               | -       | 31h      | ask_pharmacist                                  | no recommendation
CRS 2, first, short       | 30h well T 38.4 B 80/50; 31h crs 0                                       | -       | 31h      | ask_pharmacist                                  | within 2 h
CRS 2, just under 2 h     | 30h well T 38.4 B 80/50; 31h59m crs 0                                    | -       | 31h59m   | ask_pharmacist                                  | within 2 h
CRS 2, 2 h                | 30h well T 38.4 B 80/50; 32h crs 0                                       | yes     | 32h      | premedicate                                     | 2 to 3 h
CRS 2, just under 3 h     | 30h well T 38.4 B 80/50; 32h59m crs 0                                    | yes     | 32h59m   | premedicate                                     | 2 to 3 h
CRS 2, no better in 3 h   | 30h well T 38.4 B 80/50; 33h crs 0                                       | yes     | 33h      | withhold_until_resolved premedicate repeat_step | as grade 3
CRS 2, recurrent          | 30h well T 38.4 B 80/50; 31h crs 0; 60h well T 38.4 B 80/50; 61h crs 0   | yes     | 61h      | premedicate                                     | again
CRS 2, recurrent and long | 30h well T 38.4 B 80/50; 31h crs 0; 60h well T 38.4 B 80/50; 63h crs 0   | yes     | 63h      | withhold_until_resolved premedicate repeat_step | as grade 3
CRS 3                     | 30h well T 38.4; 30h support O2 face_mask 8; 31h support none; 31h crs 0 | yes     | 31h      | withhold_until_resolved premedicate repeat_step | same dose
CRS 4                     | 30h well T 38.4; 30h support O2 cpap; 31h support none; 31h crs 0        | no      | -        | discontinue_permanently                         | discontinue permanently
ICANS 1: nothing said     | 30h ice 8; 32h ice 10                                                    | -       | 32h      | ask_pharmacist                                  | no recommendation
ICANS 2: nothing said     | 30h ice 5; 32h ice 10                                                    | -       | 32h      | ask_pharmacist                                  | no recommendation
ICANS 3: nothing said     | 30h ice 2; 32h ice 10                                                    | -       | 32h      | ask_pharmacist                                  | no recommendation
ICANS 4: nothing said     | 30h neuro unarousable; 32h neuro spontaneous                             | -       | 32h      | ask_pharmacist                                  | no recommendation
"""


def test_tebentafusp_next_dose(case):
    case.holds()
