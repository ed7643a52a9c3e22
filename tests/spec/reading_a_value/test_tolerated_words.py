title = "Unknown words are tolerated"
text = """An unknown medicine, flag, site, symptom, drug, schedule or step is no error: it is mentioned, and the
patient is graded all the same. Unknown keys are kept."""
source = "engineering default, 2026-11-21, unsigned"
given = "0h dose SUD1"
CASES = """
                    | when                                                                                        | fever | says
an unknown medicine | 1h well T 38.4; 1h10m med moonshine                                                         | yes   | moonshine
an unknown symptom  | 1h well T 38.4; 1h10m symptom glitter                                                       | yes   | glitter
an unknown flag     | 1h well T 38.4 B 124/76 [sparkle]                                                           | yes   | sparkle
an unknown drug     | drug moonbodymab; 1h well T 38.4                                                            | yes   | drug
an unknown schedule | drug teclistamab moon_weekly; 1h well T 38.4                                                | yes   |
an unknown key      | 1h json {"type": "reading", "colour": "red", "temperature": {"value": 38.4, "unit": "Cel"}} | yes   |
an unknown site     | 1h json {"type": "reading", "temperature": {"value": 38.4, "unit": "Cel", "site": "elbow"}} | yes   | elbow
"""


def test_unknown_words_do_not_stop_the_grading(case):
    case.holds()
