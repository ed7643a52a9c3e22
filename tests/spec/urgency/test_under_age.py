title = "Under age"
text = """No vital limits are shipped for patients under 18. Without limits of their own only the temperature is judged; the grades of
ASTCT work all the same. The eighteenth birthday counts where the patient lives."""
source = "engineering default, 2026-11-21, unsigned"
CASES = """
                              | when                                                                                                                                     | urgency   | grade | BP axis
a day before 18, low pressure | born 2008-03-03; 0h dose SUD1; 1h well B 80/50                                                                                           | routine   | 0     | -
on the birthday               | born 2008-03-02; 0h dose SUD1; 1h well B 80/50                                                                                           | emergency | 0     | 2
a day after it                | born 2008-03-01; 0h dose SUD1; 1h well B 80/50                                                                                           | emergency | 0     | 2
a day before, low oxygen      | born 2008-03-03; 0h dose SUD1; 1h well S 85                                                                                              | routine   | 0     | -
on the birthday, low oxygen   | born 2008-03-02; 0h dose SUD1; 1h well S 85                                                                                              | emergency | 0     | 0
a day before, fever           | born 2008-03-03; 0h dose SUD1; 1h well T 38.0                                                                                            | urgent    | 1     | -
a day before, just below      | born 2008-03-03; 0h dose SUD1; 1h well T 37.99                                                                                           | watch     | 0     | -
a day before, 39.5            | born 2008-03-03; 0h dose SUD1; 1h well T 39.5                                                                                            | emergency | 1     | -
own limits, at the limit      | no baseline; born 2018-03-03; limit blood_pressure 90/80 until 9d; limit oximetry 92/88 until 9d; 0h dose SUD1; 1h well B 90/60          | routine   | 0     | 0
own limits, below urgent      | no baseline; born 2018-03-03; limit blood_pressure 90/80 until 9d; limit oximetry 92/88 until 9d; 0h dose SUD1; 1h well B 89.9/60        | urgent    | 0     | 0
own limits, below emergency   | no baseline; born 2018-03-03; limit blood_pressure 90/80 until 9d; limit oximetry 92/88 until 9d; 0h dose SUD1; 1h well T 38.4 B 79.9/60 | emergency | 2     | 2
support of a child            | born 2018-03-03; 0h dose SUD1; 1h well T 38.4; 1h10m support O2 face_mask 8                                                              | urgent    | 3     | -
born unknown                  | 0h dose SUD1; 1h well B 80/50                                                                                                            | emergency | 0     | 2
"""


def test_under_age(case):
    case.holds()
