"""What happens after a home texts: recorded, answered in its language, and never quieter than before."""

HOME, BEN, PATIENT = "+12025550190", "+12025550112", 1
SMS = "sms"


def test_a_symptom_by_text_is_recorded_and_asks_for_the_three_values(ward):
    ward.caregiver()
    ward.says()
    ward.texts_back(HOME, "shivering and dizzy")
    assert ward.monitor.symptoms == [(PATIENT, ("rigors", "dizziness"))]
    [reply] = ward.expect((HOME, SMS))
    assert reply == (
        "Noted: shivering and dizziness. Now: temperature, blood pressure and oxygen."
        " If it gets worse call 112. Questions: 555-0100."
    )


def test_a_danish_home_is_understood_and_answered_in_danish(ward):
    ward.caregiver(language="da")
    ward.says()
    ward.texts_back(HOME, "T 38,4 og kulderystelser")
    assert ward.monitor.symptoms == [(PATIENT, ("rigors",))]
    assert str(ward.monitor.entered[0][1]["temperature"]["value"]) == "38.4"
    [reply] = ward.expect((HOME, SMS))
    assert reply.startswith("Noteret: kulderystelser. Nu: temperatur, blodtryk og ilt.")


def test_ice_points_by_text_are_recorded(ward):
    ward.caregiver()
    ward.says()
    ward.texts_back(HOME, "I 4 2 1 1 1")
    assert ward.monitor.ice == [(PATIENT, (4, 2, 1, 1, 1))]
    [reply] = ward.expect((HOME, SMS))
    assert reply.startswith("Thank you, noted.")


def test_better_ice_points_than_those_somebody_was_called_for_wait_for_the_nurse(ward):
    ward.caregiver()
    ward.says(urgency="emergency", groups={"ice"}, ice=6)
    ward.phone.take()
    ward.texts_back(HOME, "I 4 3 1 1 1")
    assert ward.monitor.ice == []
    [reply] = ward.expect((HOME, SMS))
    assert reply.startswith("Thank you. The nurse will look at it.")
    assert ward.line().urgency == "emergency"


def test_worse_ice_points_are_recorded_whoever_was_called(ward):
    ward.caregiver()
    ward.says(urgency="emergency", groups={"ice"}, ice=6)
    ward.phone.take()
    ward.texts_back(HOME, "I 2 1 1 0 0")
    assert ward.monitor.ice == [(PATIENT, (2, 1, 1, 0, 0))]
    ward.expect((HOME, SMS))


def test_a_home_that_asks_to_be_called_is_called_though_nothing_else_is_wrong(ward):
    ward.caregiver()
    ward.says()
    ward.no_texts()
    ward.texts_back(HOME, "CALL")
    texts = {m.number: m.body for m in ward.phone.take()}
    assert "URGENT P-0001" in texts[BEN]
    assert "A nurse will call you." in texts[HOME] or "Please measure now" in texts[HOME]
    ward.says()
    assert ward.line().urgency == "urgent", "a calm report does not answer somebody who wants to be called"


def test_whoever_asks_to_be_called_while_a_nurse_has_them_is_heard(ward):
    ward.caregiver()
    ward.fever()
    ward.texts_back(BEN, "OK")
    ward.phone.take()
    ward.texts_back(HOME, "please call")
    assert BEN in {m.number for m in ward.phone.take()}


def test_feeling_better_is_shown_and_lowers_nothing(ward):
    ward.caregiver()
    ward.fever()
    ward.phone.take()
    ward.texts_back(HOME, "better")
    assert ward.line().urgency == "urgent"
    assert ward.monitor.symptoms == []
    [reply] = ward.expect((HOME, SMS))
    assert reply.startswith("Thank you. The nurse sees this.")


def test_dangerous_words_in_a_text_nobody_can_read_bring_the_nurse(ward):
    ward.caregiver()
    ward.says()
    ward.texts_back(HOME, "he is unconscious on the kitchen floor")
    assert ward.monitor.symptoms == [], "nothing is guessed"
    texts = {m.number: m.body for m in ward.phone.take()}
    assert "URGENT P-0001" in texts[BEN]


def test_a_home_that_is_not_understood_three_times_in_an_hour_is_called(ward):
    ward.caregiver()
    ward.says()
    for words in ("hello", "what is this"):
        ward.texts_back(HOME, words)
        ward.expect((HOME, SMS))
    ward.texts_back(HOME, "i do not know")
    assert BEN in {m.number for m in ward.phone.take()}


def test_the_same_three_texts_over_a_day_bring_nobody(ward):
    ward.caregiver()
    ward.says()
    for words in ("hello", "what is this", "i do not know"):
        ward.texts_back(HOME, words)
        ward.expect((HOME, SMS))
        ward.advance(minutes=61)


def test_help_says_what_may_be_texted(ward):
    ward.caregiver(language="da-DK")
    ward.says()
    ward.texts_back(HOME, "hjælp")
    [reply] = ward.expect((HOME, SMS))
    assert reply.startswith("Send målinger: T 38,4 S 94 B 104/61 P 110.")


def test_a_danish_home_is_called_in_danish(ward):
    ward.caregiver(language="da")
    ward.fever()
    ward.advance(minutes=5)
    [call] = [m for m in ward.phone.take() if (m.number, m.channel) == (HOME, "voice")]
    assert call.language == "da"
    assert call.body.startswith("Modtaget 38,4 C.")
