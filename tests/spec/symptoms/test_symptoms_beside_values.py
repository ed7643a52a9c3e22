title = "Symptoms beside values and places"
text = """A symptom is as urgent as its column says wherever the patient is, before and after the window, and beside values it never
lowers what they say. It is no group of its own for *any other red*."""
source = "engineering default, 2026-11-21, unsigned"
CASES = """
                                         | when                                                                 | urgency   | grade
before any dose, fainting                | 1h well; 1h30m symptom fainting                                      | emergency | 0
before any dose, rigors                  | 1h well; 1h30m symptom rigors                                        | watch     | 0
after the window, fainting               | 0h dose SUD1; 10d well; 10d1m symptom fainting                       | emergency | 0
after the window, rigors                 | 0h dose SUD1; 10d well; 10d1m symptom rigors                         | watch     | 0
fever and headache                       | 0h dose SUD1; 1h well T 38.4; 1h10m symptom headache                 | urgent    | 1
fever and rigors are not two red groups  | 0h dose SUD1; 1h well T 38.4; 1h10m symptom rigors                   | urgent    | 1
fever and fainting                       | 0h dose SUD1; 1h well T 38.4; 1h10m symptom fainting                 | emergency | 1
no value at all, fainting                | 0h dose SUD1; 0h10m symptom fainting                                 | emergency | -
no value at all, dizziness               | 0h dose SUD1; 0h10m symptom dizziness                                | watch     | -
an emergency value and headache          | 0h dose SUD1; 1h well S 88; 1h10m symptom headache                   | emergency | 0
an emergency value, all answered         | 0h dose SUD1; 1h well S 88; 1h10m symptom none                       | emergency | 0
travelling, fainting                     | 0h dose SUD1; 1h well; 1h5m place travelling; 1h10m symptom fainting | emergency | 0
admitted, fainting                       | 0h dose SUD1; 1h well; 1h5m place admitted; 1h10m symptom fainting   | emergency | 0
care ended                               | 0h dose SUD1; 1h well; 1h5m place ended; 1h10m symptom fainting      | routine   | 0
masked, rigors                           | 0h dose SUD1; 0h30m med acetaminophen; 1h well; 1h10m symptom rigors | urgent    | 0
stale values, fainting                   | 0h dose SUD1; 1h well; 7h symptom fainting                           | emergency | -
told for the past hour, late by an entry | 0h dose SUD1; 1h well; 0h50m symptom fainting                        | emergency | 0
two watch symptoms stay watch            | 0h dose SUD1; 1h well; 1h10m symptom headache vomiting rash          | watch     | 0
written with a capital                   | 0h dose SUD1; 1h well; 1h10m symptom Fainting                        |           | 0
"""


def test_symptoms_beside_values_and_places(case):
    case.holds()
