title = "How long a symptom holds"
text = """Four hours from when it was told, or until an entry that names none. Told again it holds from then on. When it is
over, what it raised falls back to what the values say."""
source = "engineering default, 2026-11-21, unsigned"
given = "0h dose SUD1; 1h well"
CASES = """
                                  | when                                                               | urgency   | due ICE | silent on
fainting, a minute before         | 1h30m symptom fainting; 5h29m well                                 | emergency | 10h     |
fainting, at four hours           | 1h30m symptom fainting; 5h30m well                                 | routine   | 10h     | fainting
fainting, a minute after          | 1h30m symptom fainting; 5h31m well                                 | routine   | 10h     | fainting
rigors, a minute before           | 1h30m symptom rigors; 5h29m well                                   | urgent    | 10h     |
rigors, at four hours             | 1h30m symptom rigors; 5h30m well                                   | routine   | 10h     | rigors
rigors, a minute after            | 1h30m symptom rigors; 5h31m well                                   | routine   | 10h     | rigors
headache, a minute before         | 1h30m symptom headache; 5h29m well                                 | watch     | 1h30m   |
headache, at four hours           | 1h30m symptom headache; 5h30m well                                 | routine   | 10h     | headache
headache, a minute after          | 1h30m symptom headache; 5h31m well                                 | routine   | 10h     | headache
told again                        | 1h30m symptom fainting; 4h symptom fainting; 5h31m well            | emergency | 10h     |
told again, a minute before       | 1h30m symptom fainting; 4h symptom fainting; 7h59m well            | emergency | 10h     |
told again, four hours later      | 1h30m symptom fainting; 4h symptom fainting; 8h well               | routine   | 10h     | fainting
another does not prolong it       | 1h30m symptom fainting; 4h symptom headache; 5h30m well            | watch     | 4h      | fainting
another does not answer it        | 1h30m symptom fainting; 1h40m symptom headache; 2h well            | emergency | 1h40m   |
none answers all                  | 1h30m symptom fainting rigors headache; 2h symptom none; 2h1m well | routine   | 10h     | fainting
none told last in the same minute | 1h30m symptom fainting; 1h30m symptom none                         | routine   | 10h     | fainting
told last in the same minute      | 1h30m symptom none; 1h30m symptom fainting                         | emergency | 10h     |
a good value does not end it      | 1h30m symptom fainting; 1h40m well; 1h45m well; 2h well            | emergency | 10h     |
never told                        | 2h tick                                                            | routine   | 10h     | symptom
"""


def test_how_long_a_symptom_holds(case):
    case.holds()
