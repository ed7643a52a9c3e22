title = "A fall with symptoms"
text = """A systolic pressure 40 mmHg or more below baseline is an emergency when the patient is dizzy, weak, faint
or confused; without symptoms it is urgent."""
source = "engineering default, 2026-11-21, unsigned"
given = "baseline B 150; 0h dose SUD1; 0h30m B 148/80"
CASES = """
                             | when                                                                 | urgency   | BP axis
39 below, dizzy              | 0h50m symptom dizziness; 1h T 36.6 S 97 B 111/75                     | urgent    | 0
40 below, dizzy              | 0h50m symptom dizziness; 1h T 36.6 S 97 B 110/75                     | emergency | 2
41 below, dizzy              | 0h50m symptom dizziness; 1h T 36.6 S 97 B 109/75                     | emergency | 2
40 below, weak               | 0h50m symptom weakness; 1h T 36.6 S 97 B 110/75                      | emergency | 2
40 below, fainted            | 0h50m symptom fainting; 1h T 36.6 S 97 B 110/75                      | emergency | 2
40 below, confused           | 0h50m symptom confusion; 1h T 36.6 S 97 B 110/75                     | emergency | 2
40 below, headache           | 0h50m symptom headache; 1h T 36.6 S 97 B 110/75                      | urgent    | 0
40 below, no symptom         | 1h T 36.6 S 97 B 110/75                                              | urgent    | 0
the symptom comes afterwards | 1h T 36.6 S 97 B 110/75; 1h10m symptom dizziness                     | emergency | 2
the symptom was answered     | 0h50m symptom dizziness; 0h55m symptom none; 1h T 36.6 S 97 B 110/75 | urgent    | 0
the symptom is over 4 h old  | 0h50m symptom dizziness; 4h50m T 36.6 S 97 B 110/75                  | urgent    | 0
pressure missing             | no baseline; 0h50m symptom dizziness; 1h T 36.6 S 97                 | watch     | 0
"""


def test_a_fall_with_symptoms_is_an_emergency(case):
    case.holds()
