"""Makes someone come: incidents, the ladder of people, their texts and their answers."""
