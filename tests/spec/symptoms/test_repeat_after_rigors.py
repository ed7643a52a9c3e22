title = "Temperature after rigors"
text = "Rigors ask for the temperature at once and again 30 minutes later, whatever the first one says."
source = "engineering default, 2026-11-21, unsigned"
given = "0h dose SUD1; 1h well"
CASES = """
                                  | when                                                   | due T
at once                           | 1h30m symptom rigors                                   | 1h30m
again after half an hour          | 1h30m symptom rigors; 1h31m T 37.0                     | 2h
a minute before the half hour     | 1h30m symptom rigors; 1h59m T 37.0                     | 2h
at the half hour, that is all     | 1h30m symptom rigors; 2h T 37.0                        | 6h
a minute after the half hour      | 1h30m symptom rigors; 2h1m T 37.0                      | 6h1m
fever asks for the earlier repeat | 1h30m symptom rigors; 1h45m T 38.4                     | 2h
answered before                   | 1h30m symptom rigors; 1h31m symptom none; 1h32m T 37.0 | 5h32m
the repeat is missing             | 1h30m symptom rigors; 1h31m T 37.0; 2h10m tick         | 2h
"""


def test_temperature_after_rigors(case):
    case.holds()
