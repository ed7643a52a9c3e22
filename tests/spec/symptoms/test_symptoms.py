title = "Symptoms"
text = """Rigors are urgent in the window and watch outside it; fainting, breathlessness, chest pain, seizure,
cannot be woken and confusion are emergencies; the others are watch. A symptom holds 4 hours or until it
is answered."""
source = "engineering default, 2026-11-21, unsigned"
given = "0h dose SUD1; 1h well"
CASES = """
                           | when                                    | urgency   | due T | due ICE
rigors in the window       | 1h30m symptom rigors                    | urgent    | soon  | 10h
fainting                   | 1h30m symptom fainting                  | emergency |       |
breathlessness             | 1h30m symptom breathlessness            | emergency |       |
chest pain                 | 1h30m symptom chest_pain                | emergency |       |
seizure                    | 1h30m symptom seizure                   | emergency |       | soon
cannot be woken            | 1h30m symptom cannot_wake               | emergency |       | soon
confusion                  | 1h30m symptom confusion                 | emergency |       | soon
dizziness                  | 1h30m symptom dizziness                 | watch     |       |
weakness                   | 1h30m symptom weakness                  | watch     |       |
headache                   | 1h30m symptom headache                  | watch     |       |
vomiting                   | 1h30m symptom vomiting                  | watch     |       |
rash                       | 1h30m symptom rash                      | watch     |       |
other                      | 1h30m symptom other                     | watch     |       |
an unknown word            | 1h30m symptom glitter                   |           |       |
the worst of two           | 1h30m symptom headache fainting         | emergency |       |
none                       | 1h30m symptom none                      | routine   | 5h    | 10h
a minute before four hours | 1h30m symptom fainting; 5h29m well      | emergency |       |
four hours later           | 1h30m symptom fainting; 5h30m well      | routine   |       |
answered                   | 1h30m symptom fainting; 2h symptom none | routine   |       |
beside a stale value       | 1h30m symptom headache; 5h29m tick      | watch     |       |
"""


def test_symptoms(case):
    case.holds()
