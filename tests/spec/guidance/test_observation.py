title = "Until when the label wants a patient watched"
text = """Counted from the clock the label names, and shown while it runs. Where the end of an infusion is needed and not recorded,
the hours count from its start and the line says at least."""
source = "labels as cited row by row in monitor/data/drugs"
CASES = """
                                    | when                                                             | now                                                                                                      | not now
48 h after a step                   | 0h dose SUD1; 1h tick                                            | in hospital until 2026-03-04 10:00 .48 h from SUD1.; the patient is at home                              |
its last minute                     | 0h dose SUD1; 47h59m tick                                        | in hospital until                                                                                        |
at its end it has ended             | 0h dose SUD1; 48h tick                                           |                                                                                                          | in hospital
in hospital nothing is amiss        | 0h dose SUD1; 0h place admitted; 1h tick                         | in hospital until                                                                                        | at home
the patients own clock              | zone Europe/Copenhagen; 0h dose SUD1; 1h tick                    | until 2026-03-04 11:00                                                                                   |
two steps at once                   | 0h dose SUD1; 47h dose SUD2; 47h30m tick                         | 2026-03-04 10:00.* / .*2026-03-06 09:00                                                                  |
from the start, with least and most | drug tarlatamab standard; 0h dose step-up dose -; 1h tick        | healthcare setting until 2026-03-03 08:00 to 2026-03-03 10:00 .22 to 24 h from the start of the infusion |
from the start, whatever its end    | drug tarlatamab standard; 0h dose step-up dose until 1h; 2h tick | healthcare setting until 2026-03-03 08:00 to 2026-03-03 10:00                                            | at least
from the start, the last minute     | drug tarlatamab standard; 0h dose step-up dose -; 23h59m tick    | healthcare setting                                                                                       |
from the start, over                | drug tarlatamab standard; 0h dose step-up dose -; 24h tick       |                                                                                                          | healthcare setting
staying near lasts longer           | drug tarlatamab standard; 0h dose step-up dose -; 47h59m tick    | near a hospital until 2026-03-04 10:00.*within 1 h                                                       |
staying near is over                | drug tarlatamab standard; 0h dose step-up dose -; 48h tick       |                                                                                                          | near a hospital
from the end of an infusion         | drug glofitamab standard; 0h dose SUD1 until 4h; 5h tick         | until 2026-03-03 14:00 .24 h from the end of the infusion of SUD1                                        | at least
during the infusion                 | drug glofitamab standard; 0h dose SUD1 until 4h; 1h tick         | until 2026-03-03 14:00                                                                                   |
its end, the last minute            | drug glofitamab standard; 0h dose SUD1 until 4h; 27h59m tick     | in hospital                                                                                              |
its end, over                       | drug glofitamab standard; 0h dose SUD1 until 4h; 28h tick        |                                                                                                          | in hospital
the end is not recorded             | drug glofitamab standard; 0h dose SUD1; 1h tick                  | at least until 2026-03-03 10:00 .24 h from the end of the infusion of SUD1, which is not recorded        |
on a condition                      | drug glofitamab standard; 0h dose SUD2 until 4h; 5h tick         | 24 h from the end.*only after CRS of any grade with SUD1                                                 |
after CRS with the step before      | drug glofitamab standard; 0h dose SUD1 until 4h; 9h well T 38.4; 7d dose SUD2 until 7d4h; 7d5h tick                          | only after CRS of any grade with SUD1: CRS grade 1 on record.; the patient is at home                    |
without CRS after the step before   | drug glofitamab standard; 0h dose SUD1 until 4h; 9h well; 7d dose SUD2 until 7d4h; 7d5h tick                                 | with SUD1: none on record.                                                                               | at home
the step before is not on record    | drug glofitamab standard; 0h dose SUD2 until 4h; 5h tick                                                                     | with SUD1: was there. the dose is not on record.; the patient is at home                                 |
explained by an infection           | drug glofitamab standard; 0h dose SUD1; 8h attribute fever; 9h well T 38.4; 7d dose SUD2; 7d5h tick                          | with SUD1: none on record                                                                                | at home
a clinician says that there was     | drug glofitamab standard; 0h dose SUD1; 9h crs 1; 7d dose SUD2; 7d5h tick                                                    | with SUD1: CRS grade 1 on record                                                                         |
after the wrong step                | drug glofitamab standard; 0h dose SUD1; 7d dose SUD2; 7d5h well T 38.4; 7d6h tick                                            | with SUD1: none on record                                                                                | at home
grade 2 with the infusion before    | drug glofitamab standard; 0h dose SUD1; 7d dose SUD2; 7d9h well T 38.4 B 80/50; 14d dose C2D1; 14d1h tick                    | with the infusion before: CRS grade 2 on record                                                          |
grade 1 with the infusion before    | drug glofitamab standard; 0h dose SUD1; 7d dose SUD2; 7d9h well T 38.4; 14d dose C2D1; 14d1h tick                            | with the infusion before: none on record                                                                 | at home
grade 2 with the one before that    | drug glofitamab standard; 0h dose SUD1; 9h well T 38.4 B 80/50; 34h well; 35h well; 60h well; 7d dose SUD2; 14d dose C2D1; 14d1h tick | with the infusion before: none on record                                                        | at home
longer after ICANS of grade 2       | drug tarlatamab standard; 0h dose SUD1; 9h ice 6; 7d dose SUD2; 14d dose D15; 14d1h tick                                      | longer after .* of grade 2 or more: ICANS grade 2 on record                                              |
longer after none                   | drug tarlatamab standard; 0h dose SUD1; 9h ice 9; 7d dose SUD2; 14d dose D15; 14d1h tick                                      | longer after .* of grade 2 or more: none on record                                                       |
16 h at least                       | drug tebentafusp standard; 0h dose dose 1 until 1h; 2h tick      | healthcare setting until 2026-03-03 03:00 .16 h                                                          |
nothing asked                       | drug mosunetuzumab iv; 0h dose SUD1; 1h tick                     |                                                                                                          | label:
an unknown step                     | 0h dose bag7 3 mg; 1h tick                                       |                                                                                                          | label:
an unknown drug                     | drug x; 0h dose SUD1; 1h tick                                    |                                                                                                          | label:
a step voided                       | 0h #a dose SUD1; 1h void a; 2h tick                              |                                                                                                          | in hospital
"""


def test_observation(case):
    case.holds()
