title = "Details that could be read two ways"
text = "One row for each detail that the chapters before leave open to a second reading."
source = "engineering default, 2026-11-21, unsigned"
given = "0h dose SUD1"
CASES = """
                                         | when                                                                   | expect
all-none support leaves the axes to home | 1h support none; 1h1m well T 38.4 B 80/50                              | grade: 2, BP axis: 2, certainty: suspected
open episode, treated, no fever          | 1h well T 38.4; 1h10m med ibuprofen; 2h well S 88                      | grade: 2, fever: no, O2 axis: 2
open episode, untreated, no fever        | 1h well T 38.4; 2h well S 88                                           | grade: 0, fever: no, O2 axis: 2
a grade is kept while a group is stale   | 1h well T 38.4 S 88; 4h T 38.2 B 124/76                                | grade: 2, at least: yes, O2 axis: -
blind with a last grade of 0             | 1h well T 38.4; 2h well; 9h tick                                       | grade: -, sight: blind
support without fever                    | 1h well; 1h10m support fluids                                          | grade: 0, episode: -, says: support without fever
masked with a stale temperature          | 0h30m med dexamethasone; 1h well; 5h S 97 B 124/76; 6h tick            | masked: yes, grade: -
an axis that is not fresh is null        | 1h well T 38.4; 4h T 38.4 S 97                                         | BP axis: -, O2 axis: 0
resolution is one-sided                  | 30h well T 38.4; 31h well B 180/95; 40h well S 100; 50h well; 55h tick | resolved: 55h
late data re-fold the record             | 2h50m well; 1h rx 3h T 38.4                                            | urgency: routine, onset: 1h
an empty answer ends all symptoms        | 1h well; 1h1m symptom fainting rigors; 1h2m symptom none               | urgency: routine
shock index belongs to pulse             | 1h well T 38.0 B 120/80/108                                            | urgency: urgent, shock index: 0.9
scale 2                                  | scale 2; baseline S 90; 1h well S 87                                   | urgency: urgent, O2 axis: 0
a finding is an emergency                | 1h well; 1h1m neuro weakness                                           | urgency: emergency
a toe does not reassure                  | 1h well T 38.4; 1h30m T 36.5 toe                                       | fever: yes, urgency: urgent
a toe may alarm                          | 1h well T 38.0 toe                                                     | fever: yes, urgency: urgent
intervals are half-open                  | 1h med acetaminophen; 7h well                                          | masked: no
the window describes the printed dose    | 15h dose SUD2; 16h well                                                | phase: peak, window dose: SUD1, hours: 16
an open episode withholds                | 1h well T 38.4                                                         | actions: withhold_until_resolved, allowed: no
outside home nothing is due              | 1h well; 2h place admitted; 9h tick                                    | overdue: none, due T: -, due S: -, due B: -, sight: blind, urgency: routine
ended is routine                         | 1h well; 2h place ended; 9h tick                                       | urgency: routine, place: ended
a repeat is asked, not overdue           | 1h well B 124/76 [cuff_loose]; 2h tick                                 | overdue: none
irregular pulse is no doubt              | 1h well B 124/76 [irregular_pulse]                                     | due B: 5h
never measured                           | 1h tick                                                                | grade: -, sight: blind
ten minutes is not late                  | 1h5m well; 1h rx 1h10m T 38.4                                          | urgency: routine, silent on: late, onset: 1h
"""


def test_each_settled_detail(case):
    case.holds()
